//! The shapes of bodies.

use std::collections::BTreeSet;

use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Object, OpenApi, RefOr, Schema, Type};

use super::{operations, schema, written_out};

/// What is answered has all of its fields, those too that are `null`; only what is sent may leave
/// them out.
pub(super) fn require_nulls(document: &mut OpenApi) {
    let sent = sent(document);
    for (_, shape) in objects(document).filter(|(name, _)| !sent.contains(*name)) {
        let null = shape.properties.iter();
        let null = null.filter(|(_, field)| may_be_null(field));
        let null: Vec<_> = null.map(|(name, _)| name.clone()).collect();
        let required = &mut shape.required;
        required.extend(null);
        // In the order of the fields.
        let names: Vec<_> = shape.properties.keys().collect();
        required.sort_by_key(|name| names.iter().position(|one| *one == name));
        required.dedup();
    }
}

/// The shapes that are a page of a list.
pub(super) fn lists(document: &mut OpenApi) -> BTreeSet<String> {
    let pages = objects(document).filter(|(_, shape)| shape.properties.contains_key("next"));
    pages.map(|(name, _)| name.clone()).collect()
}

/// The shapes of request bodies. None of them has another with fields in it.
fn sent(document: &mut OpenApi) -> BTreeSet<String> {
    let items = document.paths.paths.values_mut();
    let bodies = items.flat_map(operations);
    let bodies = bodies.filter_map(|(_, operation)| operation.request_body.as_ref());
    let contents = bodies.filter_map(written_out);
    let contents = contents.flat_map(|body| body.content.values());
    contents.filter_map(schema).map(str::to_owned).collect()
}

fn objects(document: &mut OpenApi) -> impl Iterator<Item = (&String, &mut Object)> {
    let schemas = document.components.iter_mut();
    let schemas = schemas.flat_map(|components| &mut components.schemas);
    schemas.filter_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(object)) => Some((name, object)),
        _ => None,
    })
}

fn may_be_null(field: &RefOr<Schema>) -> bool {
    match field {
        RefOr::T(Schema::Object(object)) => has_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => has_null(&array.schema_type),
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter().any(may_be_null),
        _ => false,
    }
}

fn has_null(types: &SchemaType) -> bool {
    match types {
        SchemaType::Type(one) => *one == Type::Null,
        SchemaType::Array(several) => several.contains(&Type::Null),
        SchemaType::AnyValue => false,
    }
}
