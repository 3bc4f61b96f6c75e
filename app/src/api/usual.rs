//! What the document says of every operation, so that no handler has to.

use axum::http::StatusCode;
use axum::http::header::{IF_MATCH, RETRY_AFTER};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Object, OpenApi, Ref, RefOr, Response, Type,
};

use super::body::IDEMPOTENCY_KEY;
use super::limits::{RATE_LIMIT, RATE_LIMIT_POLICY};
use super::problem::PROBLEM;

/// An answer that a handler does not name, because something in front of it gives it, or
/// because whatever is of its kind gives it.
struct Usual {
    status: StatusCode,
    name: &'static str,
    description: &'static str,
    is_given: fn(&Asked) -> bool,
}

/// What an operation is asked with.
struct Asked {
    has_body: bool,
    has_json: bool,
    has_query: bool,
    has_path: bool,
    has_condition: bool,
    has_key: bool,
    is_change: bool,
}

const ALL: [Usual; 12] = [
    Usual {
        status: StatusCode::BAD_REQUEST,
        name: "MakesNoSense",
        description: "The request makes no sense: `detail` says why.",
        is_given: |asked| asked.has_json || asked.has_query || asked.has_key,
    },
    Usual {
        status: StatusCode::UNAUTHORIZED,
        name: "NoToken",
        description: "There is no token, or it does not work.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::FORBIDDEN,
        name: "ReadOnly",
        description: "The token may only read.",
        is_given: |asked| asked.is_change,
    },
    Usual {
        status: StatusCode::NOT_FOUND,
        name: "Nothing",
        description: "It is not there, or not for this member to see.",
        is_given: |asked| asked.has_path,
    },
    Usual {
        status: StatusCode::REQUEST_TIMEOUT,
        name: "TooSlow",
        description: "The body came too slowly.",
        is_given: |asked| asked.has_body,
    },
    Usual {
        status: StatusCode::PRECONDITION_FAILED,
        name: "TooLate",
        description: "Somebody changed it since the state that `if-match` names. Nothing was saved.",
        is_given: |asked| asked.has_condition,
    },
    Usual {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        name: "TooLarge",
        description: "The body is too large.",
        is_given: |asked| asked.has_body,
    },
    Usual {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        name: "OtherType",
        description: "The body does not say that it is JSON.",
        is_given: |asked| asked.has_json,
    },
    Usual {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        name: "Unfit",
        description: "The body does not fit: `errors` lists the fields that are wrong.",
        is_given: |asked| asked.has_body,
    },
    Usual {
        status: StatusCode::TOO_MANY_REQUESTS,
        name: "TooMany",
        description: "This address, or this token, has asked too much in the last minute.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::SERVICE_UNAVAILABLE,
        name: "Busy",
        description: "There is too much to do just now, or the database cannot be reached.",
        is_given: |_| true,
    },
    Usual {
        status: StatusCode::INSUFFICIENT_STORAGE,
        name: "Full",
        description: "There is no room left on the site's disk. Nothing was saved.",
        is_given: |asked| asked.is_change,
    },
];

/// What the operations refer to.
pub(super) fn components() -> ComponentsBuilder {
    let headers = [
        (
            RATE_LIMIT_POLICY,
            "How many requests (`q`) there may be in how many seconds (`w`).",
            r#""address";q=1200;w=60, "token";q=600;w=60"#,
        ),
        (
            RATE_LIMIT,
            "How many requests are left (`r`), and after how many seconds there is one more (`t`).",
            r#""address";r=1199;t=1, "token";r=599;t=1"#,
        ),
    ];
    let components = headers.into_iter().fold(
        ComponentsBuilder::new().header(RETRY_AFTER.as_str(), retry_after()),
        |components, (name, description, example)| {
            let header = HeaderBuilder::from(Header::default())
                .description(Some(description))
                .example(Some(example.into()));
            components.header(name.as_str(), header.build())
        },
    );
    ALL.iter().fold(components, |components, usual| {
        components.response(usual.name, usual.response())
    })
}

fn retry_after() -> Header {
    HeaderBuilder::from(Header::new(Object::with_type(Type::Integer)))
        .description(Some("After how many seconds to try again."))
        .build()
}

impl Usual {
    fn response(&self) -> Response {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
        let response = ResponseBuilder::new()
            .description(self.description)
            .content(PROBLEM, problem.build());
        let mut response = response.build();
        add_headers(self.status.as_str(), &mut response);
        response
    }
}

impl Asked {
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
        let body = operation.request_body.as_ref().and_then(written_out);
        Self {
            has_body: body.is_some(),
            has_json: body.is_some_and(|body| body.content.contains_key("application/json")),
            has_query: is_in(ParameterIn::Query),
            has_path: is_in(ParameterIn::Path),
            has_condition: has(IF_MATCH.as_str()),
            has_key: has(IDEMPOTENCY_KEY),
            // Where nothing else is said, a token is needed.
            is_change: method != "get" && operation.security.is_none(),
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

/// Adds to every operation of `document` what is true of all of its kind.
pub(super) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            answers(method, operation);
        }
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

fn answers(method: &str, operation: &mut Operation) {
    let asked = Asked::of(method, operation);
    let own = &mut operation.responses.responses;
    for (status, response) in own.iter_mut() {
        if let RefOr::T(response) = response {
            add_headers(status, response);
        }
    }
    for usual in ALL.iter().filter(|usual| (usual.is_given)(&asked)) {
        let there = Ref::from_response_name(usual.name);
        own.entry(usual.status.as_str().to_owned())
            .or_insert(RefOr::Ref(there));
    }
}

/// What is left of the limits; and when to try again, where that helps.
fn add_headers(status: &str, response: &mut Response) {
    let when = matches!(status, "429" | "503").then_some(RETRY_AFTER);
    let headers = [RATE_LIMIT_POLICY, RATE_LIMIT].into_iter().chain(when);
    for name in headers.map(|header| header.to_string()) {
        let there = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name, RefOr::Ref(there));
    }
}
