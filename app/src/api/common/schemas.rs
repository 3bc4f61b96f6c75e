//! The schemas of bodies in the OpenAPI document.

use std::collections::BTreeSet;

use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Object, OpenApi, RefOr, Schema, Type};

use super::{inline, operations_of_path, schema_name};

/// Makes nullable fields required in responses, which have all of their fields. Only request bodies
/// may leave them out.
pub fn require_nullable_fields(document: &mut OpenApi) {
    let in_requests = request_schemas(document);
    for (_, object) in object_schemas(document).filter(|(name, _)| !in_requests.contains(*name)) {
        let nullable = object.properties.iter();
        let null = nullable.filter(|(_, field)| is_nullable(field));
        let null: Vec<_> = null.map(|(name, _)| name.clone()).collect();
        let required = &mut object.required;
        required.extend(null);
        // `required` in the order of the fields.
        let names: Vec<_> = object.properties.keys().collect();
        required.sort_by_key(|name| names.iter().position(|one| *one == name));
        required.dedup();
    }
}

/// The names of the schemas that are pages of lists.
pub fn list_schemas(document: &mut OpenApi) -> BTreeSet<String> {
    let pages =
        object_schemas(document).filter(|(_, object)| object.properties.contains_key("next"));
    pages.map(|(name, _)| name.clone()).collect()
}

/// The names of the schemas of request bodies. None of them nests another object.
fn request_schemas(document: &mut OpenApi) -> BTreeSet<String> {
    let items = document.paths.paths.values_mut();
    let bodies = items.flat_map(operations_of_path);
    let bodies = bodies.filter_map(|(_, operation)| operation.request_body.as_ref());
    let contents = bodies.filter_map(inline);
    let contents = contents.flat_map(|body| body.content.values());
    contents
        .filter_map(schema_name)
        .map(str::to_owned)
        .collect()
}

fn object_schemas(document: &mut OpenApi) -> impl Iterator<Item = (&String, &mut Object)> {
    let schemas = document.components.iter_mut();
    let schemas = schemas.flat_map(|components| &mut components.schemas);
    schemas.filter_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(object)) => Some((name, object)),
        _ => None,
    })
}

fn is_nullable(field: &RefOr<Schema>) -> bool {
    match field {
        RefOr::T(Schema::Object(object)) => includes_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => includes_null(&array.schema_type),
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter().any(is_nullable),
        _ => false,
    }
}

fn includes_null(types: &SchemaType) -> bool {
    match types {
        SchemaType::Type(one) => *one == Type::Null,
        SchemaType::Array(several) => several.contains(&Type::Null),
        SchemaType::AnyValue => false,
    }
}
