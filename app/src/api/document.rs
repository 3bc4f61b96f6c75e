//! The OpenAPI document: its introduction and its tags, around the operations of the routes.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Server};
use utoipa_axum::router::OpenApiRouter;

use super::common;
use super::etag::JsonWithEtag;
use super::problem::Problem;
use super::schema::MovieSummary;
use crate::AppState;

const TOKEN_SCHEME: &str = "token";

const API_DESCRIPTION: &str = "The REST API of this diary.\n\n\
    Send a token as `authorization: Bearer TOKEN`. Make one in the settings, or sign in with a \
    username and password. Without a token, you see what is public.\n\n\
    Requests are limited per address and per token. Every response states the limits in \
    `ratelimit-policy`, and what remains of them in `ratelimit` \
    (draft-ietf-httpapi-ratelimit-headers).\n\n\
    Ratings are 0 to 5 stars in steps of 0.5, days are `YYYY-MM-DD`, and times are in UTC (RFC \
    3339). The body of a `PATCH` is a JSON merge patch (RFC 7396), sent as `application/json` or \
    `application/merge-patch+json`. Fields and parameters that are not in this document are \
    rejected. Errors are problem details (RFC 9457).\n\n\
    Lists come in pages: `next` and the `link` header have the address of the next page. Resources \
    have an `etag`. Send it as `if-none-match` to get the body only if it has changed, or as \
    `if-match` to make a change only if nobody else has made one in the meantime. With an \
    `idempotency-key`, a review that is sent twice is logged only once, and a list made only once.";

/// Everything in the document but the operations and their schemas.
fn base_document() -> OpenApi {
    let scheme = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token from the settings or from signing in."))
        .build();
    let info = InfoBuilder::new()
        .title("Movies Diary")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(API_DESCRIPTION));
    OpenApiBuilder::new()
        .info(info)
        .components(Some(
            common::components()
                .schema_from::<Problem>()
                .schema_from::<MovieSummary>()
                .security_scheme(TOKEN_SCHEME, SecurityScheme::Http(scheme))
                .build(),
        ))
        .servers(Some([Server::new("/")]))
        .tags(Some(openapi_tags()))
        .security(Some([SecurityRequirement::new(
            TOKEN_SCHEME,
            [] as [&str; 0],
        )]))
        .build()
}

/// In the order in which a newcomer to the API needs them.
fn openapi_tags() -> impl Iterator<Item = Tag> {
    let tags = [
        (
            "Sign-in",
            "Create an account, get a token by signing in, and revoke it.",
        ),
        (
            "Me",
            "The member whose token is sent: their account, their sessions in browsers, and their \
             tokens.",
        ),
        (
            "Reviews",
            "A review is one viewing of one movie by one member. Seeing a movie again is another \
             review.",
        ),
        (
            "Diary",
            "Lists of reviews: your own diary by day watched, and everybody’s reviews by time \
             logged.",
        ),
        ("Watchlist", "The films that you want to see."),
        ("Lists", "Films put together by hand, alone or with others."),
        (
            "Imports",
            "Diaries from other services: upload the files, look at what becomes of each row, then \
             confirm. An import can be taken back.",
        ),
        (
            "Exports",
            "Everything of yours as a file: the whole archive, or your diary in the formats of \
             other services.",
        ),
        (
            "Goals",
            "How many movies you want to watch in a year, and how many you have watched.",
        ),
        (
            "Movies",
            "The movies on this site, their details, and their posters.",
        ),
        (
            "Members",
            "The members of this site, their diaries, and their statistics.",
        ),
    ];
    let tags = tags.into_iter();
    tags.map(|(name, description)| {
        TagBuilder::new()
            .name(name)
            .description(Some(description))
            .build()
    })
}

/// The response with the document of all `operations`.
pub fn openapi_document(
    operations: impl IntoIterator<Item = OpenApiRouter<AppState>>,
) -> JsonWithEtag {
    let router = OpenApiRouter::with_openapi(base_document());
    let router = operations.into_iter().fold(router, OpenApiRouter::merge);
    let mut document = router.into_openapi();
    common::complete_document(&mut document);
    JsonWithEtag::weak(&document).expect("a document of texts and numbers is JSON")
}
