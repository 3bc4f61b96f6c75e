//! What an import would bring, before anything is written.

use maud::{Markup, html};

use super::left_out::{left_out_section, warnings_section};
use super::view::{ImportView, count_of, state_heading, tile};
use crate::paths;

/// The state whose films the member has to decide about.
pub const UNDECIDED: &str = "undecided";

pub fn section(view: &ImportView<'_>) -> Markup {
    let counts = view.counts();
    html! {
        section.card {
            (state_heading(&heading(view)))
            @if counts.rows == 0 {
                p { "There are no rows in these files." }
            } @else {
                dl.tiles {
                    (tile("Viewings", counts.viewings))
                    @if counts.ratings_only > 0 { (tile("Ratings alone", counts.ratings_only)) }
                    @if counts.watchlist > 0 { (tile("On the watchlist", counts.watchlist)) }
                    @if counts.lists > 0 { (tile("Lists", counts.lists)) }
                    @if counts.list_entries > 0 { (tile("Films on lists", counts.list_entries)) }
                    @if counts.likes > 0 { (tile("Likes", counts.likes)) }
                }
                @if counts.ratings_only > 0 {
                    p.hint { "Ratings alone are of films without a viewing in the files. They come as reviews with an unknown day." }
                }
            }
            (duplicates(view))
            (undecided_notice(view))
            (left_out_section(view))
            (warnings_section(view))
            p { a href=(paths::ImportFilms { id: view.id() }) { "Check how the films were matched" } " · "
                a href=(paths::ImportRows { id: view.id() }) { "See every row" } }
        }
    }
}

fn heading(view: &ImportView<'_>) -> String {
    let counts = view.counts();
    let films = count_of(counts.films, "film", "films");
    match counts.viewings + counts.ratings_only {
        0 => format!("{films} found"),
        reviews => format!("{}, {films}", count_of(reviews, "review", "reviews")),
    }
}

fn duplicates(view: &ImportView<'_>) -> Markup {
    let duplicates = view.counts().duplicates;
    html! {
        @if duplicates > 0 {
            p { (count_of(duplicates, "entry is", "entries are")) " in your diary already and won’t come twice." }
        }
    }
}

/// Undecided films block nothing.
pub fn undecided_notice(view: &ImportView<'_>) -> Markup {
    let undecided = view.undecided_films();
    let params = paths::ImportListParams::of(UNDECIDED);
    html! {
        @if undecided > 0 {
            div.notice.undecided-films {
                p {
                    strong { (count_of(undecided, "film needs", "films need")) " your eye. " }
                    "The file doesn’t say clearly enough which one is meant. You can decide now or later; everything else goes ahead."
                }
                a.button href=(paths::with(paths::ImportFilms { id: view.id() }, params)) { "Decide now" }
            }
        }
    }
}
