//! Counts the ratings of movies.

use std::collections::HashMap;

use entity::{Audience, Rating, movie_tally, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, DbErr, FromQueryResult};

use super::{count_to_u32, fetch_all};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::stats::{RatingCount, Tally};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovieRatings {
    /// Number of reviews by half stars.
    by_half_stars: HashMap<i16, u32>,
    unrated: u32,
}

impl MovieRatings {
    /// All ratings, lowest first, including those never given.
    pub fn rating_counts(&self) -> Vec<RatingCount> {
        let of = |rating: Rating| self.by_half_stars.get(&rating.half_stars());
        let shares = Rating::all().map(|rating| RatingCount {
            rating,
            reviews: of(rating).copied().unwrap_or_default(),
        });
        shares.collect()
    }

    pub fn tally(&self) -> Tally {
        let rated = self.rating_counts();
        let half_stars = |share: &RatingCount| {
            share.reviews * u32::from(share.rating.half_stars().unsigned_abs())
        };
        let rated_reviews: u32 = rated.iter().map(|share| share.reviews).sum();
        Tally {
            reviews: rated_reviews + self.unrated,
            rated: rated_reviews,
            half_stars: rated.iter().map(half_stars).sum(),
        }
    }

    fn add(&mut self, rating_key: i16, reviews: u32) {
        match rating_key {
            ..0 => self.unrated += reviews,
            half_stars => *self.by_half_stars.entry(half_stars).or_default() += reviews,
        }
    }
}

#[derive(Debug, FromQueryResult)]
struct MovieRatingRow {
    movie_id: MovieId,
    rating_key: i16,
    reviews: i64,
}

/// Counts only reviews that `viewer` may see. Movies without reviews are missing from the map.
pub async fn ratings_of_movies(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, MovieRatings>, DbErr> {
    let movies: Vec<MovieId> = movies.into_iter().collect();
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = match viewer.id() {
        None => tallied_ratings_query(&movies, &[Audience::Public]),
        Some(_) => tallied_ratings_query(&movies, &[Audience::Public, Audience::Members]),
    };
    if let Some(me) = viewer.id() {
        select.union(UnionType::All, private_ratings_query(&movies, me));
    }
    let mut rated: HashMap<MovieId, MovieRatings> = HashMap::new();
    for row in fetch_all::<MovieRatingRow>(db, &select).await? {
        let movie = rated.entry(row.movie_id).or_default();
        movie.add(row.rating_key, count_to_u32(row.reviews));
    }
    Ok(rated)
}

/// Sums up the tallies for these audiences.
fn tallied_ratings_query(movies: &[MovieId], audiences: &[Audience]) -> SelectStatement {
    use movie_tally::Column;
    Query::select()
        .columns([Column::MovieId, Column::RatingKey])
        .expr_as(Expr::col(Column::Reviews).sum(), "reviews")
        .from(movie_tally::Entity)
        .and_where(Column::MovieId.is_in(movies.iter().copied()))
        .and_where(Column::Audience.is_in(audiences.iter().copied()))
        .and_where(Column::Reviews.gt(0))
        .group_by_columns([Column::MovieId, Column::RatingKey])
        .take()
}

/// The member's private reviews, which no tally includes. One row each: with `GROUP BY`, SQLite
/// would scan the whole diary in group order.
fn private_ratings_query(movies: &[MovieId], member: MemberId) -> SelectStatement {
    use review::Column;
    Query::select()
        .columns([Column::MovieId, Column::RatingKey])
        .expr_as(Expr::val(1_i64), "reviews")
        .from(review::Entity)
        .and_where(Column::MemberId.eq(member))
        .and_where(Column::MovieId.is_in(movies.iter().copied()))
        .and_where(Column::Audience.eq(Audience::Owner))
        .take()
}
