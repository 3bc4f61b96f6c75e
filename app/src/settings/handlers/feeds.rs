//! The settings page for feeds, the calendar and embedding, and the secret address of the feed.

use axum::extract::State;
use entity::AddressPurpose;

use crate::accounts::commands::{create_secret_address, revoke_secret_address};
use crate::accounts::queries::address_created_at;
use crate::accounts::{Member, Reveal, RevealHeaders, SecurityEvent, Viewer, log_security_event};
use crate::clock::Clock;
use crate::db::Db;
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
    reveal: Reveal,
) -> Result<(RevealHeaders, Page), Error> {
    let feed = reveal.secret(&member, AddressPurpose::Feed.name());
    let calendar = reveal.secret(&member, AddressPurpose::Calendar.name());
    let new = match (feed, calendar) {
        (Some(code), _) => {
            let path = paths::SecretFeed {
                code: code.to_owned(),
            };
            Some((AddressPurpose::Feed, origin.url_of(path)))
        }
        (_, Some(code)) => {
            let path = paths::SecretCalendar::of(code);
            Some((AddressPurpose::Calendar, origin.url_of(path)))
        }
        (None, None) => None,
    };
    let page = feeds_settings_page(&db, &viewer, &member, &origin, new.as_ref()).await?;
    Ok((reveal.count(new.is_some()), page))
}

/// `POST /settings/feeds/key`: creates or replaces the secret address of the feed.
pub async fn create_key(
    _: paths::SettingsFeedKey,
    member: Member,
    client: ClientAddress,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<(RevealHeaders, Done), Error> {
    let purpose = AddressPurpose::Feed;
    let code = create_secret_address(&db, &clock, member.id, purpose).await?;
    let event = SecurityEvent::AddressCreated(purpose);
    log_security_event(event, client, Some(&member.username));
    let kept = Reveal::keep(&member, purpose.name(), code.expose());
    Ok((kept, Done::redirect_to(paths::SettingsFeeds)))
}

/// `POST /settings/feeds/key/ending`: revokes the secret address of the feed.
pub async fn revoke_key(
    _: paths::SettingsFeedKeyEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    revoke_secret_address(&db, member.id, AddressPurpose::Feed).await?;
    Ok(Done::redirect_to(paths::SettingsFeeds))
}

/// Renders the page, with the secret address that was just created.
async fn feeds_settings_page(
    db: &Db,
    viewer: &Viewer,
    member: &Member,
    origin: &Origin,
    new: Option<&(AddressPurpose, String)>,
) -> Result<Page, Error> {
    let view = FeedSettingsView {
        member,
        viewer,
        origin,
        feed_created_at: address_created_at(db, member.id, AddressPurpose::Feed).await?,
        calendar_created_at: address_created_at(db, member.id, AddressPurpose::Calendar).await?,
        new: new.map(|(purpose, address)| (*purpose, address.as_str())),
    };
    Ok(Page::new("Feeds and embedding", feeds::page(&view)))
}
