//! An export as a response: a file that a browser saves.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{ExportFormat, ExportPermit, Exporter, commands, queries};
use crate::accounts::{Member, MemberId};
use crate::web::Error;

impl Exporter {
    /// Streams an export of the member. Days are those of `zone`.
    pub fn download(
        &self,
        permit: ExportPermit,
        member: &Member,
        zone: Tz,
        format: ExportFormat,
    ) -> Response {
        let content = self.start(Some(permit), (member.id, zone), format, Default::default());
        let now = (self.clock.now(), zone);
        file_response(format, &member.username, now, Body::from_stream(content))
    }

    /// The archive of the member that was written in the background.
    pub async fn written_archive(
        &self,
        (member, username, zone): (MemberId, &str, Tz),
        id: i64,
    ) -> Result<Response, Error> {
        let Self { db, clock, .. } = self;
        let file = queries::archive_file(db, clock, member, id).await?;
        let (object, bytes, created_at) = file.ok_or(Error::NotFound)?;
        let content = self.posters.store().read_staged(&object).await;
        let content = content.map_err(|error| Error::Internal(error.to_string()))?;
        let Some(content) = content else {
            commands::mark_lost(db, member, id).await?;
            return Err(Error::NotFound);
        };
        let content = Body::from_stream(content);
        let archive = ExportFormat::Archive;
        let mut response = file_response(archive, username, (created_at, zone), content);
        response.headers_mut().insert(CONTENT_LENGTH, bytes.into());
        Ok(response)
    }
}

fn file_response(
    format: ExportFormat,
    username: &str,
    (at, zone): (DateTime<Utc>, Tz),
    content: Body,
) -> Response {
    let name = format.file_name(username, at.with_timezone(&zone).date_naive());
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, content).into_response()
}
