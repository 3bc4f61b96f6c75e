//! The addresses of one's own feeds.

use axum::extract::State;

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::feeds::components::settings::{self, Shown};
use crate::feeds::{commands, queries};
use crate::paths;
use crate::web::form::Nothing;
use crate::web::{Done, Error, Form, Origin, Page};

/// `GET /settings/feeds`
pub async fn show(
    _: paths::SettingsFeeds,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    page(&db, &clock, &viewer, &member, &origin, None).await
}

/// `POST /settings/feeds/key`
pub async fn make_key(
    _: paths::SettingsFeedKey,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<Nothing>,
) -> Result<Page, Error> {
    let code = commands::make_key(&db, &clock, member.id).await?;
    let code = code.expose().to_owned();
    let secret = origin.at(paths::SecretFeed { code });
    page(&db, &clock, &viewer, &member, &origin, Some(&secret)).await
}

/// `POST /settings/feeds/key/ending`
pub async fn end_key(
    _: paths::SettingsFeedKeyEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<Nothing>,
) -> Result<Done, Error> {
    commands::end_key(&db, member.id).await?;
    Ok(Done::at(paths::SettingsFeeds))
}

/// The page, with a secret address that was just made.
async fn page(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    member: &Member,
    origin: &Origin,
    secret: Option<&str>,
) -> Result<Page, Error> {
    let shown = Shown {
        member,
        viewer,
        origin,
        key_since: queries::key_since(db, member.id).await?,
        secret,
        now: clock.now(),
    };
    Ok(Page::new("Feeds and embed", settings::page(&shown)))
}
