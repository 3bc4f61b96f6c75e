//! The page of a director's or genre's movies, with average ratings and the members who saw them.

use maud::{Markup, html};

use crate::catalog::KnownMovie;
use crate::diary::queries::RecentReviewer;
use crate::movies::queries::MovieGroup;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::stats::components::average_stars;
use crate::watchlist::components::marks::film_marks;
use crate::web::Page;
use crate::web::ui::{self, movie_year, plural};

/// `next_url` builds the URL of the next page from its cursor.
pub fn page(
    group: &MovieGroup,
    lead: &str,
    next_url: impl Fn(paths::MovieListParams) -> String,
) -> Page {
    let items = html! {
        @for movie in &group.movies { (movie_item(group, movie)) }
        @if let Some(last) = group.movies.last().filter(|_| group.has_more) {
            (ui::load_more_link(&next_url(paths::MovieListParams { after: Some(last.id), ..Default::default() }), "More films"))
        }
    };
    let main = html! {
        h1 { bdi { (group.name) } }
        p.lead { (lead) }
        ul.found.movies.rated-movies { (items) }
    };
    Page::new(group.name.clone(), main)
        .fragment(items)
        .announce(plural(group.movies.len(), "film", "films"))
}

fn movie_item(group: &MovieGroup, movie: &KnownMovie) -> Markup {
    let tally = group
        .ratings
        .get(&movie.id)
        .map(crate::stats::MovieRatings::tally);
    let tally = tally.unwrap_or_default();
    let poster_state = group.posters.get(&movie.id).unwrap_or(&Poster::Missing);
    html! {
        li {
            a href=(paths::Movie { id: movie.id }) {
                (poster(movie.id, &movie.title, poster_state, PosterSlot::Card))
                span.named { span.title dir="auto" { (movie.title) } " " (movie_year(movie.year)) }
            }
            (film_marks(&group.marks, movie.id, &movie.title))
            p.byline {
                (average_stars(tally))
                @if tally.rated > 0 { " · " }
                (plural(tally.reviews, "review", "reviews"))
            }
            @if let Some(viewers) = group.seen_by.get(&movie.id) { p.byline { "Seen by " (viewer_links(viewers)) } }
        }
    }
}

fn viewer_links(viewers: &[RecentReviewer]) -> Markup {
    html! {
        @for (index, viewer) in viewers.iter().enumerate() {
            @if index > 0 { ", " }
            a dir="auto" href=(paths::Member::of(&viewer.username)) { (viewer.display_name) }
        }
    }
}
