//! The films of an import, and choosing another one for what a file says.

use axum::extract::{Query, State};
use entity::import_film::ImportFilmState;

use super::own_import;
use crate::accounts::Member;
use crate::catalog::{CatalogQuery, Catalogs};
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::events::EventSender;
use crate::paths;
use crate::posters;
use crate::posters::queries::posters_of;
use crate::settings::components::imports::film_search::{self, FilmSearchView};
use crate::settings::components::imports::films::{self, FilmsView, candidate_movies};
use crate::settings::import_form::{RawFilmChoice, parse_film_state};
use crate::transfer::commands::decide_film;
use crate::transfer::queries::{FilmCounts, ImportFilm, film_counts, find_film, import_films};
use crate::web::ui::plural;
use crate::web::{Done, Error, Form, Page};

/// `GET /settings/import/{id}/films`: the films that the rows name.
pub async fn show(
    paths::ImportFilms { id }: paths::ImportFilms,
    member: Member,
    State(db): State<Db>,
    Query(params): Query<paths::ImportListParams>,
) -> Result<Page, Error> {
    let import = own_import(&db, &member, id).await?;
    let state = parse_film_state(&params.state);
    let after = params.after.unwrap_or_default();
    let page = import_films(&db, id, state, after).await?;
    let view = FilmsView {
        import: &import.summary,
        posters: &posters_of(db.reader(), candidate_movies(&page.films)).await?,
        page: &page,
        params: &params,
        counts: &film_counts(&db, id).await?,
    };
    let document = Page::new("Films of the import", films::page(&view));
    Ok(match params.after {
        Some(_) => document.fragment(films::items(&view)),
        None => document,
    })
}

/// `GET /settings/import/{id}/films/{number}`: searches another film for what a file says.
pub async fn search(
    paths::ImportFilmChoice { id, number }: paths::ImportFilmChoice,
    member: Member,
    State(db): State<Db>,
    State(catalogs): State<Catalogs>,
    Query(paths::ImportSearchParams { q }): Query<paths::ImportSearchParams>,
) -> Result<Page, Error> {
    own_import(&db, &member, id).await?;
    let film = find_own_film(&db, id, number).await?;
    let title = film.named.title.clone().unwrap_or_default();
    let typed = if q.trim().is_empty() { &title } else { &q };
    let query = CatalogQuery::parse(typed);
    let (found, online) = catalogs.find(&db, &query).await?;
    let known = found.known().chain(&online.existing).map(|movie| movie.id);
    let view = FilmSearchView {
        import: id,
        film: &film,
        typed: typed.trim(),
        query: &query,
        posters: &posters::queries::posters_of(db.reader(), known).await?,
        found: &found,
        online: &online,
    };
    Ok(Page::new("Which film is it?", film_search::page(&view)))
}

async fn find_own_film(db: &Db, import: i64, number: i64) -> Result<ImportFilm, Error> {
    let film = find_film(db, import, number).await?;
    film.ok_or(Error::NotFound)
}

/// `POST /settings/import/{id}/films/{number}`: says which film the rows mean.
pub async fn decide(
    paths::ImportFilmChoice { id, number }: paths::ImportFilmChoice,
    member: Member,
    State(writer): State<DiaryWriter>,
    State(events): State<EventSender>,
    Form(raw): Form<RawFilmChoice>,
) -> Result<Done, Error> {
    let (db, choice) = (&writer.db, raw.check()?);
    decide_film(&writer, &events, member.id, id, number, choice).await?;
    let import = own_import(db, &member, id).await?;
    let film = find_own_film(db, id, number).await?;
    let films = std::slice::from_ref(&film);
    let posters = posters_of(db.reader(), candidate_movies(films)).await?;
    let counts = film_counts(db, id).await?;
    let card = films::film_card(&import.summary, &film, &posters, &raw.state);
    let params = paths::ImportListParams::of(&raw.state);
    let announcement = decided_message(&film, &counts);
    Ok(
        Done::redirect_to(paths::with(paths::ImportFilms { id }, params))
            .fragment(films::decided_fragment(&card, &counts))
            .announce(announcement),
    )
}

fn decided_message(film: &ImportFilm, counts: &FilmCounts) -> String {
    let left = counts.get(&ImportFilmState::Undecided).copied();
    let left = plural(left.unwrap_or_default(), "film", "films");
    format!("{}. {left} left to decide.", films::decision_message(film))
}
