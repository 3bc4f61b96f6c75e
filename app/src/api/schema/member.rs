//! Members, as others see them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::members::Owner;
use crate::stats::{Overview, Seen, Standing};

/// A member, and what their diary comes to.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MemberLine {
    /// The name in their addresses.
    #[schema(example = "ada")]
    username: String,
    /// The name that is shown.
    #[schema(example = "Ada")]
    display_name: String,
    /// How many different films.
    movies: u32,
    /// How many reviews.
    reviews: u32,
    /// The mean of their ratings, in stars.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The film that they saw last.
    last_seen: Option<LastSeen>,
}

/// A film that was seen.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct LastSeen {
    /// Which one.
    movie_id: i64,
    /// Its title.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year it came out.
    #[schema(example = 1999)]
    year: i16,
    /// The day, if it is remembered.
    watched_on: Option<NaiveDate>,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Members {
    /// At most fifty.
    pub(in crate::api) members: Vec<MemberLine>,
    /// Where the list goes on; `null` at its end.
    #[schema(example = "/api/users?cursor=120.7")]
    pub(in crate::api) next: Option<String>,
}

/// A member.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Member {
    /// The name in their addresses.
    #[schema(example = "ada")]
    username: String,
    /// The name that is shown.
    #[schema(example = "Ada")]
    display_name: String,
    /// When their account was made.
    created_at: DateTime<Utc>,
    /// How many different films they saw.
    movies: u32,
    /// How many reviews they wrote.
    reviews: u32,
    /// The mean of their ratings, in stars.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The years from the first with a film to the last.
    years: Vec<i32>,
    /// Who directed most of what they saw.
    favourite_director: Option<String>,
}

/// What orders members, and where the list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MemberList {
    /// What orders them.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(in crate::api) order: Order,
    /// Where an earlier page said that the list goes on.
    #[serde(default)]
    #[param(required = false)]
    pub(in crate::api) cursor: String,
}

/// What orders members.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::api) enum Order {
    /// Those first who saw most different films.
    #[default]
    Movies,
    /// Those first who logged most.
    Reviews,
    /// Those first who give the most stars.
    Average,
    /// Those first who saw a film last.
    LastSeen,
    /// By username.
    Name,
}

impl From<Order> for crate::stats::Order {
    fn from(order: Order) -> Self {
        match order {
            Order::Movies => Self::Movies,
            Order::Reviews => Self::Reviews,
            Order::Average => Self::Average,
            Order::LastSeen => Self::LastSeen,
            Order::Name => Self::Name,
        }
    }
}

impl From<Standing> for MemberLine {
    fn from(standing: Standing) -> Self {
        Self {
            username: standing.username,
            display_name: standing.display_name,
            movies: standing.movies,
            reviews: standing.tally.reviews,
            average: standing.tally.average(),
            last_seen: standing.last.map(LastSeen::from),
        }
    }
}

impl From<Seen> for LastSeen {
    fn from(seen: Seen) -> Self {
        Self {
            movie_id: seen.movie,
            title: seen.title,
            year: seen.year,
            watched_on: seen.day,
        }
    }
}

impl Member {
    /// `owner`, with their diary in a glance.
    pub(in crate::api) fn of(owner: Owner, overview: &Overview) -> Self {
        Self {
            username: owner.username,
            display_name: owner.display_name,
            created_at: owner.created_at,
            movies: overview.movies,
            reviews: overview.tally.reviews,
            average: overview.tally.average(),
            years: overview.years(),
            favourite_director: overview.favourite.as_ref().map(|named| named.name.clone()),
        }
    }
}
