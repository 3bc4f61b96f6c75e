//! Members, as other members and visitors see them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::members::DiaryOwner;
use crate::stats::{LastViewing, MemberListItem, Overview};

/// A member, with totals over those of their reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub struct MemberLine {
    /// The name in addresses and for signing in. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name shown on pages.
    #[schema(example = "Ada")]
    display_name: String,
    /// The number of different movies reviewed.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The movie watched last; `null` if there is none.
    last_seen: Option<LastSeen>,
}

/// The movie that a member watched last.
#[derive(Serialize, ToSchema)]
pub struct LastSeen {
    /// The id of the movie.
    movie_id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year of release; `null` if unknown.
    #[schema(example = 1999, minimum = 1888)]
    year: Option<i16>,
    /// The day on which the movie was watched; `null` if unknown.
    watched_on: Option<NaiveDate>,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
pub struct Members {
    /// At most 50 members.
    pub members: Vec<MemberLine>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/users?cursor=120.7")]
    pub next: Option<String>,
}

/// A member, with totals over those of their reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub struct Member {
    /// The name in addresses and for signing in. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name shown on pages.
    #[schema(example = "Ada")]
    display_name: String,
    /// The time at which the account was created.
    created_at: DateTime<Utc>,
    /// The number of different movies reviewed.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The average rating in stars; `null` if there are no ratings.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// All years from the first in which a movie was watched to the last, without gaps.
    years: Vec<i32>,
    /// The name of the director whose movies the member watched most; `null` if there is none.
    favourite_director: Option<String>,
}

/// The order of the members, and the page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// The order of the list.
    #[serde(default)]
    #[param(inline, required = false)]
    pub order: MemberListOrder,
    /// The `cursor` in the `next` address of the previous page.
    #[serde(default)]
    #[param(required = false)]
    pub cursor: String,
}

/// The order of the members.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberListOrder {
    /// Members with the most different movies first.
    #[default]
    Movies,
    /// Members with the most reviews first.
    Reviews,
    /// Members with the highest average rating first.
    Average,
    /// Members with the latest viewing first.
    LastSeen,
    /// In alphabetical order of usernames.
    Name,
}

impl From<MemberListOrder> for crate::stats::MemberOrder {
    fn from(order: MemberListOrder) -> Self {
        match order {
            MemberListOrder::Movies => Self::Movies,
            MemberListOrder::Reviews => Self::Reviews,
            MemberListOrder::Average => Self::Average,
            MemberListOrder::LastSeen => Self::LastWatched,
            MemberListOrder::Name => Self::Name,
        }
    }
}

impl From<&MemberListItem> for MemberLine {
    fn from(member: &MemberListItem) -> Self {
        Self {
            username: member.username.clone(),
            display_name: member.display_name.clone(),
            movies: member.movies,
            reviews: member.tally.reviews,
            average: member.tally.average(),
            last_seen: member.last_viewings.first().map(LastSeen::from),
        }
    }
}

impl From<&LastViewing> for LastSeen {
    fn from(viewing: &LastViewing) -> Self {
        Self {
            movie_id: viewing.movie,
            title: viewing.title.clone(),
            year: viewing.year,
            watched_on: viewing.day,
        }
    }
}

impl Member {
    pub fn of(owner: DiaryOwner, overview: &Overview) -> Self {
        Self {
            username: owner.username,
            display_name: owner.display_name,
            created_at: owner.created_at,
            movies: overview.movies,
            reviews: overview.tally.reviews,
            average: overview.tally.average(),
            years: overview.years(),
            favourite_director: overview
                .favourite_director
                .as_ref()
                .map(|director| director.name.clone()),
        }
    }
}
