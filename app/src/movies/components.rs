//! What the pages of movies are made of.

use maud::{Markup, html};

use crate::catalog::{Known, Said};
use crate::config::SourceName;
use crate::diary::Merge;
use crate::diary::components::log_box::{choice, name};
use crate::paths;
use crate::web::ui::{self, button_for, time};

/// What the list of movies shows.
#[derive(Debug)]
pub struct List<'a> {
    /// What is looked for; empty for all movies.
    pub typed: &'a str,
    /// Those that fit.
    pub movies: &'a [Known],
    /// Whether it goes on after the last.
    pub has_more: bool,
    /// Whether the catalog may add what it knows.
    pub asks_catalog: bool,
}

/// The page of all movies, with a field to find one. What is typed finds at once.
pub fn movies(list: &List<'_>) -> Markup {
    html! {
        form.ask action=(paths::Movies) method="get" role="search" {
            h1 { label for="find" { "Movies" } }
            div.row {
                input #find name="q" type="search" value=(list.typed) maxlength="300" autocomplete="off"
                    placeholder="A title, a name, a year, or a link"
                    hx-get=(paths::Movies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                    hx-target="#movies" hx-swap="innerHTML";
                button.primary { "Find" }
            }
        }
        ul #movies.found { (items(list)) }
    }
}

/// The movies, and the way on.
pub fn items(list: &List<'_>) -> Markup {
    html! {
        @for movie in list.movies { li { a href=(paths::Movie { id: movie.id }) { (name(movie)) } } }
        @if let Some(last) = list.movies.last().filter(|_| list.has_more) {
            (ui::way_on(&paths::with(paths::Movies, paths::MovieList { after: Some(last.id), ..Default::default() }), "More films"))
        }
        @if list.movies.is_empty() {
            li.asking { @if list.typed.is_empty() { "No films yet." } @else { "No film that is here fits “" (list.typed) "”." } }
        }
        @if list.asks_catalog && !list.typed.is_empty() { (asking(list.typed)) }
    }
}

/// Asks the catalog; without JavaScript, by a link.
fn asking(typed: &str) -> Markup {
    let q = typed.to_owned();
    let more = paths::with(
        paths::FindMovies,
        paths::Find {
            q: q.clone(),
            links: "1".to_owned(),
        },
    );
    let page = paths::with(
        paths::NewReview,
        paths::Choice {
            q,
            ..Default::default()
        },
    );
    html! {
        li.asking hx-get=(more) hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" {
            a href=(page) { "Look in the catalog as well" }
        }
    }
}

/// The head of a movie's page.
pub fn head(movie: &Known, may_log: bool) -> Markup {
    html! {
        header.movie {
            h1 { (movie.title) " " span.year { (movie.year) } }
            @if !movie.directors.is_empty() { p.lead { "Directed by " (movie.directors.join(", ")) } }
            p.actions {
                @if may_log { a.button.primary href=(choice(movie.id)) { "Log this film" } }
                @if let Some(id) = &movie.imdb_id {
                    a.button.quiet href={ "https://www.imdb.com/title/" (id) "/" } rel="noopener" { "IMDb" }
                }
                @if let Some(id) = movie.tmdb_id {
                    a.button.quiet href={ "https://www.themoviedb.org/movie/" (id) } rel="noopener" { "TMDB" }
                }
            }
        }
    }
}

/// What the catalog says of a movie, and who says it.
pub fn facts(said: &Said) -> Markup {
    html! {
        @if let Some(title) = &said.original_title { p.byline { "Original title: " (title) } }
        @if said.runtime.is_some() || !said.genres.is_empty() {
            p.byline {
                @if let Some(minutes) = said.runtime { (minutes) " min" }
                @if said.runtime.is_some() && !said.genres.is_empty() { " · " }
                (said.genres.join(", "))
            }
        }
        @if !said.overview.is_empty() { p.overview { (said.overview) } }
        @if let Some(source) = said.source { p.hint.credit { (credit(source)) } }
    }
}

/// As each source asks to be named.
fn credit(source: SourceName) -> &'static str {
    match source {
        SourceName::Tmdb => {
            "Facts from TMDB. This product uses the TMDB API but is not endorsed or certified by TMDB."
        }
        SourceName::Omdb => "Facts from OMDb (omdbapi.com), CC BY-NC 4.0.",
        SourceName::Wikidata => "Facts from Wikidata, CC0.",
    }
}

/// The movies that went into this one, for admins, who can part them again.
pub fn merges(merges: &[Merge]) -> Markup {
    html! {
        @for merge in merges {
            div.actions {
                span.byline {
                    (merge.title) " (" (merge.year) ") turned out to be this film on " (time::written(merge.merged_at.date_naive())) "."
                }
                (button_for(paths::MergeUndoing { id: merge.id }, "quiet", "Undo", &format!("part {} ({}) from this film", merge.title, merge.year)))
            }
        }
    }
}
