//! The page of a review: its words as prose beside a large poster.

use maud::{Markup, html};

use super::RenderContext;
use super::entry::{self, day_watched, marks, tags};
use crate::diary::Entry;
use crate::diary::queries::OwnViewing;
use crate::paths;
use crate::posters::components::glow;
use crate::posters::{PosterSlot, poster};
use crate::web::ui::{
    menu, movie_year, paragraphs, relative_time, share_button, stars, text_stars, time,
    title_with_year,
};

#[derive(Clone, Copy, Debug)]
pub struct ReviewPageView<'a> {
    pub review: &'a Entry,
    /// Of the same member and movie, the latest first.
    pub other_viewings: &'a [OwnViewing],
    pub context: RenderContext<'a>,
}

/// For example `Heat (1995) ★★★½ by Ada`: link previews show it.
pub fn review_title(review: &Entry) -> String {
    let movie = title_with_year(&review.title, review.year);
    match review.rating {
        Some(rating) => format!("{movie} {} by {}", text_stars(rating), review.display_name),
        None => format!("{movie} by {}", review.display_name),
    }
}

pub fn review_page(view: &ReviewPageView<'_>) -> Markup {
    let review = view.review;
    let movie = paths::Movie {
        id: review.movie_id,
    };
    html! {
        article.review-page id=(entry::id(review.id)) {
            (glow(&review.poster))
            a.poster-link href=(movie) tabindex="-1" aria-hidden="true" {
                (poster(review.movie_id, &review.title, &review.poster, PosterSlot::Head))
            }
            header {
                (byline(view))
                h1.title { a dir="auto" href=(movie) { (review.title) } " " (movie_year(review.year)) }
                (marks(review))
            }
            div.body {
                (words(review))
                (tags(review))
                (actions(view))
                @if !view.other_viewings.is_empty() { (other_viewings(view)) }
            }
        }
    }
}

fn byline(view: &ReviewPageView<'_>) -> Markup {
    let (review, context) = (view.review, view.context);
    html! {
        p.byline {
            a.writer dir="auto" href=(paths::Member::of(&review.username)) { (review.display_name) }
            span { (day_watched(review)) }
            span.logged {
                @match review.known_log_time() {
                    Some(logged_at) => { "logged " (relative_time(logged_at, context.now, context.viewer.zone)) },
                    None => "imported",
                }
            }
        }
    }
}

fn words(review: &Entry) -> Markup {
    html! {
        @if !review.comment.is_empty() {
            @if review.spoiler {
                details.words { summary { "Gives the plot away – show it" } (paragraphs(&review.comment)) }
            } @else {
                div.words { (paragraphs(&review.comment)) }
            }
        }
    }
}

fn actions(view: &ReviewPageView<'_>) -> Markup {
    let review = view.review;
    let path = paths::Review { id: review.id };
    html! {
        div.actions {
            (share_button(path, &review_title(review)))
            @if view.context.viewer.is(review.member_id) {
                (menu("Edit or delete this review", &html! {
                    a.button.quiet href=(paths::EditReview { id: review.id }) data-edit { "Edit" }
                    form method="post" action=(paths::ReviewDeletion { id: review.id }) { button.quiet { "Delete" } }
                }))
            }
        }
    }
}

fn other_viewings(view: &ReviewPageView<'_>) -> Markup {
    let is_own = view.context.viewer.is(view.review.member_id);
    html! {
        section.viewings aria-labelledby="other-viewings" {
            h2 #other-viewings {
                @if is_own { "Your other viewings" } @else { bdi { (view.review.display_name) } "’s other viewings" }
            }
            ol {
                @for viewing in view.other_viewings {
                    li {
                        a href=(paths::Review { id: viewing.id }) {
                            @match viewing.watched_on { Some(day) => (time::format_date(day)), None => "Day unknown" }
                        }
                        @if let Some(rating) = viewing.rating { " " (stars(rating)) }
                        @if viewing.rewatch { " " span.badge { "rewatch" } }
                    }
                }
            }
        }
    }
}
