//! What the document says of every operation, so that no handler has to.

mod answers;
mod headers;
mod shapes;

use std::collections::BTreeSet;

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ComponentsBuilder, Content, Object, OpenApi, Ref, RefOr, Required, Response, Type,
};

use super::body::{JSON, MERGE_PATCH};

/// What is known of an operation.
struct Known {
    has_body: bool,
    has_path: bool,
    has_condition: bool,
    /// Whether a token that is sent is looked at.
    takes_token: bool,
    needs_write: bool,
    is_change: bool,
}

/// What the operations refer to.
pub(super) fn components() -> ComponentsBuilder {
    let components = ComponentsBuilder::new().parameter(IF_NONE_MATCH.as_str(), if_none_match());
    answers::add_to(headers::add_to(components))
}

fn if_none_match() -> Parameter {
    ParameterBuilder::new()
        .name(IF_NONE_MATCH.as_str())
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .schema(Some(Object::with_type(Type::String)))
        .description(Some(
            "The ETag of an earlier answer: if nothing has changed since, the answer is 304, \
             without a body.",
        ))
        .build()
}

impl Known {
    fn of(method: &str, operation: &Operation) -> Self {
        let parameters = || {
            operation
                .parameters
                .iter()
                .flatten()
                .filter_map(written_out)
        };
        let is_in = |place| parameters().any(|parameter| parameter.parameter_in == place);
        let has = |name: &str| parameters().any(|parameter| parameter.name == name);
        let nobody = SecurityRequirement::default();
        let is_change = method != "get";
        Self {
            has_body: operation.request_body.is_some(),
            has_path: is_in(ParameterIn::Path),
            has_condition: has(IF_MATCH.as_str()),
            takes_token: match &operation.security {
                Some(ways) => ways.iter().any(|way| *way != nobody),
                None => true,
            },
            // Where nothing else is said, a token is needed, for a change one that may write.
            needs_write: is_change && operation.security.is_none(),
            is_change,
        }
    }
}

/// What stands where it is used; nothing here refers to parameters or bodies elsewhere.
fn written_out<T>(of: &RefOr<T>) -> Option<&T> {
    match of {
        RefOr::T(written_out) => Some(written_out),
        RefOr::Ref(_) => None,
    }
}

/// The schema to which a body or an answer refers, by its name.
fn schema(content: &RefOr<Content>) -> Option<&str> {
    match written_out(content)?.schema.as_ref()? {
        RefOr::Ref(there) => there.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

/// The schema of an answer in JSON.
fn answered(response: &Response) -> Option<&str> {
    response.content.get(JSON).and_then(schema)
}

/// Adds to every operation of `document` what is true of all of its kind.
pub(super) fn complete(document: &mut OpenApi) {
    shapes::require_nulls(document);
    let has_tag = read_somewhere(document);
    let goes_on = shapes::lists(document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            answers::complete(method, operation, &has_tag, &goes_on);
            if method == "get" {
                let there = Ref::new(format!("#/components/parameters/{IF_NONE_MATCH}"));
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(RefOr::Ref(there));
            }
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                complete_body(method, body);
            }
        }
    }
}

/// The shapes that some operation reads: wherever else they are answered, it is with the same
/// tag.
fn read_somewhere(document: &OpenApi) -> BTreeSet<String> {
    let reads = document.paths.paths.values();
    let reads = reads.filter_map(|item| item.get.as_ref());
    let answers = reads.flat_map(|read| read.responses.responses.values());
    let shapes = answers.filter_map(written_out).filter_map(answered);
    shapes.map(str::to_owned).collect()
}

/// A merge patch may be called so, or JSON; and a file has a media type, but no schema.
fn complete_body(method: &str, body: &mut RequestBody) {
    for (media_type, content) in &mut body.content {
        if media_type != JSON {
            *content = RefOr::T(Content::default());
        }
    }
    let json = body.content.get(JSON).filter(|_| method == "patch");
    if let Some(patch) = json.cloned() {
        body.content.insert(MERGE_PATCH.to_owned(), patch);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let methods = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    let there = methods.into_iter();
    there.filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Names of operations must differ, and those of handlers do not: `get_me_tokens_id`.
fn name(method: &str, path: &str) -> String {
    let parts = path.split(['/', '{', '}', '-', '.']);
    let parts = parts.filter(|part| !part.is_empty() && *part != "api");
    parts.fold(method.to_owned(), |name, part| format!("{name}_{part}"))
}
