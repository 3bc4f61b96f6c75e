//! The document around a page. This is the one place that knows whether htmx asks: it
//! makes a document, a fragment or a redirect of what a handler answered.

mod frame;
mod head;
pub mod trouble;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::accounts::{Member, Viewer};
use crate::config::Config;
use crate::device::{Device, Theme};
use crate::paths;
use crate::web::error::Told;
use crate::web::trace::RequestId;
use crate::web::ui::partial;
use crate::web::{About, AsIs, Done, Error, Page, WantsFragment};
use trouble::{Way, error_page, toast};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// [Where a request comes from](https://www.w3.org/TR/fetch-metadata/).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where screen readers are told what htmx changed.
const LIVE: &str = "#live";

/// Where errors are shown that have no other place.
const TOASTS: &str = "#toasts";

/// Tells the worker in the browser for whom a page may be kept: the mark of a member, or
/// [`NOBODY`].
const KEPT_FOR: HeaderName = HeaderName::from_static("x-kept-for");
const NOBODY: HeaderValue = HeaderValue::from_static("none");

/// What is asked for, and on which device.
struct Asked {
    by_htmx: bool,
    /// From a page of this site, by a link or a form.
    comes_from_here: bool,
    method: Method,
    uri: Uri,
    device: Device,
}

/// Renders what the handler answered.
pub async fn render(
    State(config): State<Arc<Config>>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = Asked {
        by_htmx: request.headers().contains_key(HX_REQUEST),
        comes_from_here: request
            .headers()
            .get(FETCH_SITE)
            .is_some_and(|site| site == "same-origin"),
        method: request.method().clone(),
        uri: request.uri().clone(),
        device: Device::of(request.headers()),
    };
    request
        .extensions_mut()
        .insert(WantsFragment(asked.by_htmx));
    let mut response = next.run(request).await;
    let viewer = response.extensions_mut().remove::<Viewer>();
    let id = response.extensions_mut().remove::<RequestId>();
    let site = Site {
        config: &config,
        member: viewer.and_then(|viewer| viewer.member),
    };
    let rendered = if let Some(page) = response.extensions_mut().remove::<Page>() {
        site.page(page, &asked)
    } else if let Some(done) = response.extensions_mut().remove::<Done>() {
        done_response(done, &asked)
    } else if let Some(told) = told(&mut response) {
        site.error(&told, id, &asked)
    } else {
        return response;
    };
    with_headers_of(rendered, response.headers())
}

/// The error that a handler answered with, or what a layer's bare status means.
fn told(response: &mut Response) -> Option<Told> {
    let told = response.extensions_mut().remove::<Told>();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_bare = is_error && response.extensions().get::<AsIs>().is_none();
    let of_layer = || Told {
        status,
        ..Error::from_status(status).told()
    };
    told.or_else(|| is_bare.then(of_layer))
}

/// Keeps what the layers under the shell have said: cookies, the request's number.
fn with_headers_of(mut rendered: Response, headers: &HeaderMap) -> Response {
    for (name, value) in headers {
        if !rendered.headers().contains_key(name) || name == axum::http::header::SET_COOKIE {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
        .headers_mut()
        .append(VARY, HeaderValue::from_static("hx-request, cookie"));
    rendered
}

fn done_response(done: Done, asked: &Asked) -> Response {
    let location = header(&done.location);
    match (asked.by_htmx, done.fragment) {
        (true, Some(fragment)) => fragment_response(StatusCode::OK, &fragment, done.announce),
        (true, None) => (StatusCode::OK, [(HX_REDIRECT, location)]).into_response(),
        (false, _) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
    }
}

fn fragment_response(status: StatusCode, fragment: &Markup, announce: Option<String>) -> Response {
    let body = html! {
        (fragment)
        @if let Some(words) = announce { (partial(LIVE, "innerHTML", &html! { (words) })) }
    };
    (status, body).into_response()
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("/"))
}

/// What stands around every page.
struct Site<'a> {
    config: &'a Config,
    member: Option<Member>,
}

