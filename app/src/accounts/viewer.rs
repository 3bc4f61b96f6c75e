//! The viewer of a page: a member or an anonymous visitor.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use chrono::NaiveDate;
use chrono_tz::Tz;
use tower_sessions::SessionStore;

use super::sessions::{DbSessionStore, session_error};
use super::{Auth, Member, MemberId, Site};
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::RevisionKind;
use crate::web::Error;

/// Session key of the day on which the session was last extended.
const SEEN_ON_KEY: &str = "seen_on";

#[derive(Clone, Debug)]
pub struct Viewer {
    pub member: Option<Member>,
    /// The member's time zone, or else the site's.
    pub zone: Tz,
    /// Whether the site has no account yet.
    pub is_before_setup: bool,
}

impl Viewer {
    pub fn of(member: Option<Member>, site: &Site) -> Self {
        let zone = member.as_ref().and_then(|member| member.zone);
        Self {
            zone: zone.unwrap_or_else(|| site.zone()),
            member,
            is_before_setup: false,
        }
    }

    pub fn anonymous(zone: Tz) -> Self {
        Self {
            member: None,
            zone,
            is_before_setup: false,
        }
    }

    pub fn id(&self) -> Option<MemberId> {
        self.member.as_ref().map(|member| member.id)
    }

    /// Which revisions invalidate a page for this viewer: those of public changes or of all
    /// changes.
    pub fn revision_kind(&self) -> RevisionKind {
        match self.member {
            Some(_) => RevisionKind::All,
            None => RevisionKind::Public,
        }
    }

    pub fn is(&self, member: MemberId) -> bool {
        self.id() == Some(member)
    }
}

/// Middleware that adds the [`Viewer`] to the request for handlers and to the response for the
/// shell.
pub async fn attach_viewer(
    State(site): State<Site>,
    State(db): State<Db>,
    State(clock): State<Clock>,
    auth: Auth,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let mut viewer = Viewer::of(auth.user.clone(), &site);
    match viewer.member {
        Some(_) => extend_session(&auth, &clock).await?,
        None => viewer.is_before_setup = !site.has_account(&db).await?,
    }
    request.extensions_mut().insert(viewer.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(viewer);
    Ok(response)
}

/// Extends the session at most once a day, so that most page views write nothing.
async fn extend_session(auth: &Auth, clock: &Clock) -> Result<(), Error> {
    let today = clock.now().date_naive();
    let seen_on: Option<NaiveDate> = auth.session.get(SEEN_ON_KEY).await?;
    if seen_on.is_none_or(|day| day < today) {
        auth.session.insert(SEEN_ON_KEY, today).await?;
    }
    Ok(())
}

/// Fails with `SignInRequired` if the session has ended. For use after a slow upload, during which
/// the member may have signed out.
pub async fn recheck_session(auth: &Auth, db: &Db, clock: &Clock) -> Result<(), Error> {
    let id = auth.session.id().ok_or(Error::SignInRequired)?;
    let store = DbSessionStore::new(db.clone(), clock.clone());
    let found = store.load(&id).await;
    found
        .map_err(session_error)?
        .map(|_| ())
        .ok_or(Error::SignInRequired)
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::Internal("the request has no viewer".to_owned()))
    }
}
