//! Loads what is known here of the films of an import, for many films at once.

mod lists;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::import_outcome::{Column, Entity, RowRole, RowState};
use entity::{Rating, import, review, watchlist_entry};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use lists::ListsHere;

use super::target::Target;
use crate::catalog::MovieId;
use crate::catalog::queries::merge_targets;
use crate::diary::queries::review_hashes;
use crate::transfer::plan::{FilmHere, ImportedRow, ReviewHere};

pub(super) use lists::{list_title, lists_here};

#[derive(Debug, FromQueryResult)]
struct StoredReview {
    id: i64,
    movie_id: MovieId,
    day_key: i32,
    rating: Option<Rating>,
    liked: bool,
    comment: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, FromQueryResult)]
struct StoredOutcome {
    kind: String,
    role: RowRole,
    own_key: Option<String>,
    movie_id: Option<MovieId>,
    day_key: Option<i32>,
    list_id: Option<i64>,
    review_id: Option<i64>,
    review_hash: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
}

impl StoredOutcome {
    fn imported(&self, zone: Tz) -> ImportedRow {
        ImportedRow {
            kind: self.kind.clone(),
            is_viewing: matches!(self.role, RowRole::Viewing | RowRole::RatingOnly),
            day_key: self.day_key.unwrap_or_default(),
            review_id: self.review_id,
            review_hash: self.review_hash.clone(),
            deleted_on: self
                .deleted_at
                .map(|time| time.with_timezone(&zone).date_naive()),
        }
    }
}

/// What is here of each target, whose movies are given in the same order.
pub(super) async fn load_here(
    db: &impl ConnectionTrait,
    import: &import::Model,
    targets: &[Target],
    movies: &[Option<MovieId>],
) -> Result<Vec<FilmHere>, DbErr> {
    let member = import.member_id;
    let zone: Tz = import.zone.parse().unwrap_or(Tz::UTC);
    let wanted: Vec<MovieId> = movies.iter().copied().flatten().collect();
    let merged = merge_targets(db, &wanted).await?;
    let movie_of =
        |movie: &Option<MovieId>| movie.map(|movie| merged.get(&movie).copied().unwrap_or(movie));
    let movies: Vec<Option<MovieId>> = movies.iter().map(movie_of).collect();
    let all: Vec<MovieId> = movies.iter().copied().flatten().collect();
    let outcomes = outcomes_of(db, member, &all).await?;
    let written: Vec<i64> = outcomes
        .iter()
        .filter_map(|outcome| outcome.review_id)
        .collect();
    let hashes = review_hashes(db, &written).await?;
    let mut reviews = reviews_of(db, member, &all, &hashes).await?;
    let by_key = outcomes_by_key(db, member, targets).await?;
    let saved = saved_movies(db, member, &all).await?;
    let lists = ListsHere::load(db, import, &all).await?;
    let here = targets.iter().zip(&movies).map(|(target, movie)| {
        let own = |outcome: &&StoredOutcome| movie.is_some() && outcome.movie_id == *movie;
        let keys = target
            .rows
            .iter()
            .filter_map(|row| row.plan.own_key.as_ref());
        let by_key = keys.filter_map(|key| {
            let found = by_key.get(key)?;
            Some((key.clone(), found.imported(zone)))
        });
        let own_reviews = movie.and_then(|movie| reviews.remove(&movie));
        let own_reviews = own_reviews.unwrap_or_default();
        FilmHere {
            by_key: by_key.collect(),
            reviews: own_reviews.kept,
            deleted_days: own_reviews.deleted_days,
            imported: outcomes
                .iter()
                .filter(own)
                .map(|outcome| outcome.imported(zone))
                .collect(),
            is_on_watchlist: movie.is_some_and(|movie| saved.contains(&movie)),
            lists: movie
                .map(|movie| lists.with_movie(movie, &outcomes))
                .unwrap_or_else(|| lists.deleted()),
        }
    });
    Ok(here.collect())
}

/// The reviews of a movie.
#[derive(Default)]
struct ReviewsHere {
    kept: Vec<ReviewHere>,
    /// The days of those that can be restored.
    deleted_days: Vec<i32>,
}