impl Site<'_> {
    fn page(&self, page: Page, asked: &Asked) -> Response {
        match page.fragment {
            Some(fragment) if asked.by_htmx => {
                fragment_response(page.status, &fragment, page.announce)
            }
            _ => {
                let body = self.document(&page.title, page.about.as_ref(), &page.main, asked);
                let kept_for = [(KEPT_FOR, self.kept_for(asked))];
                (page.status, kept_for, body).into_response()
            }
        }
    }

    fn error(&self, told: &Told, id: Option<RequestId>, asked: &Asked) -> Response {
        let mut response = if asked.by_htmx {
            let toast = partial(TOASTS, "innerHTML", &toast(told, id));
            fragment_response(told.status, &toast, None)
        } else if told.sign_in && asked.method == Method::GET {
            done_response(Done::at(login_and_back(&asked.uri)), asked)
        } else {
            let again = asked.again();
            let way = Way {
                again: again.as_deref(),
                is_member: self.member.is_some(),
            };
            let page = error_page(told, id, &way);
            let body = self.document(told.title, None, &page, asked);
            (told.status, body).into_response()
        };
        if let Some(seconds) = told.retry_after_seconds() {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// For whom the device may keep a page.
    fn kept_for(&self, asked: &Asked) -> HeaderValue {
        let mark = self.mark(asked).map(|mark| header(&mark));
        mark.unwrap_or(NOBODY)
    }

    /// The mark of the member, where they keep pages on this device.
    fn mark(&self, asked: &Asked) -> Option<String> {
        let mark = self.member.as_ref().map(Member::mark)?;
        (asked.device.keeps_for.as_ref() == Some(&mark)).then_some(mark)
    }

    fn document(&self, title: &str, about: Option<&About>, main: &Markup, asked: &Asked) -> Markup {
        let Device {
            theme,
            has_shortcuts,
            ..
        } = &asked.device;
        let theme = *theme;
        let mark = self.mark(asked);
        html! {
            (DOCTYPE)
            html lang="en" data-theme=[(theme != Theme::System).then_some(theme.name())]
                data-shortcuts=[(!has_shortcuts).then_some("off")]
                data-mark=[mark.as_ref()] data-movies=(paths::Movies) data-worker=(paths::Worker) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    title { (title) " · " (self.config.site_name) }
                    (head::told(self.config, title, about))
                    (head::looks(self.config, theme, asked.comes_from_here))
                    (head::scripts(mark.is_some()))
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (frame::header(self.config, self.member.as_ref(), asked.uri.path()))
                    div #progress.progress hidden role="progressbar" aria-label="Loading" {}
                    main #main tabindex="-1" {
                        @if mark.is_some() { (frame::waiting()) }
                        (main)
                    }
                    (frame::footer(&asked.device, &asked.again().unwrap_or_else(|| paths::Feed.to_string())))
                    @if let Some(member) = &self.member { (frame::bar(member, asked.uri.path())) }
                    div #live.hidden role="status" aria-live="polite" {}
                    div #toasts aria-live="assertive" {}
                    // Asks for all posters that are on their way and in sight at once, when the
                    // script says.
                    div #poster-poll hidden hx-get=(paths::WaitingPosters) hx-trigger="tick"
                        hx-include=".poster.waiting[data-in-sight] input" hx-swap="none" hx-sync="this:drop" {}
                }
            }
        }
    }
}

/// The sign-in, and from there back to where they were going.
fn login_and_back(uri: &Uri) -> String {
    paths::with(paths::Login, paths::Next { next: here(uri) })
}

/// The page that is asked for.
fn here(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

impl Asked {
    /// Where the same page is had once more; of what was sent there is none.
    fn again(&self) -> Option<String> {
        (self.method == Method::GET).then(|| here(&self.uri))
    }
}
