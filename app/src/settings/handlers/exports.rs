//! Handlers of exports: the page, the downloads, and archives that are written in the background.

use axum::extract::State;
use axum::response::Response;

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::EventSender;
use crate::paths;
use crate::settings::components::exports::{self, ExportsView};
use crate::transfer::exports::queries::archive_of;
use crate::transfer::exports::{ExportFormat, Exporter, Exports, commands, export_size};
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form, Page};

/// `GET /settings/export`: what can be taken away, and how.
pub async fn show(
    _: paths::Exports,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    let view = ExportsView {
        size: export_size(&db, member.id).await?,
        archive: archive_of(&db, &clock, member.id).await?,
        zone: viewer.zone,
    };
    Ok(Page::new("Export", exports::page(&view)).fragment(exports::archive_section(&view)))
}

/// `GET /settings/export/{format}`: the export as a file.
pub async fn download(
    paths::Export { format }: paths::Export,
    viewer: Viewer,
    member: Member,
    State(exporter): State<Exporter>,
    State(exports): State<Exports>,
) -> Result<Response, Error> {
    let format = ExportFormat::parse(&format).ok_or(Error::NotFound)?;
    let permit = exports.start(member.id)?;
    Ok(exporter.download(permit, &member, viewer.zone, format))
}

/// `POST /settings/export/archives`: has the whole archive written in the background.
pub async fn begin(
    _: paths::Archives,
    viewer: Viewer,
    member: Member,
    State(exporter): State<Exporter>,
    State(events): State<EventSender>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let size = export_size(&exporter.db, member.id).await?;
    let owner = (member.id, viewer.zone);
    commands::begin_archive(&exporter, &events, owner, size).await?;
    Ok(Done::redirect_to(paths::Exports))
}

/// `GET /settings/export/archives/{id}`: an archive that is ready.
pub async fn download_archive(
    paths::Archive { id }: paths::Archive,
    viewer: Viewer,
    member: Member,
    State(exporter): State<Exporter>,
) -> Result<Response, Error> {
    let owner = (member.id, member.username.as_str(), viewer.zone);
    exporter.written_archive(owner, id).await
}

/// `POST /settings/export/archives/{id}/deletion`: deletes an archive, or stops its writing.
pub async fn delete_archive(
    paths::ArchiveDeletion { id }: paths::ArchiveDeletion,
    member: Member,
    State(exporter): State<Exporter>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    match commands::delete_archive(&exporter, member.id, id).await? {
        true => Ok(Done::redirect_to(paths::Exports)),
        false => Err(Error::NotFound),
    }
}
