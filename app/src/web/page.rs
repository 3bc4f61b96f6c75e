//! What a handler answers with. `shell` makes a document, a fragment or a redirect of
//! it, whichever the browser asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::About;

/// Something to look at.
#[derive(Clone, Debug)]
pub struct Page {
    /// What the browser's tab says, without the site's name.
    pub title: String,
    /// What stands in `<main>` of the document.
    pub main: Markup,
    /// What htmx gets instead, when it asked for a part of the page.
    pub fragment: Option<Markup>,
    /// 200, or 422 and the like for a form that comes back.
    pub status: StatusCode,
    /// Read aloud by a screen reader when htmx has put the fragment in place.
    pub announce: Option<String>,
    /// What others are told of it; nothing, where not everybody may see it.
    pub about: Option<About>,
}

impl Page {
    /// A page that htmx never asks a part of.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            main,
            fragment: None,
            status: StatusCode::OK,
            announce: None,
            about: None,
        }
    }

    /// Answers htmx with `fragment`.
    #[must_use]
    pub fn fragment(mut self, fragment: Markup) -> Self {
        self.fragment = Some(fragment);
        self
    }

    /// Answers with `status`.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Has `words` read aloud with the fragment.
    #[must_use]
    pub fn announce(mut self, words: impl Into<String>) -> Self {
        self.announce = Some(words.into());
        self
    }

    /// Tells search engines, and sites that show a card for a link, what it is about.
    #[must_use]
    pub fn about(mut self, about: impl Into<Option<About>>) -> Self {
        self.about = about.into();
        self
    }
}

/// Something that was done: a browser is sent on to `location` (303), htmx gets the
/// fragment.
#[derive(Clone, Debug)]
pub struct Done {
    /// A path of this site.
    pub location: String,
    /// What htmx gets; without it, htmx goes to `location` too.
    pub fragment: Option<Markup>,
    /// Read aloud by a screen reader when htmx has put the fragment in place.
    pub announce: Option<String>,
}

impl Done {
    /// Done; the browser goes on to `location`.
    pub fn at(location: impl ToString) -> Self {
        Self {
            location: location.to_string(),
            fragment: None,
            announce: None,
        }
    }

    /// Answers htmx with `fragment`.
    #[must_use]
    pub fn fragment(mut self, fragment: Markup) -> Self {
        self.fragment = Some(fragment);
        self
    }

    /// Has `words` read aloud with the fragment.
    #[must_use]
    pub fn announce(mut self, words: impl Into<String>) -> Self {
        self.announce = Some(words.into());
        self
    }
}

/// Whether a fragment goes out, if the handler has one: what nobody sees need not be drawn.
/// The shell says so; without it, it does.
#[derive(Clone, Copy, Debug)]
pub struct WantsFragment(pub bool);

impl<S: Sync> FromRequestParts<S> for WantsFragment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let said = parts.extensions.get().copied();
        Ok(said.unwrap_or(Self(true)))
    }
}

/// Marks an answer that is for a program: the shell makes no page of it, whatever its
/// status.
#[derive(Clone, Copy, Debug)]
pub struct AsIs;

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
