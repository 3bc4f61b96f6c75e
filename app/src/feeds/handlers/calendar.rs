//! The calendar of a member.

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use entity::AddressPurpose;
use tokio::task::spawn_blocking;

use crate::accounts::queries::find_address_owner;
use crate::feeds::calendar_document::CalendarDocument;
use crate::feeds::queries::dated_viewings;
use crate::feeds::request::FeedRequest;
use crate::paths;
use crate::revision::{RevisionKind, member_revision};
use crate::watchlist::queries::releases;
use crate::web::{CacheValidators, Error, unlisted};

/// `GET /calendar/{file}`: the days of a member’s whole diary, and the days on which films of
/// the watchlist come out.
pub async fn show(path: paths::SecretCalendar, request: FeedRequest) -> Result<Response, Error> {
    let (db, code) = (&request.db, path.file.strip_suffix(".ics"));
    let code = code.ok_or(Error::NotFound)?;
    let owner = find_address_owner(db, AddressPurpose::Calendar, code).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let releases = releases(db, owner.id).await?;
    let revision = member_revision(db.reader(), owner.id, RevisionKind::All).await?;
    let number = revision.map(|revision| revision.number);
    let address = request.origin.url_of(path);
    let validators =
        CacheValidators::without_time((address, &owner.display_name, number, &releases));
    if validators.matches(&request.headers) {
        return Ok(unlisted(validators.not_modified()));
    }
    let document = CalendarDocument {
        name: format!("{}’s films", owner.display_name),
        viewings: dated_viewings(db, owner.id).await?,
        releases,
        site: request.site,
        origin: request.origin,
    };
    let written = spawn_blocking(move || document.render()).await;
    let body = written.map_err(|error| Error::Internal(format!("a calendar: {error}")))?;
    let content_type = HeaderValue::from_static("text/calendar; charset=utf-8");
    let response = ([(CONTENT_TYPE, content_type)], body).into_response();
    Ok(unlisted(validators.apply_to(response)))
}
