//! The list of imports, and the page of one.

use axum::extract::State;

use super::own_import;
use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::paths;
use crate::settings::components::imports;
use crate::settings::components::imports::start::{self, ImportsView};
use crate::settings::components::imports::view::{AnswersView, ImportView};
use crate::transfer::queries::{
    ImportDetails, film_counts, imports_of, reason_counts, written_counts,
};
use crate::web::{Error, FieldErrors, Page};

/// `GET /settings/import`: the form for files, and the member's imports.
pub async fn index(
    _: paths::Imports,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    index_page(&db, &clock, &viewer, &member, &FieldErrors::default()).await
}

pub(super) async fn index_page(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    member: &Member,
    errors: &FieldErrors,
) -> Result<Page, Error> {
    let view = ImportsView {
        imports: &imports_of(db, member.id).await?,
        errors,
        now: clock.now(),
        zone: viewer.zone,
    };
    Ok(Page::new("Import", start::page(&view)).fragment(start::upload_form(errors)))
}

/// `GET /settings/import/{id}`: an import, as far as it is.
pub async fn show(
    paths::Import { id }: paths::Import,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
) -> Result<Page, Error> {
    let import = own_import(&db, &member, id).await?;
    let answers = AnswersView::default();
    import_page(&db, &clock, &viewer, &member, &import, &answers).await
}

/// The page of an import. `answers` are what was posted, if it is shown again.
pub(super) async fn import_page(
    db: &Db,
    clock: &Clock,
    viewer: &Viewer,
    member: &Member,
    import: &ImportDetails,
    answers: &AnswersView<'_>,
) -> Result<Page, Error> {
    let id = import.summary.id;
    let view = ImportView {
        import,
        reasons: &reason_counts(db, id).await?,
        films: &film_counts(db, id).await?,
        written: &written_counts(db, id).await?,
        answers,
        username: &member.username,
        now: clock.now(),
        zone: viewer.zone,
    };
    let page = Page::new(imports::title(&import.summary), imports::page(&view));
    Ok(page.fragment(imports::content(&view)))
}
