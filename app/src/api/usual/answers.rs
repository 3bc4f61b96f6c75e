//! The answers that a handler does not name, because something in front of it gives them, or
//! because whatever is of its kind gives them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, Ref, RefOr, Response};

use super::{Known, answered, headers};
use crate::api::problem::PROBLEM;

/// One of them.
struct Usual {
    status: StatusCode,
    name: &'static str,
    description: &'static str,
    is_given: fn(&Known) -> bool,
}

const ALL: [Usual; 15] = [
    Usual {
        status: StatusCode::NOT_MODIFIED,
        name: "NotModified",
        description: "Nothing has changed since the answer that `if-none-match` names.",
        is_given: |known| !known.is_change,
    },
    Usual {
        status: StatusCode::BAD_REQUEST,
        name: "BadRequest",
        description: "The request cannot be understood: `detail` says why.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::UNAUTHORIZED,
        name: "Unauthorized",
        description: "A token is needed and none was sent, or the one that was sent does not work.",
        is_given: |known| known.takes_token,
    },
    Usual {
        status: StatusCode::FORBIDDEN,
        name: "Forbidden",
        description: "The token may only read.",
        is_given: |known| known.needs_write,
    },
    Usual {
        status: StatusCode::NOT_FOUND,
        name: "NotFound",
        description: "It does not exist, or whoever asks may not see it.",
        is_given: |known| known.has_path,
    },
    Usual {
        status: StatusCode::METHOD_NOT_ALLOWED,
        name: "MethodNotAllowed",
        description: "The address does not take this method: `allow` lists those that it takes.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::REQUEST_TIMEOUT,
        name: "RequestTimeout",
        description: "The request took too long.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::PRECONDITION_FAILED,
        name: "PreconditionFailed",
        description: "It has changed since the state that `if-match` names. Nothing was saved.",
        is_given: |known| known.has_condition,
    },
    Usual {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        name: "ContentTooLarge",
        description: "The body is too large.",
        is_given: |known| known.has_body,
    },
    Usual {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        name: "UnsupportedMediaType",
        description: "The `content-type` of the body is missing, or is none of those listed.",
        is_given: |known| known.has_body,
    },
    Usual {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        name: "UnprocessableContent",
        description: "The body does not fit: `errors` lists the fields that are wrong.",
        is_given: |known| known.has_body,
    },
    Usual {
        status: StatusCode::TOO_MANY_REQUESTS,
        name: "TooManyRequests",
        description: "This address or this token has asked too often. Wait as long as `retry-after` says.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        name: "InternalServerError",
        description: "A fault of the site. `instance` names the request in its log.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::SERVICE_UNAVAILABLE,
        name: "ServiceUnavailable",
        description: "The site is busy, or its database cannot be reached. Try again later.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::INSUFFICIENT_STORAGE,
        name: "InsufficientStorage",
        description: "The site’s disk is full. Nothing was saved.",
        is_given: |known| known.is_change,
    },
];

/// Puts them where operations can refer to them.
pub(super) fn add_to(components: ComponentsBuilder) -> ComponentsBuilder {
    ALL.iter().fold(components, |components, usual| {
        components.response(usual.name, usual.response())
    })
}

impl Usual {
    fn response(&self) -> Response {
        let response = ResponseBuilder::new().description(self.description);
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
        let mut response = match self.status {
            StatusCode::NOT_MODIFIED => response.build(),
            _ => response.content(PROBLEM, problem.build()).build(),
        };
        headers::add(self.status.as_str(), &mut response);
        response
    }
}

/// Adds to an operation those that it gives, and the headers of its own. `has_tag` names the
/// shapes that have an ETag, `goes_on` those that are a page of a list.
pub(super) fn complete(
    method: &str,
    operation: &mut Operation,
    has_tag: &BTreeSet<String>,
    goes_on: &BTreeSet<String>,
) {
    let known = Known::of(method, operation);
    let own = &mut operation.responses.responses;
    for (status, response) in own.iter_mut() {
        if let RefOr::T(response) = response {
            let shape = answered(response).map(str::to_owned).unwrap_or_default();
            headers::add(status, response);
            headers::add_of_content(response, has_tag.contains(&shape), goes_on.contains(&shape));
        }
    }
    for usual in ALL.iter().filter(|usual| (usual.is_given)(&known)) {
        let there = Ref::from_response_name(usual.name);
        own.entry(usual.status.as_str().to_owned())
            .or_insert(RefOr::Ref(there));
    }
}