async fn reviews_of(
    db: &impl ConnectionTrait,
    member: i64,
    movies: &[MovieId],
    hashes: &HashMap<i64, String>,
) -> Result<HashMap<MovieId, ReviewsHere>, DbErr> {
    use review::{Column, Entity};
    let mut by_movie: HashMap<MovieId, ReviewsHere> = HashMap::new();
    if movies.is_empty() {
        return Ok(by_movie);
    }
    let stored: Vec<StoredReview> = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::MovieId,
            Column::DayKey,
            Column::Rating,
            Column::Liked,
            Column::Comment,
            Column::DeletedAt,
        ])
        .filter(Column::MemberId.eq(member))
        .filter(Column::MovieId.is_in(movies.iter().copied()))
        .order_by_asc(Column::DayKey)
        .order_by_asc(Column::Id)
        .into_model()
        .all(db)
        .await?;
    for review in stored {
        let of_movie = by_movie.entry(review.movie_id).or_default();
        if review.deleted_at.is_some() {
            of_movie.deleted_days.push(review.day_key);
            continue;
        }
        of_movie.kept.push(ReviewHere {
            id: review.id,
            day_key: review.day_key,
            rating: review.rating,
            liked: review.liked,
            has_comment: !review.comment.is_empty(),
            hash: hashes.get(&review.id).cloned(),
        });
    }
    Ok(by_movie)
}

fn written_outcomes(member: i64) -> sea_orm::Select<Entity> {
    Entity::find()
        .select_only()
        .columns([
            Column::Kind,
            Column::Role,
            Column::OwnKey,
            Column::MovieId,
            Column::DayKey,
            Column::ListId,
            Column::ReviewId,
            Column::ReviewHash,
            Column::DeletedAt,
        ])
        .filter(Column::MemberId.eq(member))
        .filter(Column::State.eq(RowState::Written))
        .order_by_asc(Column::ImportId)
        .order_by_asc(Column::Row)
}

/// What imports wrote for these movies.
async fn outcomes_of(
    db: &impl ConnectionTrait,
    member: i64,
    movies: &[MovieId],
) -> Result<Vec<StoredOutcome>, DbErr> {
    if movies.is_empty() {
        return Ok(Vec::new());
    }
    written_outcomes(member)
        .filter(Column::MovieId.is_in(movies.iter().copied()))
        .into_model()
        .all(db)
        .await
}

/// What imports wrote of rows with the keys of these rows.
async fn outcomes_by_key(
    db: &impl ConnectionTrait,
    member: i64,
    targets: &[Target],
) -> Result<HashMap<String, StoredOutcome>, DbErr> {
    let rows = targets.iter().flat_map(|target| &target.rows);
    let keys: Vec<&str> = rows.filter_map(|row| row.plan.own_key.as_deref()).collect();
    let mut found: HashMap<String, StoredOutcome> = HashMap::new();
    for keys in keys.chunks(500) {
        let stored: Vec<StoredOutcome> = written_outcomes(member)
            .filter(Column::OwnKey.is_in(keys.iter().copied()))
            .into_model()
            .all(db)
            .await?;
        for outcome in stored {
            let Some(key) = outcome.own_key.clone() else {
                continue;
            };
            // Rows that belong to another one have its review, but not its day.
            if outcome.role != RowRole::Merged || !found.contains_key(&key) {
                found.insert(key, outcome);
            }
        }
    }
    Ok(found)
}

/// The movies that are on the watchlist, or were taken off it.
async fn saved_movies(
    db: &impl ConnectionTrait,
    member: i64,
    movies: &[MovieId],
) -> Result<HashSet<MovieId>, DbErr> {
    use watchlist_entry::{Column, Entity};
    if movies.is_empty() {
        return Ok(HashSet::new());
    }
    let saved: Vec<MovieId> = Entity::find()
        .select_only()
        .column(Column::MovieId)
        .filter(Column::MemberId.eq(member))
        .filter(Column::MovieId.is_in(movies.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(saved.into_iter().collect())
}
