//! Middleware that renders what handlers return: a full document, a fragment for htmx, or a
//! redirect. No other module needs to know whether a request came from htmx.

pub mod errors;
mod frame;
mod head;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::accounts::{Member, TypedForm, Viewer};
use crate::config::Config;
use crate::device::{Device, Theme};
use crate::paths;
use crate::web::body::RefusedForm;
use crate::web::client_address::is_https_to_proxy;
use crate::web::cross_site::SEC_FETCH_SITE;
use crate::web::error::ErrorMessage;
use crate::web::trace::RequestId;
use crate::web::ui::partial;
use crate::web::{Done, Error, Page, PageMeta, RawResponse, WantsFragment};
use errors::{ErrorPageContext, error_page, error_toast};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// The live region, through which screen readers announce what htmx changed.
const LIVE_REGION: &str = "#live";

/// Shows errors that no form displays.
const TOASTS: &str = "#toasts";

/// Tells the service worker who may see its saved copy of a page: a member's account mark, or
/// [`NOBODY`] if the page must not be saved.
const X_KEPT_FOR: HeaderName = HeaderName::from_static("x-kept-for");
const NOBODY: HeaderValue = HeaderValue::from_static("none");

/// The parts of a request that rendering needs.
struct RequestInfo {
    is_htmx: bool,
    /// True for links and forms on pages of this site.
    is_same_origin: bool,
    /// Whether the request shows that the browser is on https. It may be even if not.
    is_surely_https: bool,
    method: Method,
    uri: Uri,
    device: Device,
}

/// Middleware: replaces the [`Page`], [`Done`] or error of a response with HTML.
pub async fn render(
    State(config): State<Arc<Config>>,
    mut request: Request,
    next: Next,
) -> Response {
    let info = RequestInfo {
        is_htmx: request.headers().contains_key(HX_REQUEST),
        is_same_origin: request
            .headers()
            .get(SEC_FETCH_SITE)
            .is_some_and(|site| site == "same-origin"),
        // Browsers send this header to https, and on the machine itself.
        is_surely_https: request.headers().contains_key(SEC_FETCH_SITE)
            || is_https_to_proxy(&request, &config.trusted_proxies),
        method: request.method().clone(),
        uri: request.uri().clone(),
        device: Device::from_request(request.headers(), config.is_https()),
    };
    request.extensions_mut().insert(WantsFragment(info.is_htmx));
    let mut response = next.run(request).await;
    let viewer = response.extensions_mut().remove::<Viewer>();
    let id = response.extensions_mut().remove::<RequestId>();
    let refused = response.extensions_mut().remove::<RefusedForm>();
    let typed = refused.and_then(|form| TypedForm::from_body(&form.0));
    let renderer = Renderer {
        config: &config,
        is_before_setup: viewer.as_ref().is_some_and(|viewer| viewer.is_before_setup),
        member: viewer.and_then(|viewer| viewer.member),
    };
    let rendered = if let Some(page) = response.extensions_mut().remove::<Page>() {
        renderer.render_page(page, &info)
    } else if let Some(done) = response.extensions_mut().remove::<Done>() {
        done_response(done, &info)
    } else if let Some(error) = take_error(&mut response) {
        renderer.render_error(&error, typed.as_ref(), id, &info)
    } else {
        return response;
    };
    merge_headers(rendered, response.headers())
}

/// The error that a handler returned, or one made from the bare status that a layer returned.
fn take_error(response: &mut Response) -> Option<ErrorMessage> {
    let error = response.extensions_mut().remove::<ErrorMessage>();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_bare = is_error && response.extensions().get::<RawResponse>().is_none();
    let from_layer = || ErrorMessage {
        status,
        ..Error::from_status(status).message()
    };
    error.or_else(|| is_bare.then(from_layer))
}

/// Copies the headers that inner layers set, such as cookies and the request ID.
fn merge_headers(mut rendered: Response, headers: &HeaderMap) -> Response {
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

fn done_response(done: Done, info: &RequestInfo) -> Response {
    let location = header_value(&done.location);
    match (info.is_htmx, done.fragment) {
        (true, Some(fragment)) => fragment_response(StatusCode::OK, &fragment, done.announce),
        (true, None) => (StatusCode::OK, [(HX_REDIRECT, location)]).into_response(),
        (false, _) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
    }
}

fn fragment_response(status: StatusCode, fragment: &Markup, announce: Option<String>) -> Response {
    let body = html! {
        (fragment)
        @if let Some(message) = announce { (partial(LIVE_REGION, "innerHTML", &html! { (message) })) }
    };
    (status, body).into_response()
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("/"))
}

/// Renders pages and errors within the site's header and footer.
struct Renderer<'a> {
    config: &'a Config,
    member: Option<Member>,
    is_before_setup: bool,
}

