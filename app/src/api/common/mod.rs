//! Completes the OpenAPI document with what is the same for all operations of a kind.

mod headers;
mod responses;
mod schemas;

use std::collections::BTreeSet;

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ComponentsBuilder, Content, Object, OpenApi, Ref, RefOr, Required, Response, Schema, Type,
};

use super::body::{JSON, MERGE_PATCH};

/// The traits of an operation that decide which common responses it has.
struct OperationTraits {
    has_body: bool,
    has_path: bool,
    has_username: bool,
    has_if_match: bool,
    /// Whether a token is checked if one is sent.
    takes_token: bool,
    needs_write: bool,
    is_change: bool,
    /// A file that is written as it is sent has no ETag.
    has_etag: bool,
}

/// The parameter, the headers and the responses that operations refer to.
pub fn components() -> ComponentsBuilder {
    let components =
        ComponentsBuilder::new().parameter(IF_NONE_MATCH.as_str(), if_none_match_parameter());
    responses::add_responses(headers::add_header_components(components))
}

fn if_none_match_parameter() -> Parameter {
    ParameterBuilder::new()
        .name(IF_NONE_MATCH.as_str())
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .schema(Some(Object::with_type(Type::String)))
        .description(Some(
            "The ETag of an earlier response. If nothing has changed since, the response is 304 \
             without a body.",
        ))
        .build()
}

impl OperationTraits {
    fn of(method: &str, operation: &Operation) -> Self {
        let parameters = || operation.parameters.iter().flatten().filter_map(inline);
        let is_in = |place| parameters().any(|parameter| parameter.parameter_in == place);
        let has = |name: &str| parameters().any(|parameter| parameter.name == name);
        let no_token = SecurityRequirement::default();
        let is_change = method != "get";
        let responses = operation.responses.responses.values();
        let mut json = responses.filter_map(inline).filter_map(json_schema_name);
        Self {
            has_body: operation.request_body.is_some(),
            has_path: is_in(ParameterIn::Path),
            has_username: has("username"),
            has_if_match: has(IF_MATCH.as_str()),
            takes_token: match &operation.security {
                Some(requirements) => requirements
                    .iter()
                    .any(|requirement| *requirement != no_token),
                None => true,
            },
            // By default a token is needed, and for a change one with the scope `write`.
            needs_write: is_change && operation.security.is_none(),
            is_change,
            has_etag: !is_change && json.next().is_some(),
        }
    }
}

/// `None` for a reference. Our parameters and bodies are all written inline.
fn inline<T>(item: &RefOr<T>) -> Option<&T> {
    match item {
        RefOr::T(value) => Some(value),
        RefOr::Ref(_) => None,
    }
}

/// The name of the schema that a body refers to.
fn schema_name(content: &RefOr<Content>) -> Option<&str> {
    referenced_name(inline(content)?.schema.as_ref()?)
}

/// A body that may be left out is one of a schema and null.
fn referenced_name(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next(),
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter().find_map(referenced_name),
        RefOr::T(_) => None,
    }
}

fn json_schema_name(response: &Response) -> Option<&str> {
    response.content.get(JSON).and_then(schema_name)
}

/// Adds operation ids, common parameters, headers and responses, and the media type of merge
/// patches.
pub fn complete_document(document: &mut OpenApi) {
    schemas::require_nullable_fields(document);
    let etag_schemas = schemas_with_etag(document);
    let list_schemas = schemas::list_schemas(document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_of_path(item) {
            operation.operation_id = Some(operation_id(method, path));
            let traits = OperationTraits::of(method, operation);
            responses::complete_responses(&traits, operation, &etag_schemas, &list_schemas);
            if traits.has_etag {
                let reference = Ref::new(format!("#/components/parameters/{IF_NONE_MATCH}"));
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(RefOr::Ref(reference));
            }
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                complete_media_types(method, body);
            }
        }
    }
}

/// Schemas that some `GET` returns, with an ETag. Other operations that return them send the same
/// ETag.
fn schemas_with_etag(document: &OpenApi) -> BTreeSet<String> {
    let gets = document.paths.paths.values();
    let reads = gets.filter_map(|item| item.get.as_ref());
    let responses = reads.flat_map(|get| get.responses.responses.values());
    let schemas = responses.filter_map(inline).filter_map(json_schema_name);
    schemas.map(str::to_owned).collect()
}

/// A merge patch may also be sent as `application/merge-patch+json`. A file has a media type but no
/// schema; a form has one.
fn complete_media_types(method: &str, body: &mut RequestBody) {
    for (media_type, content) in &mut body.content {
        if media_type != JSON && media_type != "multipart/form-data" {
            *content = RefOr::T(Content::default());
        }
    }
    let json = body.content.get(JSON).filter(|_| method == "patch");
    if let Some(patch) = json.cloned() {
        body.content.insert(MERGE_PATCH.to_owned(), patch);
    }
}

fn operations_of_path(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let methods = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    let methods = methods.into_iter();
    methods.filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// For example `get_me_tokens_id`. The names of handlers are not unique, so they cannot be used.
fn operation_id(method: &str, path: &str) -> String {
    let parts = path.split(['/', '{', '}', '-', '.']);
    let parts = parts.filter(|part| !part.is_empty() && *part != "api");
    parts.fold(method.to_owned(), |name, part| format!("{name}_{part}"))
}
