//! The page of a movie.

use entity::Visibility;
use entity::movie_correction::CorrectedField;
use maud::{Markup, html};

use crate::accounts::visibility_name;
use crate::catalog::queries::{Correction, Person};
use crate::catalog::{Known, Said};
use crate::config::SourceName;
use crate::diary::Merge;
use crate::diary::components::log_box::choice;
use crate::diary::queries::Viewing;
use crate::movies::queries::Sheet;
use crate::paths;
use crate::posters::queries::Credit;
use crate::posters::{Place, light, poster};
use crate::stats::components::{histogram, stars_on_average, to_a_tenth};
use crate::stats::{Change, Rated, Way, change};
use crate::web::ui::{button_for, plural, stars, time};

/// What the viewer may do with a movie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    /// Log a review of it.
    pub log: bool,
    /// Correct what is known of it, and its poster.
    pub correct: bool,
}

/// The head of a movie's page: its poster, what it is, what can be done with it, how it is
/// rated, and the viewer's own viewings.
pub fn head(sheet: &Sheet, may: May) -> Markup {
    let Known {
        id, title, year, ..
    } = &sheet.movie;
    html! {
        header.movie {
            (light(&sheet.poster.poster))
            (poster(*id, title, &sheet.poster.poster, Place::Head))
            div {
                h1 { (title) " " span.year { (year) } }
                @if !sheet.directors.is_empty() { p.lead { "Directed by " (people(&sheet.directors)) } }
                (facts(&sheet.said))
                (actions(sheet, may))
                (credits(sheet.said.source, sheet.poster.credit.as_ref()))
            }
        }
        (ratings(&sheet.rated))
        (viewings(&sheet.viewings))
    }
}

fn people(people: &[Person]) -> Markup {
    html! {
        @for (index, person) in people.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(paths::Person { id: person.id }) { (person.name) }
        }
    }
}

/// How those whose reviews may be seen rate it.
fn ratings(rated: &Rated) -> Markup {
    let tally = rated.tally();
    html! {
        @if tally.rated > 0 {
            section.rated aria-label="Ratings" {
                p.average-of {
                    (stars_on_average(tally))
                    span.note { (plural(tally.rated, "rating", "ratings")) ", " (plural(tally.reviews, "review", "reviews")) }
                }
                (histogram("How it is rated", &rated.shares()))
            }
        }
    }
}

/// When the viewer saw it, and how their rating moved.
fn viewings(viewings: &[Viewing]) -> Markup {
    let ratings: Vec<_> = viewings.iter().filter_map(|seen| seen.rating).collect();
    html! {
        @if !viewings.is_empty() {
            section.viewings aria-labelledby="viewings" {
                h2 #viewings { "Your viewings" }
                ol {
                    @for seen in viewings { li { (viewing(seen)) } }
                }
                @if let Some(change) = change(&ratings) { p.change { (moved(&change)) } }
            }
        }
    }
}

fn viewing(seen: &Viewing) -> Markup {
    html! {
        a href=(paths::Review { id: seen.id }) {
            @match seen.watched_on { Some(day) => (time::written(day)), None => "Day unknown" }
        }
        " "
        @if let Some(rating) = seen.rating { (stars(rating)) } @else { span.note { "not rated" } }
        @if seen.rewatch { " " span.badge { "rewatch" } }
        @if seen.visibility != Visibility::Public { " " span.badge { (visibility_name(seen.visibility)) } }
    }
}

fn moved(change: &Change) -> Markup {
    let (sign, word) = match change.way {
        Way::Improved => ("↑", "Improved"),
        Way::Declined => ("↓", "Declined"),
        Way::Steady => ("→", "Steady"),
    };
    html! {
        span aria-hidden="true" { (sign) " " }
        strong { (word) }
        ": " (to_a_tenth(change.latest)) " stars now, "
        (to_a_tenth(change.before)) " on average before."
    }
}

fn actions(sheet: &Sheet, may: May) -> Markup {
    let movie = &sheet.movie;
    let log = match sheet.viewings.is_empty() {
        true => "Log this film",
        false => "Log it again",
    };
    html! {
        p.actions {
            @if may.log { a.button.primary href=(choice(movie.id)) { (log) } }
            @if let Some(id) = &movie.imdb_id {
                a.button.quiet href={ "https://www.imdb.com/title/" (id) "/" } rel="noopener" { "IMDb" }
            }
            @if let Some(id) = movie.tmdb_id {
                a.button.quiet href={ "https://www.themoviedb.org/movie/" (id) } rel="noopener" { "TMDB" }
            }
            @if may.correct { a.button.quiet href=(paths::MovieCorrection { id: movie.id }) { "Correct it" } }
        }
    }
}

/// What the catalog says of a movie.
fn facts(said: &Said) -> Markup {
    html! {
        @if let Some(title) = &said.original_title { p.byline { "Original title: " (title) } }
        @if said.runtime.is_some() || !said.genres.is_empty() {
            p.byline {
                @if let Some(minutes) = said.runtime { (minutes) " min" }
                @if said.runtime.is_some() && !said.genres.is_empty() { " · " }
                @for (index, genre) in said.genres.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(paths::Genre { slug: genre.slug.clone() }) { (genre.name) }
                }
            }
        }
        @if !said.overview.is_empty() { p.overview { (said.overview) } }
    }
}

/// Who said so, and whose the poster is.
fn credits(facts: Option<SourceName>, poster: Option<&Credit>) -> Markup {
    html! {
        @if facts.is_some() || poster.is_some() {
            p.hint.credit {
                @if let Some(source) = facts { (credit(source)) " " }
                @if let Some(poster) = poster { (credit_of(poster)) }
            }
        }
    }
}

fn credit_of(poster: &Credit) -> Markup {
    let from = match poster.source {
        Some(SourceName::Wikidata) => "Wikimedia Commons",
        Some(source) => source.title(),
        None => return html! { "The poster was sent by a member." },
    };
    html! {
        "Poster from "
        @match &poster.page {
            Some(page) => a href=(page) rel="noopener" { (from) },
            None => (from),
        }
        "."
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

/// What members corrected, for admins, who can take it back.
pub fn corrections(corrections: &[Correction]) -> Markup {
    html! {
        @for correction in corrections {
            div.actions {
                span.byline {
                    (correction.by.as_deref().unwrap_or("Somebody who has left")) " corrected " (told(correction))
                    " on " (time::written(correction.corrected_at.date_naive())) "."
                }
                (button_for(paths::CorrectionUndoing { id: correction.id }, "quiet", "Undo", &format!("the correction of {}", field(correction.field))))
            }
        }
    }
}

fn told(correction: &Correction) -> Markup {
    let old = correction.old_value.replace('\n', ", ");
    html! {
        (field(correction.field))
        @if correction.field != CorrectedField::Poster {
            @if old.is_empty() { ": nobody was named" } @else { ", which was “" (old) "”" }
            @if let Some(source) = correction.old_source() { " (from " (source.title()) ")" }
        }
    }
}

fn field(field: CorrectedField) -> &'static str {
    match field {
        CorrectedField::Title => "the title",
        CorrectedField::Year => "the year",
        CorrectedField::Directors => "the directors",
        CorrectedField::Poster => "the poster",
    }
}
