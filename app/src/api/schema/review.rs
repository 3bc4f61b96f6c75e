//! Reviews in responses.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Audience, Rating, Visibility};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Author, Picture, VisibilityField};
use crate::accounts::Viewer;
use crate::diary::Entry;
use crate::posters::preview_image;

/// One viewing of one movie by one member.
#[derive(Serialize, ToSchema)]
pub struct Review {
    /// The id of the review.
    id: i64,
    /// The id of the movie.
    movie_id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year of release of the movie; `null` if unknown.
    #[schema(example = 1999, minimum = 1888)]
    year: Option<i16>,
    /// The poster of the movie; `null` if there is none.
    poster: Option<Picture>,
    /// The member who wrote the review.
    member: Author,
    /// The rating: 0 to 5 stars in steps of 0.5; `null` if not rated.
    #[schema(example = 4.5, minimum = 0, maximum = 5)]
    rating: Option<f64>,
    /// Whether the member marked the movie with a heart.
    liked: bool,
    /// Whether the member had seen the movie before.
    rewatch: bool,
    /// The day on which the movie was watched; `null` if unknown.
    #[schema(example = "2024-03-07")]
    watched_on: Option<NaiveDate>,
    /// The tags, in the order in which they were entered.
    #[schema(example = json!(["cinema"]))]
    tags: Vec<String>,
    /// The comment; empty if there is none.
    comment: String,
    /// Whether the comment contains spoilers.
    spoiler: bool,
    /// Who may see the review. Its author gets the visibility that they chose; others get the
    /// stricter one of the diary’s and the review’s.
    visibility: VisibilityField,
    /// The time at which the review was logged. Null for an imported review of which nobody knows it.
    logged_at: Option<DateTime<Utc>>,
    /// The time of the last change.
    updated_at: DateTime<Utc>,
}

/// A page of reviews.
#[derive(Serialize, ToSchema)]
pub struct Reviews {
    /// At most 20 reviews.
    pub reviews: Vec<Review>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/feed?cursor=1709830000000000.7")]
    pub next: Option<String>,
}

impl Review {
    pub fn of(entry: &Entry, viewer: &Viewer) -> Self {
        Self {
            id: entry.id,
            movie_id: entry.movie_id,
            title: entry.title.clone(),
            year: entry.year,
            poster: preview_image(&entry.poster, &entry.title).map(Picture::from),
            member: Author {
                username: entry.username.clone(),
                display_name: entry.display_name.clone(),
            },
            rating: entry.rating.map(to_stars),
            liked: entry.liked,
            rewatch: entry.rewatch,
            watched_on: entry.watched_on,
            tags: entry.tags.clone(),
            comment: entry.comment.clone(),
            spoiler: entry.spoiler,
            visibility: visibility_shown_to(entry, viewer).into(),
            logged_at: entry.known_log_time(),
            updated_at: entry.updated_at,
        }
    }
}

/// Only the author learns the visibility that they chose. To others, a public review in a diary for
/// members is one for members.
fn visibility_shown_to(entry: &Entry, viewer: &Viewer) -> Visibility {
    match entry.audience {
        _ if viewer.is(entry.member_id) => entry.visibility,
        Audience::Public => Visibility::Public,
        Audience::Members => Visibility::Members,
        Audience::Owner | Audience::Nobody => Visibility::Private,
    }
}

pub fn to_stars(rating: Rating) -> f64 {
    f64::from(rating.half_stars()) / 2.0
}
