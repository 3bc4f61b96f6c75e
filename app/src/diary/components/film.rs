//! Saying which film is meant: by hand, or by choosing another for a review.

use maud::{Markup, html};

use super::log_box::{CUT_SHORT, name, name_of};
use crate::catalog::{Added, Known};
use crate::diary::Entry;
use crate::diary::form::RawFilm;
use crate::paths;
use crate::web::Fields;
use crate::web::ui::Field;

/// What the page shows that lets one choose another film.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The review as it is.
    pub review: &'a Entry,
    /// What is looked for.
    pub typed: &'a str,
    /// What of it is known here.
    pub known: &'a [Known],
    /// What of it the catalog knows.
    pub added: &'a Added,
    /// What was typed by hand.
    pub raw: &'a RawFilm,
    /// What is wrong with it.
    pub errors: &'a Fields,
    /// The movies to choose from when several fit what was typed by hand.
    pub fitting: &'a [Known],
}

/// The page that lets one choose another film for a review.
pub fn wrong_film(shown: &Shown<'_>) -> Markup {
    let path = paths::ReviewMovie {
        id: shown.review.id,
    };
    let is_by_hand = !shown.errors.is_empty() || !shown.fitting.is_empty();
    html! {
        h1 { "Which film did you see?" }
        p.lead {
            "This review is of " span.title { (shown.review.title) } " " span.year { (shown.review.year) }
            ". What you wrote stays; only the film changes."
        }
        form.ask action=(path) method="get" role="search" {
            div.row {
                input name="q" type="search" value=(shown.typed) maxlength="300" required autocomplete="off"
                    aria-label="Find the film" placeholder="A title, a year, or a link" autofocus[!is_by_hand];
                button.primary { "Find" }
            }
        }
        @if !shown.typed.is_empty() { (choices(shown, path)) }
        details.more open[is_by_hand] {
            summary { "None of these: type it by hand" }
            form method="post" action=(path) {
                @if let Some(told) = shown.errors.of("") { p.error role="alert" { (told) } }
                (by_hand(shown.raw, shown.errors, shown.fitting, "by-hand-title"))
                button.primary { "It is this one" }
            }
        }
        p { a.button.quiet href=(paths::Review { id: shown.review.id }) { "Leave it as it is" } }
    }
}

fn choices(shown: &Shown<'_>, path: paths::ReviewMovie) -> Markup {
    let Shown { known, added, .. } = shown;
    let of_here = known
        .iter()
        .chain(&added.known)
        .filter(|movie| movie.id != shown.review.movie_id);
    let of_here = of_here.map(|movie| {
        let film = RawFilm {
            movie: movie.id.to_string(),
            ..RawFilm::default()
        };
        (film, name(movie))
    });
    let elsewhere = added.hits.iter();
    let elsewhere = elsewhere.map(|hit| (RawFilm::found(hit), name_of(hit)));
    let choices: Vec<_> = of_here.chain(elsewhere).collect();
    html! {
        @if choices.is_empty() { p { "No other film that fits “" (shown.typed) "” was found." } }
        ul.found {
            @for (film, name) in &choices {
                li {
                    form method="post" action=(path) {
                        @for (field, value) in film.filled() { input type="hidden" name=(field) value=(value); }
                        button.choice { (name) }
                    }
                }
            }
        }
        @if added.is_cut_short { p.hint { (CUT_SHORT) } }
    }
}

/// The fields of a movie that is typed by hand. `fitting` are the movies to choose from
/// when several fit what was typed.
pub fn by_hand(raw: &RawFilm, errors: &Fields, fitting: &[Known], title: &str) -> Markup {
    let is_titled = !raw.title.trim().is_empty();
    let is_asked = !fitting.is_empty();
    // The first that is wrong, else where one begins.
    let has_cursor =
        |field: &str, begins: bool| errors.first().map_or(begins, |first| first == field);
    html! {
        h2 id=(title) { "Which film?" }
        @if is_asked {
            div.error role="alert" {
                p { "Several films of that title came out that year. Choose one, or name another director below:" }
                div.actions { @for movie in fitting { button name="movie" value=(movie.id) { (name(movie)) } } }
            }
        }
        div.columns {
            (Field::text("title", "Title", &raw.title).cursor(has_cursor("title", !is_titled)).draw(errors))
            (Field::text("year", "Year", &raw.year).digits().cursor(has_cursor("year", is_titled && !is_asked)).draw(errors))
        }
        details.more open[is_asked || has_more(raw, errors)] {
            summary { "Director, IMDb or TMDB id" }
            (Field::text("director", "Director", &raw.director).optional().cursor(has_cursor("director", false))
                .hint("Several with commas between them.").draw(errors))
            div.columns {
                (Field::text("imdb_id", "IMDb id", &raw.imdb_id).optional().cursor(has_cursor("imdb_id", false))
                    .hint("Such as tt0133093, or the page’s address.").draw(errors))
                (Field::text("tmdb_id", "TMDB id", &raw.tmdb_id).optional().digits().cursor(has_cursor("tmdb_id", false))
                    .hint("Such as 603, or the page’s address.").draw(errors))
            }
        }
    }
}

fn has_more(raw: &RawFilm, errors: &Fields) -> bool {
    let is_filled = [&raw.director, &raw.imdb_id, &raw.tmdb_id]
        .into_iter()
        .any(|field| !field.is_empty());
    let is_wrong = ["director", "imdb_id", "tmdb_id"]
        .into_iter()
        .any(|field| errors.of(field).is_some());
    is_filled || is_wrong
}
