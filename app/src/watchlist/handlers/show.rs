//! The page of a watchlist.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use entity::AddressPurpose;

use crate::AppState;
use crate::accounts::{Member, Reveal, RevealHeaders, Viewer};
use crate::paths;
use crate::watchlist::components::page::{self, WatchlistPageView};
use crate::watchlist::params::WatchlistView;
use crate::watchlist::queries::{WatchlistOwner, find_watchlist_owner, load_content};
use crate::web::ui::plural;
use crate::web::{Done, Error, Origin, Page};

/// `GET /watchlist`: leads to the member’s own.
pub async fn own(_: paths::WatchlistEntries, member: Member) -> Response {
    Done::redirect_to(paths::Watchlist::of(&member.username)).into_response()
}

/// `GET /users/{username}/watchlist`: the films that a member wants to see.
pub async fn show(
    path: paths::Watchlist,
    viewer: Viewer,
    State(state): State<AppState>,
    origin: Origin,
    reveal: Reveal,
    Query(params): Query<paths::WatchlistParams>,
) -> Result<(RevealHeaders, Page), Error> {
    let owner = find_watchlist_owner(&state.db, &viewer, &path.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let own = viewer
        .member
        .as_ref()
        .filter(|member| member.id == owner.id);
    let new = own.and_then(|member| reveal.secret(member, AddressPurpose::Watchlist.name()));
    let new = new.map(|code| origin.url_of(paths::film_list(code)));
    let page = watchlist_page(&state, &viewer, &owner, &params, new.as_deref()).await?;
    Ok((reveal.count(new.is_some()), page))
}

/// `new_address` is the secret address that was just created.
pub(super) async fn watchlist_page(
    state: &AppState,
    viewer: &Viewer,
    owner: &WatchlistOwner,
    params: &paths::WatchlistParams,
    new_address: Option<&str>,
) -> Result<Page, Error> {
    let view = WatchlistView::parse(params);
    let content = load_content(&state.db, &state.watchlist_pages, viewer, owner, &view).await?;
    let shown = WatchlistPageView {
        owner,
        is_own: viewer.is(owner.id),
        params,
        view: &view,
        content: &content,
        new_address,
        zone: viewer.zone,
    };
    let fragment = match view.after {
        Some(_) => page::items(&shown).clone(),
        None => page::content(&shown),
    };
    let announcement = match &content.picked {
        Some(film) => format!("Tonight: {}", film.entry.title),
        None => plural(content.page.summary.films, "film", "films"),
    };
    Ok(Page::new(page::title(owner), page::page(&shown))
        .fragment(fragment)
        .announce(announcement))
}
