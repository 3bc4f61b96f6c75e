//! The top of a movie's page: facts, actions, ratings, the viewer's viewings and admin controls.

use entity::Visibility;
use entity::movie_correction::CorrectedField;
use maud::{Markup, html};

use crate::accounts::visibility_name;
use crate::catalog::queries::{CorrectionRow, PersonRow};
use crate::catalog::{CatalogFacts, KnownMovie};
use crate::config::SourceName;
use crate::diary::Merge;
use crate::diary::components::movie_choice::movie_form_path;
use crate::diary::queries::OwnViewing;
use crate::movies::queries::MovieDetails;
use crate::paths;
use crate::posters::queries::PosterCredit;
use crate::posters::{PosterSlot, glow, poster};
use crate::stats::components::{average_stars, format_stars, histogram};
use crate::stats::{ChangeDirection, MovieRatings, RatingChange, rating_change};
use crate::watchlist::components::save::save_button;
use crate::web::ui::{button_for, movie_year, plural, stars, time, title_with_year};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoviePermissions {
    pub can_log: bool,
    pub is_on_watchlist: bool,
    /// Correct its facts and its poster.
    pub can_correct: bool,
}

/// Everything above the reviews, except the admin controls.
pub fn head(details: &MovieDetails, permissions: MoviePermissions) -> Markup {
    let KnownMovie {
        id, title, year, ..
    } = &details.movie;
    html! {
        header.movie {
            (glow(&details.poster_info.poster))
            (poster(*id, title, &details.poster_info.poster, PosterSlot::Head))
            div {
                h1 { bdi { (title) } " " (movie_year(*year)) }
                @if !details.directors.is_empty() { p.lead { "Directed by " (person_links(&details.directors)) } }
                (facts(&details.facts))
                (actions(details, permissions))
                (credits(details.facts.source, details.poster_info.credit.as_ref()))
            }
        }
        (ratings(&details.ratings))
        (viewings(&details.viewings))
    }
}

fn person_links(people: &[PersonRow]) -> Markup {
    html! {
        @for (index, person) in people.iter().enumerate() {
            @if index > 0 { ", " }
            a dir="auto" href=(paths::Person { id: person.id }) { (person.name) }
        }
    }
}

/// Counts only the reviews that the viewer may see.
fn ratings(rated: &MovieRatings) -> Markup {
    let tally = rated.tally();
    html! {
        @if tally.rated > 0 {
            section.rated aria-label="Ratings" {
                p.average-of {
                    (average_stars(tally))
                    span.note { (plural(tally.rated, "rating", "ratings")) ", " (plural(tally.reviews, "review", "reviews")) }
                }
                (histogram("Distribution of ratings", &rated.rating_counts()))
            }
        }
    }
}

/// The viewer's own viewings, and how their rating changed.
fn viewings(viewings: &[OwnViewing]) -> Markup {
    let ratings: Vec<_> = viewings
        .iter()
        .filter_map(|viewing| viewing.rating)
        .collect();
    html! {
        @if !viewings.is_empty() {
            section.viewings aria-labelledby="viewings" {
                h2 #viewings { "Your viewings" }
                ol {
                    @for seen in viewings { li { (viewing(seen)) } }
                }
                @if let Some(change) = rating_change(&ratings) { p.change { (rating_change_line(&change)) } }
            }
        }
    }
}

fn viewing(viewing: &OwnViewing) -> Markup {
    html! {
        a href=(paths::Review { id: viewing.id }) {
            @match viewing.watched_on { Some(day) => (time::format_date(day)), None => "Day unknown" }
        }
        " "
        @if let Some(rating) = viewing.rating { (stars(rating)) } @else { span.note { "not rated" } }
        @if viewing.rewatch { " " span.badge { "rewatch" } }
        @if viewing.visibility != Visibility::Public { " " span.badge { (visibility_name(viewing.visibility)) } }
    }
}

fn rating_change_line(change: &RatingChange) -> Markup {
    let (arrow, word) = match change.direction {
        ChangeDirection::Improved => ("↑", "Improved"),
        ChangeDirection::Declined => ("↓", "Declined"),
        ChangeDirection::Steady => ("→", "Steady"),
    };
    html! {
        span aria-hidden="true" { (arrow) " " }
        strong { (word) }
        ": " (format_stars(change.latest)) " stars now, "
        (format_stars(change.earlier_mean)) " on average before."
    }
}

