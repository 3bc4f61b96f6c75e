//! Responses that handlers do not list, because a layer sends them or because every operation of a
//! kind has them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, Ref, RefOr, Response};

use super::{OperationTraits, headers, json_schema_name};
use crate::api::problem::PROBLEM_JSON;

struct CommonResponse {
    status: StatusCode,
    name: &'static str,
    description: &'static str,
    applies_to: fn(&OperationTraits) -> bool,
}

const COMMON_RESPONSES: [CommonResponse; 16] = [
    CommonResponse {
        status: StatusCode::PERMANENT_REDIRECT,
        name: "PermanentRedirect",
        description: "The username has capital letters: `location` has the right address.",
        applies_to: |known| known.has_username,
    },
    CommonResponse {
        status: StatusCode::NOT_MODIFIED,
        name: "NotModified",
        description: "Nothing has changed since the response that `if-none-match` names.",
        applies_to: |known| known.has_etag,
    },
    CommonResponse {
        status: StatusCode::BAD_REQUEST,
        name: "BadRequest",
        description: "The request is malformed: `detail` says why.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::UNAUTHORIZED,
        name: "Unauthorized",
        description: "A token is needed and none was sent, or the one that was sent does not work.",
        applies_to: |known| known.takes_token,
    },
    CommonResponse {
        status: StatusCode::FORBIDDEN,
        name: "Forbidden",
        description: "The token is read-only.",
        applies_to: |known| known.needs_write,
    },
    CommonResponse {
        status: StatusCode::NOT_FOUND,
        name: "NotFound",
        description: "It does not exist, or you may not see it.",
        applies_to: |known| known.has_path,
    },
    CommonResponse {
        status: StatusCode::METHOD_NOT_ALLOWED,
        name: "MethodNotAllowed",
        description: "This address does not support this method: `allow` lists those that it supports.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::REQUEST_TIMEOUT,
        name: "RequestTimeout",
        description: "The request took too long.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::PRECONDITION_FAILED,
        name: "PreconditionFailed",
        description: "It has changed since the state that `if-match` names. Nothing was saved.",
        applies_to: |known| known.has_if_match,
    },
    CommonResponse {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        name: "ContentTooLarge",
        description: "The body is too large.",
        applies_to: |known| known.has_body,
    },
    CommonResponse {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        name: "UnsupportedMediaType",
        description: "The `content-type` of the body is missing or not supported.",
        applies_to: |known| known.has_body,
    },
    CommonResponse {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        name: "UnprocessableContent",
        description: "The body is invalid: `errors` lists the fields that are wrong.",
        applies_to: |known| known.has_body,
    },
    CommonResponse {
        status: StatusCode::TOO_MANY_REQUESTS,
        name: "TooManyRequests",
        description: "Too many requests from this address or with this token. Wait for `retry-after` seconds.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        name: "InternalServerError",
        description: "An error on this site. `instance` identifies the request in its log.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::SERVICE_UNAVAILABLE,
        name: "ServiceUnavailable",
        description: "The site is busy, or its database cannot be reached. Try again later.",
        applies_to: |_| true,
    },
    CommonResponse {
        status: StatusCode::INSUFFICIENT_STORAGE,
        name: "InsufficientStorage",
        description: "The site’s disk is full. Nothing was saved.",
        applies_to: |known| known.is_change,
    },
];

pub fn add_responses(components: ComponentsBuilder) -> ComponentsBuilder {
    COMMON_RESPONSES
        .iter()
        .fold(components, |components, common| {
            components.response(common.name, common.response())
        })
}

impl CommonResponse {
    fn response(&self) -> Response {
        let response = ResponseBuilder::new().description(self.description);
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
        let mut response = match self.status {
            StatusCode::PERMANENT_REDIRECT | StatusCode::NOT_MODIFIED => response.build(),
            _ => response.content(PROBLEM_JSON, problem.build()).build(),
        };
        headers::add_status_headers(self.status.as_str(), &mut response);
        response
    }
}

/// Adds to an operation the common responses that apply to it, and headers to its own responses.
/// `etag_schemas` are sent with an ETag, `list_schemas` are pages of lists.
pub fn complete_responses(
    traits: &OperationTraits,
    operation: &mut Operation,
    etag_schemas: &BTreeSet<String>,
    list_schemas: &BTreeSet<String>,
) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response {
            let schema = json_schema_name(response)
                .map(str::to_owned)
                .unwrap_or_default();
            headers::add_status_headers(status, response);
            headers::add_content_headers(
                response,
                etag_schemas.contains(&schema),
                list_schemas.contains(&schema),
            );
        }
    }
    for common in COMMON_RESPONSES
        .iter()
        .filter(|common| (common.applies_to)(traits))
    {
        let reference = Ref::from_response_name(common.name);
        responses
            .entry(common.status.as_str().to_owned())
            .or_insert(RefOr::Ref(reference));
    }
}
