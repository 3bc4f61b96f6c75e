//! Films that may be the same, each with a button that merges it into another.

use maud::{Markup, html};

use crate::catalog::KnownMovie;
use crate::catalog::queries::{Doubles, best_known};
use crate::paths;
use crate::web::ui::movie_year;

pub fn page(doubles: &[Doubles]) -> Markup {
    html! {
        h1 { "Films that may be the same" }
        p.lead {
            "They have the same title and year, whatever the punctuation, and nothing speaks against it. A merge moves all "
            "reviews to the film that stays. You can undo it on that film’s page."
        }
        @if doubles.is_empty() { p { "There are none." } }
        @for movies in doubles { (group(movies)) }
    }
}

fn group(movies: &Doubles) -> Markup {
    let stays = best_known(movies);
    html! {
        section.card {
            ul.sessions {
                @for movie in movies {
                    li {
                        div { (description(movie)) }
                        div.actions {
                            @match stays.filter(|stays| stays.id != movie.id) {
                                Some(stays) => (merge_button(movie, stays)),
                                None => span.hint { "stays" },
                            }
                        }
                    }
                }
            }
        }
    }
}

fn description(movie: &KnownMovie) -> Markup {
    html! {
        a dir="auto" href=(paths::Movie { id: movie.id }) { (movie.title) } " " (movie_year(movie.year))
        @if !movie.directors.is_empty() { " · " bdi { (movie.directors.join(", ")) } }
        @if let Some(imdb_id) = &movie.imdb_id { " · " (imdb_id) }
        @if let Some(tmdb_id) = movie.tmdb_id { " · TMDB " (tmdb_id) }
    }
}

fn merge_button(movie: &KnownMovie, stays: &KnownMovie) -> Markup {
    html! {
        form method="post" action=(paths::AdminDoubles) {
            input type="hidden" name="from" value=(movie.id);
            input type="hidden" name="into" value=(stays.id);
            button.quiet { "Merge" span.hidden { " " bdi { (movie.title) } " into " bdi { (stays.title) } } }
        }
    }
}
