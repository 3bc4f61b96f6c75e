//! Who is there: signing in and out, sessions, one's own settings, and the members'
//! administration.
//!
//! Other features ask for a [`Viewer`] where anybody may come, a [`Member`] where only
//! members may, an [`Admin`] where only admins may, and get the right refusal for free.

mod backend;
pub mod commands;
mod components;
mod form;
mod handlers;
mod hasher;
mod limits;
mod links;
mod member;
mod owner;
mod password;
pub mod queries;
mod sessions;
mod site;
mod state;
mod tokens;
mod viewer;

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use tower_sessions::cookie::{SameSite, time};
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::AppState;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::web::Routes;

pub use backend::{Auth, Backend};
pub use components::visibility::{choice as visibility_choice, name as visibility_name};
pub use form::{RawAccount, RawProfile, TOKEN_NAME, Trouble};
pub use handlers::settings::{page as settings_page, saved, wait};
pub use hasher::{Busy, Hasher};
pub use limits::SignInLimits;
pub use links::issue as issue_link;
pub use member::{Admin, Member, MemberId};
pub use password::Password;
pub use sessions::{hand_over as hand_over_member, user_agent};
pub use site::Site;
pub use state::Accounts;
pub use tokens::{Bearer, By, NewToken, Token, bearer};
pub use viewer::{Viewer, confirm, note as note_viewer};

/// How long a member stays signed in without coming back.
const IDLE: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    use handlers::{admin, register, settings, sign_in, tokens};
    Routes::new()
        .get(register::setup)
        .post(register::set_up)
        .get(register::show)
        .post(register::create)
        .get(register::reset)
        .post(register::set_password)
        .get(sign_in::show)
        .post(sign_in::create)
        .post(sign_in::destroy)
        .get(settings::show)
        .post(settings::profile)
        .post(settings::password)
        .post(settings::end_session)
        .post(settings::end_other_sessions)
        .get(tokens::show)
        .post(tokens::create)
        .post(tokens::end)
        .get(admin::show)
        .post(admin::site)
        .post(admin::invite)
        .post(admin::end_invite)
        .post(admin::reset)
        .post(admin::promote)
        .post(admin::demote)
}

/// Finds the session of each request, and its member.
pub fn session_layer(
    db: &Db,
    clock: &Clock,
    hasher: &Hasher,
    config: &Config,
) -> AuthManagerLayer<Backend, sessions::Store> {
    let store = sessions::Store::new(db.clone(), clock.clone());
    // The prefix makes browsers refuse such a cookie from another host or by http.
    let name = match config.is_https() {
        true => "__Host-session",
        false => "session",
    };
    let layer = SessionManagerLayer::new(store)
        .with_name(name)
        .with_same_site(SameSite::Lax)
        .with_secure(config.is_https())
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(
            IDLE.num_seconds(),
        )));
    AuthManagerLayerBuilder::new(Backend::new(db.clone(), hasher.clone()), layer).build()
}
