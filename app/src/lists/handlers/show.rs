//! The page of a list.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::film_list::film_list;
use crate::AppState;
use crate::accounts::{Reveal, Viewer};
use crate::lists::components::lines::AddFilms;
use crate::lists::components::page::{self, ListPageView};
use crate::lists::page_meta::list_meta;
use crate::lists::queries::{ListDetails, find_list, load_content};
use crate::paths::{self, ListName};
use crate::web::ui::plural;
use crate::web::{Error, FieldErrors, Origin, Page};

/// `GET /lists/{id}`: a list with its films; at a secret address, only the films as JSON.
pub async fn show(
    paths::ListOrAddress { id: name }: paths::ListOrAddress,
    viewer: Viewer,
    headers: HeaderMap,
    origin: Origin,
    reveal: Reveal,
    State(state): State<AppState>,
    Query(params): Query<paths::AfterIdParams>,
) -> Result<Response, Error> {
    let id = match name {
        ListName::Id(id) => id,
        ListName::Code(code) => return film_list(&state.db, &headers, &code).await,
    };
    let list = find_list(&state.db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let member = viewer.member.as_ref();
    let new = member.and_then(|member| reveal.secret(member, &address_purpose(id)));
    let new_address = new.map(|code| origin.url_of(paths::film_list(code)));
    let is_shown = new_address.is_some();
    let shown = ShownList {
        after: params.after,
        new_address,
        ..ShownList::default()
    };
    let page = list_page(&state, &viewer, &list, shown).await?;
    Ok((reveal.count(is_shown), page).into_response())
}

/// What the secret address of a list is revealed as.
pub(super) fn address_purpose(list: i64) -> String {
    format!("list-{list}")
}

/// What the page of a list shows besides the list.
#[derive(Debug, Default)]
pub(super) struct ShownList {
    /// The last movie of the page before.
    pub after: Option<i64>,
    pub add: AddFilms,
    /// The username that cannot be invited, and why.
    pub refused: Option<(String, FieldErrors)>,
    /// The secret address that was just created.
    pub new_address: Option<String>,
}

pub(super) async fn list_page(
    state: &AppState,
    viewer: &Viewer,
    list: &ListDetails,
    shown: ShownList,
) -> Result<Page, Error> {
    let content = load_content(&state.db, &state.list_pages, viewer, list, shown.after).await?;
    let refused = shown.refused.as_ref();
    let view = ListPageView {
        list,
        content: &content,
        viewer: viewer.member.as_ref(),
        zone: viewer.zone,
        new_address: shown.new_address.as_deref(),
        add: &shown.add,
        refused: refused.map(|(username, errors)| (username.as_str(), errors)),
    };
    let fragment = match shown.after {
        Some(_) => page::items(&view).clone(),
        None => page::content(&view),
    };
    Ok(Page::new(&list.title, page::list_page(&view))
        .fragment(fragment)
        .announce(plural(content.page.totals.films, "film", "films"))
        .meta(list_meta(list, &content)))
}
