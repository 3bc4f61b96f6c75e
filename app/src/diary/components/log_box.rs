//! The log box of the feed, "What did you watch?", and the page that searches for a movie to log.

use maud::{Markup, html};

use super::movie_choice::{found_form_path, found_name};
use super::search_box::{
    LOG_BOX_ID, SearchPurpose, by_hand_label, hidden_fields, search_box, unread_link_message,
};
use crate::catalog::{CatalogQuery, FoundFilms, Hit, OnlineMatches};
use crate::diary::form::RawMovie;
use crate::paths;
use crate::web::Page;

const QUESTION: &str = "What did you watch?";

/// The form for the chosen movie replaces the box. `focus` moves the keyboard focus into it.
pub fn log_box(focus: bool) -> Markup {
    let label = html! { label.hidden #log-title for="q" { (QUESTION) } };
    html! {
        section.log.in-feed id=(LOG_BOX_ID) aria-labelledby="log-title" {
            (search_box(SearchPurpose::LogInPlace, &label, "", focus))
        }
    }
}

/// The box alone, for the dialog that opens over other pages.
pub fn dialog_page() -> Page {
    let label = html! { label.hidden for="q" { (QUESTION) } };
    let fragment = search_box(SearchPurpose::Log, &label, "", true);
    let main = search_page(
        "",
        &CatalogQuery::parse(""),
        &FoundFilms::default(),
        &OnlineMatches::default(),
    );
    Page::new(QUESTION, main).fragment(fragment)
}

/// Shown when the catalog cannot be reached.
pub const CATALOG_UNAVAILABLE: &str =
    "The catalog is not available right now. Add the film by hand, and its details will follow.";

/// The page with the box. Without JavaScript, it lists the results.
pub fn search_page(
    typed: &str,
    query: &CatalogQuery,
    found: &FoundFilms,
    online_matches: &OnlineMatches,
) -> Markup {
    let label = html! { h1 { label #log-title for="q" { (QUESTION) } } };
    html! {
        section.log id=(LOG_BOX_ID) aria-labelledby="log-title" {
            (search_box(SearchPurpose::Log, &label, typed, typed.is_empty()))
        }
        @if typed.is_empty() {
            p { a href=(paths::Feed) { "Back to the feed" } }
        } @else {
            (search_results(typed, query, found, online_matches))
        }
    }
}

fn search_results(
    typed: &str,
    query: &CatalogQuery,
    found: &FoundFilms,
    online_matches: &OnlineMatches,
) -> Markup {
    let is_nothing = found.films.is_empty()
        && online_matches.existing.is_empty()
        && online_matches.hits.is_empty();
    html! {
        @if let Some(link) = &query.unread_link {
            p { (unread_link_message(link)) }
        } @else if is_nothing {
            p { "No film matches “" bdi { (typed) } "”." }
        } @else {
            ul.found {
                @for film in found.films.iter().chain(&online_matches.films()) {
                    li { a href=(found_form_path(film)) { (found_name(film)) } (save_form(&RawMovie::from_found(film), film.title())) }
                }
            }
        }
        @if online_matches.is_incomplete { p.hint { (CATALOG_UNAVAILABLE) } }
        p { a.button href=(paths::by_hand(typed)) { (by_hand_label(query)) } }
    }
}

/// A button that saves a film of the catalog.
pub fn save_hit_form(hit: &Hit) -> Markup {
    save_form(&RawMovie::from_hit(hit), &hit.title)
}

fn save_form(movie: &RawMovie, title: &str) -> Markup {
    html! {
        form method="post" action=(paths::WatchlistEntries) {
            (hidden_fields(movie))
            button.quiet { "Save for later" span.hidden { ": " bdi { (title) } } }
        }
    }
}

/// Address of the search page with results.
pub fn search_path(typed: &str) -> String {
    let choice = paths::NewReviewParams {
        q: typed.trim().to_owned(),
        ..paths::NewReviewParams::default()
    };
    paths::with(paths::NewReview, choice)
}
