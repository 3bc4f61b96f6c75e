//! Who looks at a page: a member, or anybody.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use chrono::NaiveDate;
use chrono_tz::Tz;
use tower_sessions::SessionStore;

use super::sessions::{Store, failed};
use super::{Auth, Member, MemberId, Site};
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::Of;
use crate::web::Error;

/// The session's note of the day on which it was last pushed on.
const SEEN_ON: &str = "seen_on";

/// Who looks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The member, if they are signed in.
    pub member: Option<Member>,
    /// In which time zone they see times: their own, else the site's.
    pub zone: Tz,
}

impl Viewer {
    /// The member, or nobody we know.
    pub fn of(member: Option<Member>, site: &Site) -> Self {
        let zone = member.as_ref().and_then(|member| member.zone);
        Self {
            zone: zone.unwrap_or_else(|| site.zone()),
            member,
        }
    }

    /// Nobody we know.
    pub fn anonymous(zone: Tz) -> Self {
        Self { member: None, zone }
    }

    /// The member's id, if they are signed in.
    pub fn id(&self) -> Option<MemberId> {
        self.member.as_ref().map(|member| member.id)
    }

    /// Of what they see changes: what everybody sees, or more.
    pub fn sees(&self) -> Of {
        match self.member {
            Some(_) => Of::All,
            None => Of::Public,
        }
    }

    /// Whether this is that member.
    pub fn is(&self, member: MemberId) -> bool {
        self.id() == Some(member)
    }
}

/// Notes the [`Viewer`] on the request for handlers, and on the answer for the shell.
pub async fn note(
    State(site): State<Site>,
    State(clock): State<Clock>,
    auth: Auth,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let viewer = Viewer::of(auth.user.clone(), &site);
    if viewer.member.is_some() {
        push_on(&auth, &clock).await?;
    }
    request.extensions_mut().insert(viewer.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(viewer);
    Ok(response)
}

/// Lets the session live on, at most once a day: pages do not write.
async fn push_on(auth: &Auth, clock: &Clock) -> Result<(), Error> {
    let today = clock.now().date_naive();
    let seen_on: Option<NaiveDate> = auth.session.get(SEEN_ON).await?;
    if seen_on.is_none_or(|day| day < today) {
        auth.session.insert(SEEN_ON, today).await?;
    }
    Ok(())
}

/// Fails unless the session of the request is one still: for what comes after a body that
/// was long on its way.
pub async fn confirm(auth: &Auth, db: &Db, clock: &Clock) -> Result<(), Error> {
    let id = auth.session.id().ok_or(Error::SignIn)?;
    let store = Store::new(db.clone(), clock.clone());
    let found = store.load(&id).await;
    found.map_err(failed)?.map(|_| ()).ok_or(Error::SignIn)
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
