//! Accounts: signing in and out, sessions, API tokens and one-time links.
//!
//! Handlers of other features take a [`Viewer`] where everyone is allowed, a [`Member`] where only
//! members are, and an [`Admin`] where only admins are. The extractors reject everyone else.

mod attempts;
mod backend;
pub mod commands;
pub mod components;
mod familiar_addresses;
pub mod form;
pub(crate) mod handlers;
mod hasher;
mod limits;
mod links;
mod member;
mod owner;
mod password;
pub mod queries;
mod reveal;
mod security_log;
mod sessions;
mod site;
mod state;
mod tokens;
mod typed_form;
mod viewer;

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use tower_sessions::cookie::{SameSite, time};
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;

pub use backend::{Auth, Backend};
pub use components::sign_out::sign_out_button;
pub use components::visibility::{choice as visibility_choice, name as visibility_name};
pub use form::{MAX_TOKEN_NAME, RawAccount, RawProfile};
pub use handlers::sign_in::{end_session, start_session};
pub use hasher::{Busy, Hasher};
pub use limits::SignInLimits;
pub use links::issue_link;
pub use member::{Admin, Member, MemberId};
pub use password::Password;
pub use reveal::{Reveal, RevealHeaders};
pub use security_log::{SecurityEvent, log_security_event};
pub use sessions::{current_session_hash, share_session_lookup, user_agent_of};
pub use site::Site;
pub use state::Accounts;
pub use tokens::{ApiToken, AuthMethod, Bearer, NewToken, authenticate_token};
pub use typed_form::{ReturnedForm, TypedForm};
pub use viewer::{Viewer, attach_viewer, recheck_session};

/// A session expires this long after its last use.
const IDLE_TIMEOUT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// Loads the session of each request and its member.
pub fn session_layer(
    db: &Db,
    clock: &Clock,
    hasher: &Hasher,
    config: &Config,
) -> AuthManagerLayer<Backend, sessions::DbSessionStore> {
    let store = sessions::DbSessionStore::new(db.clone(), clock.clone());
    // The `__Host-` prefix makes browsers reject the cookie over HTTP or from another host.
    let name = if config.is_https() {
        "__Host-session"
    } else {
        "session"
    };
    let layer = SessionManagerLayer::new(store)
        .with_name(name)
        .with_same_site(SameSite::Lax)
        .with_secure(config.is_https())
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(
            IDLE_TIMEOUT.num_seconds(),
        )));
    AuthManagerLayerBuilder::new(Backend::new(db.clone(), hasher.clone()), layer).build()
}
