//! The description of all of it, for programs that read such things.

use std::sync::LazyLock;

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Server};

use super::problem::Problem;
use super::schema::Film;
use super::tag::Tagged;
use super::{doors, operations, uploads, usual};
use crate::paths;

/// What the scheme of tokens is called.
const TOKEN: &str = "token";

const ABOUT: &str = "The REST API of this diary.\n\n\
    Send a token as `authorization: Bearer TOKEN`. A member makes one in the settings, or a program \
    signs in with their username and password. Without a token you see what everybody may see.\n\n\
    Requests are limited by address and by token. Every answer states the limits in \
    `ratelimit-policy`, and what is left of them in `ratelimit` \
    (draft-ietf-httpapi-ratelimit-headers).\n\n\
    Ratings are stars from 0 to 5 in halves, days are `YYYY-MM-DD`, times are in UTC (RFC 3339). A \
    `PATCH` is a JSON merge patch (RFC 7396), as `application/json` or \
    `application/merge-patch+json`. A field or a parameter that is not in this document is \
    refused. Errors are problems (RFC 9457).\n\n\
    Lists come in pages: `next` and the `link` header have the address of the next page. What can \
    be read has an `etag`. Sent as `if-none-match`, it saves reading again what has not changed; \
    sent as `if-match`, it refuses a change to what has changed meanwhile. With an \
    `idempotency-key`, a review that is sent twice is logged once.";

/// The document without its operations.
pub(super) fn frame() -> OpenApi {
    let scheme = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token from the settings or from signing in."))
        .build();
    let info = InfoBuilder::new()
        .title("Movies Diary")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT));
    OpenApiBuilder::new()
        .info(info)
        .components(Some(
            usual::components()
                .schema_from::<Problem>()
                .schema_from::<Film>()
                .security_scheme(TOKEN, SecurityScheme::Http(scheme))
                .build(),
        ))
        .servers(Some([Server::new("/")]))
        .tags(Some(tags()))
        .security(Some([SecurityRequirement::new(TOKEN, [] as [&str; 0])]))
        .build()
}

/// What the operations are about, in the order in which one comes to need them.
fn tags() -> impl Iterator<Item = Tag> {
    let tags = [
        (
            "Sign-in",
            "Make an account, and get and end the token of a program.",
        ),
        (
            "Me",
            "The member whose token is sent: their account, the browsers that they are signed in \
             with, and their tokens.",
        ),
        (
            "Reviews",
            "A review is one viewing of one movie by one member. Seeing a movie again is another \
             review.",
        ),
        (
            "Diary",
            "Reviews as lists: your own diary by the day watched, and everybody’s reviews by the \
             time logged.",
        ),
        (
            "Movies",
            "The movies that are known here, what is known of them, and their posters.",
        ),
        (
            "Members",
            "The members of this site, their diaries, and their diaries in numbers.",
        ),
    ];
    let tags = tags.into_iter();
    tags.map(|(name, about)| {
        TagBuilder::new()
            .name(name)
            .description(Some(about))
            .build()
    })
}

/// The whole document.
pub(super) fn whole() -> &'static OpenApi {
    static WHOLE: LazyLock<OpenApi> = LazyLock::new(|| {
        let mut document = operations().merge(doors()).merge(uploads()).into_openapi();
        usual::complete(&mut document);
        document
    });
    &WHOLE
}

/// `GET /api/openapi.json`
pub(super) async fn serve(_: paths::OpenApi) -> Tagged {
    static TAGGED: LazyLock<Tagged> = LazyLock::new(|| {
        let tagged = Tagged::new(whole());
        tagged.expect("a document of texts and numbers is JSON")
    });
    TAGGED.clone()
}
