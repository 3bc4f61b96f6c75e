//! Responses of handlers. The `shell` middleware turns them into a document, an htmx fragment or a
//! redirect, depending on the request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::PageMeta;

#[derive(Clone, Debug)]
pub struct Page {
    /// For the browser's tab, without the site's name.
    pub title: String,
    pub main: Markup,
    /// Sent instead of the document if htmx asked for a part of the page.
    pub fragment: Option<Markup>,
    /// 200, or an error such as 422 for a form with errors.
    pub status: StatusCode,
    /// Screen readers announce this after htmx has swapped in the fragment.
    pub announce: Option<String>,
    /// `None` if the page is not public.
    pub meta: Option<PageMeta>,
    /// Whether its form starts a session, which takes a cookie.
    pub signs_in: bool,
}

impl Page {
    /// A page without a fragment, with status 200.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            main,
            fragment: None,
            status: StatusCode::OK,
            announce: None,
            meta: None,
            signs_in: false,
        }
    }

    #[must_use]
    pub fn signs_in(mut self) -> Self {
        self.signs_in = true;
        self
    }

    #[must_use]
    pub fn fragment(mut self, fragment: Markup) -> Self {
        self.fragment = Some(fragment);
        self
    }

    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn announce(mut self, text: impl Into<String>) -> Self {
        self.announce = Some(text.into());
        self
    }

    #[must_use]
    pub fn meta(mut self, meta: impl Into<Option<PageMeta>>) -> Self {
        self.meta = meta.into();
        self
    }
}

/// A completed action: redirects the browser to `location` (303), or sends htmx the fragment.
#[derive(Clone, Debug)]
pub struct Done {
    pub location: String,
    /// If `None`, htmx goes to `location` too.
    pub fragment: Option<Markup>,
    /// Screen readers announce this after htmx has swapped in the fragment.
    pub announce: Option<String>,
}

impl Done {
    /// Redirects to `location`, a path on this site.
    pub fn redirect_to(location: impl ToString) -> Self {
        Self {
            location: location.to_string(),
            fragment: None,
            announce: None,
        }
    }

    #[must_use]
    pub fn fragment(mut self, fragment: Markup) -> Self {
        self.fragment = Some(fragment);
        self
    }

    #[must_use]
    pub fn announce(mut self, words: impl Into<String>) -> Self {
        self.announce = Some(words.into());
        self
    }
}

/// Whether the shell will send the fragment; if not, a handler can skip rendering it. `true` if the
/// shell has not set it.
#[derive(Clone, Copy, Debug)]
pub struct WantsFragment(pub bool);

impl<S: Sync> FromRequestParts<S> for WantsFragment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let set_by_shell = parts.extensions.get().copied();
        Ok(set_by_shell.unwrap_or(Self(true)))
    }
}

/// Marks a response for programs: the shell leaves it as it is, even if it is an error.
#[derive(Clone, Copy, Debug)]
pub struct RawResponse;

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
