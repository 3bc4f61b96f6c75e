//! Adding films to a list, one or many at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::entries::changed_list;
use super::show::{ShownList, list_page};
use crate::AppState;
use crate::accounts::{Member, MemberId, Viewer};
use crate::lists::commands::{self, Added};
use crate::lists::components::lines::AddFilms;
use crate::lists::lines::{MAX_LINES, MatchedLine, RawLine, match_lines, parse_lines};
use crate::lists::queries::{ListDetails, find_list};
use crate::paths;
use crate::web::form::OUTDATED_FORM;
use crate::web::ui::plural;
use crate::web::{Error, Form, WantsFragment};

/// `POST /lists/{id}/entries`: adds films, one a line. Asks about lines that are not clear, and
/// adds nothing before.
pub async fn create(
    paths::ListEntries { id }: paths::ListEntries,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    wants: WantsFragment,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let lines = parse_lines(fields);
    let lines = lines.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    let list = find_list(&state.db, &viewer, id).await?;
    let list = list.filter(|list| list.role.changes_films());
    let list = list.ok_or(Error::NotFound)?;
    if let Some(add) = refuse_number(&lines) {
        return question_page(&state, &viewer, &list, add).await;
    }
    let today = state.clock.today(viewer.zone);
    let mut asked = match_lines(&state.db, &state.local_catalog, lines, today).await?;
    let added = add_if_decided(&state, member.id, id, &mut asked).await?;
    if !asked.is_empty() {
        let add = AddFilms {
            asked,
            ..AddFilms::default()
        };
        return question_page(&state, &viewer, &list, add).await;
    }
    let place = paths::List { id }.to_string();
    changed_list(&state, &viewer, id, wants, (&announcement(added), place)).await
}

/// Adds nothing while a line is undecided. What remains in `lines` is undecided after all.
async fn add_if_decided(
    state: &AppState,
    member: MemberId,
    list: i64,
    lines: &mut Vec<MatchedLine>,
) -> Result<Added, Error> {
    if !lines.iter().all(MatchedLine::is_decided) {
        return Ok(Added::default());
    }
    let AppState {
        diary,
        events,
        online_catalog,
        ..
    } = state;
    let added = commands::add_lines(diary, events, online_catalog, member, list, lines).await;
    Ok(added?)
}

fn announcement(added: Added) -> String {
    let new = plural(added.new, "film", "films");
    match added.known {
        0 => format!("Added {new}."),
        known => format!("Added {new}; {known} already on the list."),
    }
}

/// Says what is wrong if there are no lines, or too many.
fn refuse_number(lines: &[RawLine]) -> Option<AddFilms> {
    let error = match lines.len() {
        0 => "Type a film’s title, an id or a link.".to_owned(),
        1..=MAX_LINES => return None,
        _ => format!("Add at most {MAX_LINES} films at once."),
    };
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    Some(AddFilms {
        typed: texts.join("\n"),
        error: Some(error),
        ..AddFilms::default()
    })
}

/// The list with a question or an error in place of the box.
async fn question_page(
    state: &AppState,
    viewer: &Viewer,
    list: &ListDetails,
    add: AddFilms,
) -> Result<Response, Error> {
    let announcement = match &add.error {
        Some(error) => error.clone(),
        None => "Some lines are not clear yet.".to_owned(),
    };
    let shown = ShownList {
        add,
        ..ShownList::default()
    };
    let page = list_page(state, viewer, list, shown).await?;
    Ok(page
        .announce(announcement)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}