fn actions(details: &MovieDetails, permissions: MoviePermissions) -> Markup {
    let movie = &details.movie;
    let log = if details.viewings.is_empty() {
        "Log this film"
    } else {
        "Log it again"
    };
    html! {
        div.actions {
            @if permissions.can_log {
                a.button.primary href=(movie_form_path(movie.id)) { (log) }
                (save_button(movie.id, &movie.title, permissions.is_on_watchlist))
            }
            @if let Some(id) = &movie.imdb_id {
                a.button.quiet href={ "https://www.imdb.com/title/" (id) "/" } rel="noopener" { "IMDb" }
            }
            @if let Some(id) = movie.tmdb_id {
                a.button.quiet href={ "https://www.themoviedb.org/movie/" (id) } rel="noopener" { "TMDB" }
            }
            @if permissions.can_correct { a.button.quiet href=(paths::MovieCorrection { id: movie.id }) { "Correct it" } }
        }
    }
}

fn facts(facts: &CatalogFacts) -> Markup {
    html! {
        @if let Some(title) = &facts.original_title { p.byline { "Original title: " bdi { (title) } } }
        @if facts.runtime.is_some() || !facts.genres.is_empty() {
            p.byline {
                @if let Some(minutes) = facts.runtime { (minutes) " min" }
                @if facts.runtime.is_some() && !facts.genres.is_empty() { " · " }
                @for (index, genre) in facts.genres.iter().enumerate() {
                    @if index > 0 { ", " }
                    a dir="auto" href=(paths::Genre { slug: genre.slug.clone() }) { (genre.name) }
                }
            }
        }
        @if !facts.overview.is_empty() { p.overview dir="auto" { (facts.overview) } }
    }
}

/// Sources of the facts and of the poster.
fn credits(facts_source: Option<SourceName>, poster: Option<&PosterCredit>) -> Markup {
    html! {
        @if facts_source.is_some() || poster.is_some() {
            p.hint.credit {
                @if let Some(source) = facts_source { (facts_credit(source)) " " }
                @if let Some(poster) = poster { (poster_credit(poster)) }
            }
        }
    }
}

fn poster_credit(poster: &PosterCredit) -> Markup {
    let source_name = match poster.source {
        Some(SourceName::Wikidata) => "Wikimedia Commons",
        Some(source) => source.display_name(),
        None => return html! { "Poster uploaded by a member." },
    };
    html! {
        "Poster from "
        @match &poster.page {
            Some(page) => a href=(page) rel="noopener" { (source_name) },
            None => (source_name),
        }
        "."
    }
}

/// Attribution as required by each source's terms.
fn facts_credit(source: SourceName) -> &'static str {
    match source {
        SourceName::Tmdb => {
            "Facts from TMDB. This product uses the TMDB API but is not endorsed or certified by TMDB."
        }
        SourceName::Omdb => "Facts from OMDb (omdbapi.com), CC BY-NC 4.0.",
        SourceName::Wikidata => "Facts from Wikidata, CC0.",
        SourceName::Local => "Facts from this site’s local catalog.",
    }
}

/// Movies that were merged into this one, with undo buttons. For admins.
pub fn merges(merges: &[Merge]) -> Markup {
    html! {
        @for merge in merges {
            div.actions {
                span.byline {
                    bdi { (merge.title) } @if let Some(year) = merge.year { " (" (year) ")" } " was merged into this film on " (time::format_date(merge.merged_at.date_naive())) "."
                }
                (button_for(paths::MergeUndoing { id: merge.id }, "quiet", "Undo", &format!("the merge of {} into this film", title_with_year(&merge.title, merge.year))))
            }
        }
    }
}

/// Corrections by members, with undo buttons. For admins.
pub fn corrections(corrections: &[CorrectionRow]) -> Markup {
    html! {
        @for correction in corrections {
            div.actions {
                span.byline {
                    bdi { (correction.by.as_deref().unwrap_or("A former member")) } " corrected " (correction_summary(correction))
                    " on " (time::format_date(correction.corrected_at.date_naive())) "."
                }
                (button_for(paths::CorrectionUndoing { id: correction.id }, "quiet", "Undo", &format!("the correction of {}", field_label(correction.field))))
            }
        }
    }
}

fn correction_summary(correction: &CorrectionRow) -> Markup {
    let old_value = correction.old_value.replace('\n', ", ");
    html! {
        (field_label(correction.field))
        @if correction.field != CorrectedField::Poster {
            @if old_value.is_empty() { " (was empty" } @else { " (was “" bdi { (old_value) } "”" }
            @if let Some(source) = correction.old_source() { ", from " (source.display_name()) }
            ")"
        }
    }
}

fn field_label(field: CorrectedField) -> &'static str {
    match field {
        CorrectedField::Title => "the title",
        CorrectedField::Year => "the year",
        CorrectedField::Directors => "the directors",
        CorrectedField::Poster => "the poster",
    }
}
