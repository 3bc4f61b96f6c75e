//! How movies are rated.

use std::collections::HashMap;

use entity::{Audience, Rating, movie_tally, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, DbErr, FromQueryResult};

use super::{all, number};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::stats::{Share, Tally};

/// How one movie is rated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rated {
    /// How many reviews have how many half stars.
    by_half_stars: HashMap<i16, u32>,
    /// How many have no rating.
    unrated: u32,
}

impl Rated {
    /// Every rating, the lowest first.
    pub fn shares(&self) -> Vec<Share> {
        let of = |rating: Rating| self.by_half_stars.get(&rating.half_stars());
        let shares = Rating::all().map(|rating| Share {
            rating,
            reviews: of(rating).copied().unwrap_or_default(),
        });
        shares.collect()
    }

    /// All in all.
    pub fn tally(&self) -> Tally {
        let rated = self.shares();
        let half_stars =
            |share: &Share| share.reviews * u32::from(share.rating.half_stars().unsigned_abs());
        let known: u32 = rated.iter().map(|share| share.reviews).sum();
        Tally {
            reviews: known + self.unrated,
            rated: known,
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
struct Row {
    movie_id: MovieId,
    rating_key: i16,
    reviews: i64,
}

/// How `movies` are rated in the reviews that `viewer` may see.
pub async fn of_movies(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<HashMap<MovieId, Rated>, DbErr> {
    let movies: Vec<MovieId> = movies.into_iter().collect();
    if movies.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = match viewer.id() {
        None => kept(&movies, &[Audience::Public]),
        Some(_) => kept(&movies, &[Audience::Public, Audience::Members]),
    };
    if let Some(me) = viewer.id() {
        select.union(UnionType::All, own(&movies, me));
    }
    let mut rated: HashMap<MovieId, Rated> = HashMap::new();
    for row in all::<Row>(db, &select).await? {
        let movie = rated.entry(row.movie_id).or_default();
        movie.add(row.rating_key, number(row.reviews));
    }
    Ok(rated)
}

/// What is kept of the reviews of these audiences.
fn kept(movies: &[MovieId], audiences: &[Audience]) -> SelectStatement {
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

/// One's own reviews that nobody else sees, each by itself: in groups SQLite would walk over
/// the whole diary in the order of the groups.
fn own(movies: &[MovieId], me: MemberId) -> SelectStatement {
    use review::Column;
    Query::select()
        .columns([Column::MovieId, Column::RatingKey])
        .expr_as(Expr::val(1_i64), "reviews")
        .from(review::Entity)
        .and_where(Column::MemberId.eq(me))
        .and_where(Column::MovieId.is_in(movies.iter().copied()))
        .and_where(Column::Audience.eq(Audience::Owner))
        .take()
}
