//! What the pages of movies are made of.

use maud::{Markup, html};

use crate::catalog::Known;
use crate::diary::components::log_box::choice;

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
