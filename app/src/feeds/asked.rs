//! What a feed reader asks, and how it is answered: whether anything has changed is known
//! before any review is read.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue,
};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::routing::TypedPath;
use chrono::{DateTime, NaiveTime, Utc};

use super::document::{self, Frame};
use crate::AppState;
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::{Cursor, Lists, Scope};
use crate::movies::Sheets;
use crate::paths;
use crate::revision::Revision;
use crate::web::{Error, Origin, Validators};

/// Who asks, and with what they are answered.
#[derive(Debug)]
pub struct Asked {
    /// Where reviews are.
    pub db: Db,
    /// What the site is called.
    pub config: Arc<Config>,
    /// Pages of lists that were read.
    pub lists: Arc<Lists>,
    /// Pages of movies that were read.
    pub sheets: Arc<Sheets>,
    /// Names what is in the feed.
    pub site: Site,
    /// Stands before every address in it.
    pub origin: Origin,
    headers: HeaderMap,
    now: DateTime<Utc>,
}

impl FromRequestParts<AppState> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self {
            db: Db::from_ref(state),
            config: Arc::from_ref(state),
            lists: Arc::from_ref(state),
            sheets: Arc::from_ref(state),
            site: Site::from_ref(state),
            origin: Origin::from_request_parts(parts, state).await?,
            headers: parts.headers.clone(),
            now: Clock::from_ref(state).now(),
        })
    }
}

/// A page of a feed in the state in which it is now.
#[derive(Debug)]
pub struct Page<P> {
    path: P,
    cursor: Option<Cursor>,
    revision: Revision,
    validators: Validators,
}

/// What a feed is of.
#[derive(Debug)]
pub struct Subject {
    /// Its name within this site, which never changes.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// The page that shows the same.
    pub page: String,
    /// Whose words it has: their name and their page; the site's where there are many.
    pub author: (String, String),
    /// Which reviews.
    pub scope: Scope,
    /// By whose eyes.
    pub viewer: Viewer,
}

impl Asked {
    /// Somebody whom we do not know, whoever it is.
    pub fn anybody(&self) -> Viewer {
        Viewer::anonymous(self.site.zone())
    }

    /// The page of the feed at `path` that comes after `older`.
    pub fn page<P: TypedPath + Clone>(
        &self,
        path: P,
        older: &paths::Older,
        revision: Option<Revision>,
    ) -> Result<Page<P>, Error> {
        // Where nothing has changed yet, there is nothing yet.
        let revision = revision.unwrap_or(Revision {
            number: 0,
            changed_at: self.site.minted_on().and_time(NaiveTime::MIN).and_utc(),
        });
        let cursor = Cursor::read(&older.older)?;
        let here = self.address(&path, cursor);
        let Revision { number, changed_at } = revision;
        let parts = (here, &self.config.site_name, number, changed_at);
        Ok(Page {
            validators: Validators::of(parts, revision.changed_at, self.now),
            revision,
            path,
            cursor,
        })
    }

    /// Where the feed at `path` goes on after `cursor`.
    fn address(&self, path: &(impl TypedPath + Clone), cursor: Option<Cursor>) -> String {
        match cursor {
            Some(cursor) => {
                let older = cursor.to_string();
                let query = paths::Older { older };
                self.origin.at(paths::with(path.clone(), query))
            }
            None => self.origin.at(path),
        }
    }

    /// The answer, where the reader has this state of the page already.
    pub fn known<P>(&self, page: &Page<P>) -> Option<Response> {
        let is_known = page.validators.are_known_by(&self.headers);
        is_known.then(|| page.validators.not_modified())
    }

    /// The page.
    pub async fn answer<P: TypedPath + Clone>(
        &self,
        page: Page<P>,
        subject: Subject,
    ) -> Result<Response, Error> {
        let Subject { viewer, scope, .. } = &subject;
        let Revision { number, changed_at } = page.revision;
        let list = self
            .lists
            .page(&self.db, viewer, *scope, page.cursor, number)
            .await?;
        let frame = Frame {
            site: &self.site,
            site_name: &self.config.site_name,
            origin: &self.origin,
            subject: &subject,
            first: self.address(&page.path, None),
            here: self.address(&page.path, page.cursor),
            next: list
                .older
                .map(|cursor| self.address(&page.path, Some(cursor))),
            changed_at,
        };
        let body = document::atom(&frame, &list.entries)?;
        let kind = HeaderValue::from_static("application/atom+xml; charset=utf-8");
        let response = ([(CONTENT_TYPE, kind)], body).into_response();
        Ok(page.validators.put_on(response))
    }
}

/// Any site may show what everybody may see, and whoever keeps it asks whether it is
/// still so.
pub fn for_everybody(mut response: Response) -> Response {
    let headers = [
        (CACHE_CONTROL, "public, no-cache"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
