//! A request for an Atom feed. Conditional requests are answered before any review is read.

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

use super::document::{self, FeedMeta, FeedSubject};
use crate::AppState;
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::diary::{Cursor, EntryPageCache};
use crate::movies::MovieDetailsCache;
use crate::paths;
use crate::revision::Revision;
use crate::web::{CacheValidators, Error, Origin, respond_unless_cached};

#[derive(Debug)]
pub struct FeedRequest {
    pub db: Db,
    pub config: Arc<Config>,
    pub lists: Arc<EntryPageCache>,
    pub movie_details: Arc<MovieDetailsCache>,
    pub site: Site,
    /// The scheme and host of all addresses in the feed.
    pub origin: Origin,
    pub(super) headers: HeaderMap,
    now: DateTime<Utc>,
}

impl FromRequestParts<AppState> for FeedRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self {
            db: Db::from_ref(state),
            config: Arc::from_ref(state),
            lists: Arc::from_ref(state),
            movie_details: Arc::from_ref(state),
            site: Site::from_ref(state),
            origin: Origin::from_request_parts(parts, state).await?,
            headers: parts.headers.clone(),
            now: Clock::from_ref(state).now(),
        })
    }
}

/// The requested page of a feed, at its current revision.
#[derive(Debug)]
pub struct FeedPage<P> {
    path: P,
    cursor: Option<Cursor>,
    revision: Revision,
    validators: CacheValidators,
}

impl FeedRequest {
    pub fn anonymous_viewer(&self) -> Viewer {
        Viewer::anonymous(self.site.zone())
    }

    pub fn page<P: TypedPath + Clone>(
        &self,
        path: P,
        older: &paths::OlderParams,
        revision: Option<Revision>,
    ) -> Result<FeedPage<P>, Error> {
        // A feed without any changes yet counts as changed at the site's first start.
        let revision = revision.unwrap_or(Revision {
            number: 0,
            changed_at: self.site.minted_on().and_time(NaiveTime::MIN).and_utc(),
        });
        let cursor = Cursor::parse_older(&older.older)?;
        let url = self.page_url(&path, cursor);
        let Revision { number, changed_at } = revision;
        let parts = (url, &self.config.site_name, number, changed_at);
        Ok(FeedPage {
            validators: CacheValidators::new(parts, revision.changed_at, self.now),
            revision,
            path,
            cursor,
        })
    }

    fn page_url(&self, path: &(impl TypedPath + Clone), cursor: Option<Cursor>) -> String {
        match cursor {
            Some(cursor) => {
                let older = cursor.to_string();
                let query = paths::OlderParams {
                    older,
                    ..paths::OlderParams::default()
                };
                self.origin.url_of(paths::with(path.clone(), query))
            }
            None => self.origin.url_of(path),
        }
    }

    /// A 304 response if the client already has this revision.
    pub fn not_modified<P>(&self, page: &FeedPage<P>) -> Option<Response> {
        let is_current = page.validators.matches(&self.headers);
        is_current.then(|| page.validators.not_modified())
    }

    pub async fn respond<P: TypedPath + Clone>(
        &self,
        page: FeedPage<P>,
        subject: FeedSubject,
    ) -> Result<Response, Error> {
        let FeedSubject { viewer, scope, .. } = &subject;
        let Revision { number, changed_at } = page.revision;
        let list = self
            .lists
            .page(&self.db, viewer, *scope, page.cursor, number)
            .await?;
        let meta = FeedMeta {
            site: &self.site,
            site_name: &self.config.site_name,
            origin: &self.origin,
            subject: &subject,
            first_url: self.page_url(&page.path, None),
            self_url: self.page_url(&page.path, page.cursor),
            next_url: list
                .older
                .map(|cursor| self.page_url(&page.path, Some(cursor))),
            changed_at,
        };
        let body = document::render_atom(&meta, &list.entries)?;
        let content_type = HeaderValue::from_static(ATOM);
        let response = ([(CONTENT_TYPE, content_type)], body).into_response();
        Ok(page.validators.apply_to(response))
    }
}

impl FeedRequest {
    /// A whole feed that is cheap to write, or 304 if the client already has it. The films in it
    /// change by themselves, so no time says when it last changed.
    pub fn respond_with(&self, body: String) -> Response {
        respond_unless_cached(&self.headers, ATOM, body)
    }
}

const ATOM: &str = "application/atom+xml; charset=utf-8";

/// Lets any site fetch the feed, and makes caches revalidate their copies.
pub fn public_response(mut response: Response) -> Response {
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
