//! The headers of answers.

use axum::http::HeaderName;
use axum::http::header::{ALLOW, ETAG, LINK, RETRY_AFTER, WWW_AUTHENTICATE};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::{ComponentsBuilder, Object, Ref, RefOr, Response, Type};

use crate::api::limits::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::api::problem::REQUEST_ID;

/// Puts them where answers can refer to them.
pub(super) fn add_to(components: ComponentsBuilder) -> ComponentsBuilder {
    let texts = [
        (
            RATE_LIMIT_POLICY,
            "The limits: so many requests (`q`) in so many seconds (`w`).",
            r#""address";q=1200;w=60, "token";q=600;w=60"#,
        ),
        (
            RATE_LIMIT,
            "What is left of the limits: so many requests (`r`), and one more in so many seconds (`t`).",
            r#""address";r=1199;t=1, "token";r=599;t=1"#,
        ),
        (
            REQUEST_ID,
            "Names the request in the log of the site.",
            "00c3f1a2b4d5e697",
        ),
        (
            ETAG,
            "Names the state that is answered: send it as `if-match` with a change, or as \
             `if-none-match` to read it again only if it has changed.",
            r#""0123456789abcdef-0123456789abcdef""#,
        ),
        (
            LINK,
            "The next page of the list (RFC 8288), as in `next`. Left out on the last page.",
            r#"</api/feed?cursor=1709830000000000.7>; rel="next""#,
        ),
        (
            WWW_AUTHENTICATE,
            "Which token is needed (RFC 6750).",
            r#"Bearer realm="Movies Diary""#,
        ),
        (ALLOW, "The methods that the address takes.", "GET,HEAD"),
    ];
    let retry_after = HeaderBuilder::from(Header::new(Object::with_type(Type::Integer)))
        .description(Some("How many seconds to wait before trying again."));
    let components = components.header(RETRY_AFTER.as_str(), retry_after.build());
    let texts = texts.into_iter();
    texts.fold(components, |components, (name, description, example)| {
        let header = HeaderBuilder::from(Header::default())
            .description(Some(description))
            .example(Some(example.into()));
        components.header(name.as_str(), header.build())
    })
}

/// Those that come with the status: what is left of the limits always, the others where they help.
pub(super) fn add(status: &str, response: &mut Response) {
    let others: &[HeaderName] = match status {
        "304" => &[ETAG],
        "401" | "403" => &[WWW_AUTHENTICATE],
        "405" => &[ALLOW],
        "429" | "503" => &[RETRY_AFTER],
        _ => &[],
    };
    for name in [RATE_LIMIT_POLICY, RATE_LIMIT, REQUEST_ID]
        .iter()
        .chain(others)
    {
        refer(response, name);
    }
}

/// Those that come with what is answered.
pub(super) fn add_of_content(response: &mut Response, has_tag: bool, goes_on: bool) {
    for (name, is_sent) in [(ETAG, has_tag), (LINK, goes_on)] {
        if is_sent {
            refer(response, &name);
        }
    }
}

fn refer(response: &mut Response, name: &HeaderName) {
    let there = Ref::new(format!("#/components/headers/{name}"));
    response.headers.insert(name.to_string(), RefOr::Ref(there));
}
