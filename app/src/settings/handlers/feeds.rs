//! Handlers of the settings page for feeds.

use axum::extract::State;

use crate::accounts::{Member, SecurityEvent, Viewer, commands, log_security_event};
use crate::clock::Clock;
use crate::db::Db;
use crate::feeds::queries;
use crate::paths;
use crate::settings::components::feeds::{self, FeedSettingsView};
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form, Origin, Page};

/// `GET /settings/feeds`: the member's feed addresses and embed code.
pub async fn show(
    _: paths::SettingsFeeds,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    feeds_settings_page(&db, &clock, &viewer, &member, &origin, None).await
}

/// `POST /settings/feeds/key`: creates or replaces the secret address.
pub async fn create_key(
    _: paths::SettingsFeedKey,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    client: ClientAddress,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<Page, Error> {
    let code = commands::create_feed_key(&db, &clock, member.id).await?;
    log_security_event(
        SecurityEvent::FeedAddressCreated,
        client,
        Some(&member.username),
    );
    let code = code.expose().to_owned();
    let secret = origin.url_of(paths::SecretFeed { code });
    feeds_settings_page(&db, &clock, &viewer, &member, &origin, Some(&secret)).await
}

/// `POST /settings/feeds/key/ending`: revokes the secret address.
pub async fn revoke_key(
    _: paths::SettingsFeedKeyEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    commands::revoke_feed_key(&db, member.id).await?;
    Ok(Done::redirect_to(paths::SettingsFeeds))
}

/// Renders the page, optionally with a secret address that was just created.
async fn feeds_settings_page(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    member: &Member,
    origin: &Origin,
    new_secret: Option<&str>,
) -> Result<Page, Error> {
    let view = FeedSettingsView {
        member,
        viewer,
        origin,
        key_created_at: queries::key_created_at(db, member.id).await?,
        new_secret,
        now: clock.now(),
    };
    Ok(Page::new("Feeds and embedding", feeds::page(&view)))
}
