//! What the pages of movies are made of.

use maud::{Markup, html};

use crate::catalog::{Known, Said};
use crate::config::SourceName;
use crate::diary::Merge;
use crate::diary::components::log_box::choice;
use crate::paths;
use crate::web::ui::{button_for, time};

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
