//! Members, as others see them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::members::Owner;
use crate::stats::{Overview, Seen, Standing};

/// A member, with totals over those of their reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MemberLine {
    /// The name by which addresses and sign-in know the member. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name that pages show.
    #[schema(example = "Ada")]
    display_name: String,
    /// The number of different movies.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The mean of all ratings, in stars; `null` if there are none.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// The movie watched last; `null` if there is none.
    last_seen: Option<LastSeen>,
}

/// The movie that a member watched last.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct LastSeen {
    /// The id of the movie.
    movie_id: i64,
    /// The title of the movie.
    #[schema(example = "The Matrix")]
    title: String,
    /// The year in which the movie came out.
    #[schema(example = 1999, minimum = 1888)]
    year: i16,
    /// The day on which it was watched; `null` if unknown.
    watched_on: Option<NaiveDate>,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Members {
    /// At most 50 members.
    pub(in crate::api) members: Vec<MemberLine>,
    /// The address of the next page; `null` on the last page.
    #[schema(example = "/api/users?cursor=120.7")]
    pub(in crate::api) next: Option<String>,
}

/// A member, with totals over those of their reviews that the caller may see.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Member {
    /// The name by which addresses and sign-in know the member. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name that pages show.
    #[schema(example = "Ada")]
    display_name: String,
    /// The time at which the account was made.
    created_at: DateTime<Utc>,
    /// The number of different movies.
    movies: u32,
    /// The number of reviews.
    reviews: u32,
    /// The mean of all ratings, in stars; `null` if there are none.
    #[schema(example = 3.5)]
    average: Option<f64>,
    /// All years from the first in which a movie was watched to the last.
    years: Vec<i32>,
    /// The name of the director of most of the movies watched; `null` if there is none.
    favourite_director: Option<String>,
}

/// What orders members, and where the list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct MemberList {
    /// The order of the list.
    #[serde(default)]
    #[param(inline, required = false)]
    pub(in crate::api) order: Order,
    /// The cursor in `next` of the page before.
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
