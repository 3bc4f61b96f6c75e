//! Films of a person or a genre: who saw them, and how they are rated.

use maud::{Markup, html};

use crate::catalog::Known;
use crate::diary::queries::SeenBy;
use crate::movies::queries::Films;
use crate::paths;
use crate::posters::{Place, Poster, poster};
use crate::stats::components::stars_on_average;
use crate::web::Page;
use crate::web::ui::{self, plural};

/// The page of them; `to` is where the list goes on.
pub fn page(films: &Films, lead: &str, to: impl Fn(paths::MovieList) -> String) -> Page {
    let items = html! {
        @for movie in &films.movies { (film(films, movie)) }
        @if let Some(last) = films.movies.last().filter(|_| films.has_more) {
            (ui::way_on(&to(paths::MovieList { after: Some(last.id), ..Default::default() }), "More films"))
        }
    };
    let main = html! {
        h1 { (films.name) }
        p.lead { (lead) }
        ul.found.films.rated-films { (items) }
    };
    Page::new(films.name.clone(), main)
        .fragment(items)
        .announce(plural(films.movies.len(), "film", "films"))
}

fn film(films: &Films, movie: &Known) -> Markup {
    let tally = films.rated.get(&movie.id).map(crate::stats::Rated::tally);
    let tally = tally.unwrap_or_default();
    let shown = films.posters.get(&movie.id).unwrap_or(&Poster::Missing);
    html! {
        li {
            a href=(paths::Movie { id: movie.id }) {
                (poster(movie.id, &movie.title, shown, Place::Card))
                span.named { span.title { (movie.title) } " " span.year { (movie.year) } }
            }
            p.byline {
                (stars_on_average(tally))
                @if tally.rated > 0 { " · " }
                (plural(tally.reviews, "review", "reviews"))
            }
            @if let Some(seen) = films.seen_by.get(&movie.id) { p.byline { "Seen by " (people(seen)) } }
        }
    }
}

fn people(seen: &[SeenBy]) -> Markup {
    html! {
        @for (index, by) in seen.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(paths::User::of(&by.username)) { (by.display_name) }
        }
    }
}
