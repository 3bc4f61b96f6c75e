//! The rows of an import, with what becomes of each.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::own_import;
use crate::accounts::Member;
use crate::db::Db;
use crate::paths;
use crate::settings::components::imports::rows::{self, RowsView};
use crate::settings::import_form::parse_row_state;
use crate::transfer::problems_csv;
use crate::transfer::queries::{ROWS_PER_PAGE, RowFilter, import_rows};
use crate::web::{Error, Page};

/// `GET /settings/import/{id}/rows`: the rows of an import.
pub async fn show(
    paths::ImportRows { id }: paths::ImportRows,
    member: Member,
    State(db): State<Db>,
    Query(params): Query<paths::ImportListParams>,
) -> Result<Page, Error> {
    let import = own_import(&db, &member, id).await?;
    let state = parse_row_state(&params.state);
    let filter = RowFilter {
        states: state.into_iter().collect(),
        after: params.after.unwrap_or_default(),
    };
    let view = RowsView {
        import: &import.summary,
        page: &import_rows(&db, id, filter, ROWS_PER_PAGE).await?,
        params: &params,
        state,
    };
    let page = Page::new("Rows of the import", rows::page(&view));
    Ok(match params.after {
        Some(_) => page.fragment(rows::items(&view)),
        None => page,
    })
}

/// `GET /settings/import/{id}/problems.csv`: what was left out and why, as a file.
pub async fn problems(
    paths::ImportProblems { id }: paths::ImportProblems,
    member: Member,
    State(db): State<Db>,
) -> Result<Response, Error> {
    own_import(&db, &member, id).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"import-{id}-problems.csv\""),
        ),
    ];
    let body = Body::from_stream(problems_csv(db, id));
    Ok((headers, body).into_response())
}
