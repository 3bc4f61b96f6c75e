//! The headers of responses in the OpenAPI document.

use axum::http::HeaderName;
use axum::http::header::{ALLOW, ETAG, LINK, RETRY_AFTER, WWW_AUTHENTICATE};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::{ComponentsBuilder, Object, Ref, RefOr, Response, Type};

use crate::api::limits::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::api::problem::REQUEST_ID;

pub fn add_header_components(components: ComponentsBuilder) -> ComponentsBuilder {
    let texts = [
        (
            RATE_LIMIT_POLICY,
            "The limits: `q` requests in `w` seconds.",
            r#""address";q=1200;w=60, "token";q=600;w=60"#,
        ),
        (
            RATE_LIMIT,
            "What remains of the limits: `r` requests, and one more in `t` seconds.",
            r#""address";r=1199;t=1, "token";r=599;t=1"#,
        ),
        (
            REQUEST_ID,
            "Identifies the request in the log of the site.",
            "00c3f1a2b4d5e697",
        ),
        (
            ETAG,
            "Identifies this state of the resource. Send it as `if-match` with a change, or as \
             `if-none-match` to get the body only if it has changed.",
            r#""0123456789abcdef-0123456789abcdef""#,
        ),
        (
            LINK,
            "The next page of the list (RFC 8288), as in `next`. Left out on the last page.",
            r#"</api/feed?cursor=1709830000000000.7>; rel="next""#,
        ),
        (
            WWW_AUTHENTICATE,
            "Which kind of token is needed (RFC 6750).",
            r#"Bearer realm="Movies Diary""#,
        ),
        (ALLOW, "The methods that the address supports.", "GET,HEAD"),
    ];
    let retry_after = HeaderBuilder::from(Header::new(Object::with_type(Type::Integer)))
        .description(Some("The number of seconds to wait before trying again."));
    let components = components.header(RETRY_AFTER.as_str(), retry_after.build());
    let texts = texts.into_iter();
    texts.fold(components, |components, (name, description, example)| {
        let header = HeaderBuilder::from(Header::default())
            .description(Some(description))
            .example(Some(example.into()));
        components.header(name.as_str(), header.build())
    })
}

/// Adds the headers that every response has, and those that depend on the status.
pub fn add_status_headers(status: &str, response: &mut Response) {
    let status_headers: &[HeaderName] = match status {
        "304" => &[ETAG],
        "401" | "403" => &[WWW_AUTHENTICATE],
        "405" => &[ALLOW],
        "429" | "503" => &[RETRY_AFTER],
        _ => &[],
    };
    for name in [RATE_LIMIT_POLICY, RATE_LIMIT, REQUEST_ID]
        .iter()
        .chain(status_headers)
    {
        add_header_reference(response, name);
    }
}

/// Adds the headers that depend on the schema of the body.
pub fn add_content_headers(response: &mut Response, has_etag: bool, is_list: bool) {
    for (name, is_sent) in [(ETAG, has_etag), (LINK, is_list)] {
        if is_sent {
            add_header_reference(response, &name);
        }
    }
}

fn add_header_reference(response: &mut Response, name: &HeaderName) {
    let reference = Ref::new(format!("#/components/headers/{name}"));
    response
        .headers
        .insert(name.to_string(), RefOr::Ref(reference));
}