impl Renderer<'_> {
    fn render_page(&self, page: Page, info: &RequestInfo) -> Response {
        match page.fragment {
            Some(fragment) if info.is_htmx => {
                fragment_response(page.status, &fragment, page.announce)
            }
            _ => {
                let main = html! {
                    @if page.signs_in { (self.sign_in_notice(info)) }
                    (page.main)
                };
                let body = self.render_document(&page.title, page.meta.as_ref(), &main, info);
                let kept_for = [(X_KEPT_FOR, self.kept_for_value(info))];
                (page.status, kept_for, body).into_response()
            }
        }
    }

    fn render_error(
        &self,
        error: &ErrorMessage,
        typed: Option<&TypedForm>,
        id: Option<RequestId>,
        info: &RequestInfo,
    ) -> Response {
        let mut response = if info.is_htmx {
            let toast = partial(TOASTS, "innerHTML", &error_toast(error, typed, id));
            fragment_response(error.status, &toast, None)
        } else if error.offer_sign_in && info.method == Method::GET {
            done_response(Done::redirect_to(login_url(&info.uri)), info)
        } else {
            let retry_url = info.retry_url();
            let context = ErrorPageContext {
                retry_url: retry_url.as_deref(),
                is_member: self.member.is_some(),
                typed,
            };
            let page = error_page(error, id, &context);
            let body = self.render_document(error.title, None, &page, info);
            (error.status, body).into_response()
        };
        if let Some(seconds) = error.retry_after_seconds() {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Empty unless the site needs https and the browser may be on http.
    fn sign_in_notice(&self, info: &RequestInfo) -> Markup {
        let site = self.config.origin().filter(|_| self.config.is_https());
        match (site, info.retry_url()) {
            (Some(site), Some(path)) if !info.is_surely_https => {
                frame::sign_in_notice(site, &format!("{site}{path}"))
            }
            _ => html! {},
        }
    }

    fn kept_for_value(&self, info: &RequestInfo) -> HeaderValue {
        let mark = self.saved_pages_mark(info).map(|mark| header_value(&mark));
        mark.unwrap_or(NOBODY)
    }

    /// `None` unless the member saves pages on this device.
    fn saved_pages_mark(&self, info: &RequestInfo) -> Option<String> {
        let mark = self.member.as_ref().map(Member::account_mark)?;
        (info.device.saves_pages_for.as_ref() == Some(&mark)).then_some(mark)
    }

    fn render_document(
        &self,
        title: &str,
        metadata: Option<&PageMeta>,
        main: &Markup,
        info: &RequestInfo,
    ) -> Markup {
        let Device {
            theme,
            has_shortcuts,
            ..
        } = &info.device;
        let theme = *theme;
        let mark = self.saved_pages_mark(info);
        let member = self.member.as_ref().map(Member::account_mark);
        html! {
            (DOCTYPE)
            html lang="en" data-theme=[(theme != Theme::System).then_some(theme.name())]
                data-shortcuts=[(!has_shortcuts).then_some("off")]
                data-member=[member.as_ref()] data-mark=[mark.as_ref()] data-movies=(paths::Movies) data-worker=(paths::Worker) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    title { (title) " · " (self.config.site_name) }
                    (head::metadata_tags(self.config, title, metadata))
                    (head::appearance_tags(self.config, theme, info.is_same_origin))
                    (head::script_tags(member.is_some(), mark.is_some()))
                }
                body {
                    a.skip href="#main" { "Skip to content" }
                    (frame::site_header(self.config, self.member.as_ref(), info.uri.path()))
                    div #progress.progress hidden role="progressbar" aria-label="Loading" {}
                    main #main tabindex="-1" {
                        @if mark.is_some() { (frame::waiting()) }
                        @if self.is_before_setup { (frame::setup_notice()) }
                        (main)
                    }
                    (frame::site_footer(&info.device, &info.retry_url().unwrap_or_else(|| paths::Feed.to_string())))
                    @if let Some(member) = &self.member { (frame::bottom_bar(member, info.uri.path())) }
                    div #live.hidden role="status" aria-live="polite" {}
                    div #toasts aria-live="assertive" {}
                    // The script triggers `tick` to fetch all pending posters in view with one
                    // request.
                    div #poster-poll hidden hx-get=(paths::WaitingPosters) hx-trigger="tick"
                        hx-include=".poster.waiting[data-in-sight] input" hx-swap="none" hx-sync="this:drop" {}
                }
            }
        }
    }
}

/// The sign-in page, which redirects back to `uri`.
fn login_url(uri: &Uri) -> String {
    paths::with(
        paths::Login,
        paths::NextParams {
            next: path_and_query(uri),
        },
    )
}

fn path_and_query(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

impl RequestInfo {
    /// `None` unless the request was a GET: other requests cannot be repeated by a link.
    fn retry_url(&self) -> Option<String> {
        (self.method == Method::GET).then(|| path_and_query(&self.uri))
    }
}
