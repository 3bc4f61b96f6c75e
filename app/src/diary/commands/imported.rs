//! Writing many reviews of one member at once, for imports.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, Visibility};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::review_words::{insert_words, replace_words};
use super::{day_key, insert_tags, review_columns};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::reserve_ids;
use crate::diary::follow::{DiaryChange, DiaryWriter, ReviewRef};
use crate::diary::{Viewing, tally};

/// Time logged of imported reviews of which nobody knows it: they are in diaries and numbers, but
/// not in the feed.
pub const UNKNOWN_LOG_TIME: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

/// A viewing of another service, or of our own archive.
#[derive(Clone, Debug)]
pub struct ImportedReview {
    pub movie: MovieId,
    /// Its `rewatch` is what the service says.
    pub viewing: Viewing,
    /// [`UNKNOWN_LOG_TIME`] if nobody knows it.
    pub logged_at: DateTime<Utc>,
    /// `None` for a review of another service.
    pub copied: Option<CopiedReview>,
}

/// What only our own archive says of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiedReview {
    /// An id that was reserved for it.
    pub id: i64,
    pub rewatch_by_hand: bool,
    pub updated_at: DateTime<Utc>,
    /// Set for a review that can still be restored.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl ImportedReview {
    fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.copied.and_then(|copied| copied.deleted_at)
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at().is_some()
    }
}

/// Fills in what a review lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewCompletion {
    pub review: i64,
    pub rating: Option<Rating>,
    pub like: bool,
    /// A comment, and whether it gives the plot away.
    pub comment: Option<(String, bool)>,
}

/// Keeps all reviews from changing until the transaction ends. Take it after the locks of members and
/// movies.
pub async fn lock_reviews(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    tally::lock_tallies(tx).await
}

/// Writes reviews of `member`, whose row is locked, and completes others. Returns the ids of the new
/// ones, in their order. The movies must be locked.
pub async fn write_imported(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    (member, diary): (MemberId, Visibility),
    new: &[ImportedReview],
    completions: &[ReviewCompletion],
) -> Result<Vec<i64>, DbErr> {
    let changed: Vec<i64> = completions.iter().map(|of| of.review).collect();
    tally::tally_reviews_change(tx, &writer.clock, member, &changed, async {
        for completion in completions {
            complete(tx, writer.clock.now(), member, completion).await?;
        }
        let ids = insert_imported(tx, writer, (member, diary), new).await?;
        let logged = ids
            .iter()
            .zip(new)
            .filter(|(_, review)| !review.is_deleted());
        let logged = logged.map(|(id, review)| ReviewRef {
            id: *id,
            member,
            movie: review.movie,
            watched_on: review.viewing.watched_on,
        });
        let imported = DiaryChange::Imported(logged.collect());
        writer.tell_followers(tx, imported).await?;
        Ok((ids.clone(), ids))
    })
    .await
}

async fn complete(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    member: MemberId,
    completion: &ReviewCompletion,
) -> Result<(), DbErr> {
    let mut change = ActiveModel {
        updated_at: Set(now),
        ..Default::default()
    };
    if let Some(rating) = completion.rating {
        change.rating = Set(Some(rating));
        change.rating_key = Set(rating.half_stars());
    }
    if completion.like {
        change.liked = Set(true);
    }
    if let Some((comment, spoiler)) = &completion.comment {
        change.comment = Set(comment.clone());
        change.spoiler = Set(*spoiler);
    }
    Entity::update_many()
        .set(change)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(completion.review))
        .filter(Column::MemberId.eq(member))
        .exec(tx)
        .await?;
    if let Some((comment, _)) = &completion.comment {
        replace_words(tx, completion.review, member, comment).await?;
    }
    Ok(())
}

async fn insert_imported(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    (member, diary): (MemberId, Visibility),
    new: &[ImportedReview],
) -> Result<Vec<i64>, DbErr> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let now = writer.clock.now();
    let ids = ids_of(tx, new).await?;
    let firsts = first_viewings(tx, member, &ids, new).await?;
    let all: Vec<_> = ids.iter().copied().zip(new).collect();
    for some in all.chunks(ROWS_PER_INSERT) {
        let rows = some.iter().map(|(id, review)| {
            let viewing = &review.viewing;
            let place = (day_key(viewing.watched_on), *id);
            let is_later = firsts
                .get(&review.movie)
                .is_some_and(|first| *first < place);
            let told = viewing.rewatch.unwrap_or(is_later);
            let by_hand = match review.copied {
                Some(copied) => copied.rewatch_by_hand,
                None => told != is_later,
            };
            let updated_at = review.copied.map_or(now, |copied| copied.updated_at);
            let columns = review_columns(viewing, diary);
            ActiveModel {
                id: Set(*id),
                member_id: Set(member),
                movie_id: Set(review.movie),
                audience: match review.is_deleted() {
                    true => Set(Audience::Nobody),
                    false => columns.audience.clone(),
                },
                rewatch: Set(if by_hand { told } else { is_later }),
                rewatch_by_hand: Set(by_hand),
                version: Set(1),
                logged_at: Set(Ord::min(review.logged_at, now)),
                updated_at: Set(Ord::min(updated_at, now)),
                deleted_at: Set(review.deleted_at().map(|at| Ord::min(at, now))),
                ..columns
            }
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
        let tags = some
            .iter()
            .map(|(id, of)| (*id, of.viewing.tags.as_slice()));
        insert_tags(tx, tags).await?;
        let commented = some
            .iter()
            .map(|(id, of)| (*id, member, of.viewing.comment.as_str()));
        insert_words(tx, commented).await?;
    }
    Ok(ids)
}

/// The ids of new reviews, in their order: those that were reserved before, and new ones.
async fn ids_of(tx: &DatabaseTransaction, new: &[ImportedReview]) -> Result<Vec<i64>, DbErr> {
    let without = new.iter().filter(|review| review.copied.is_none()).count();
    let mut reserved = match without {
        0 => Vec::new(),
        count => reserve_ids(tx, "review", count).await?,
    }
    .into_iter();
    let ids = new.iter().filter_map(|review| match review.copied {
        Some(copied) => Some(copied.id),
        None => reserved.next(),
    });
    Ok(ids.collect())
}

/// The first viewing of each movie, new ones included, as its day and the id of its review.
async fn first_viewings(
    tx: &DatabaseTransaction,
    member: MemberId,
    ids: &[i64],
    new: &[ImportedReview],
) -> Result<HashMap<MovieId, (i32, i64)>, DbErr> {
    let movies: BTreeSet<MovieId> = new.iter().map(|review| review.movie).collect();
    let mut viewings: Vec<(MovieId, i32, i64)> = Entity::find()
        .select_only()
        .columns([Column::MovieId, Column::DayKey, Column::Id])
        .filter(Column::MemberId.eq(member))
        .filter(Column::MovieId.is_in(movies))
        .filter(Column::DeletedAt.is_null())
        .into_tuple()
        .all(tx)
        .await?;
    let new = ids
        .iter()
        .zip(new)
        .filter(|(_, review)| !review.is_deleted());
    viewings.extend(new.map(|(id, review)| {
        let day_key = day_key(review.viewing.watched_on);
        (review.movie, day_key, *id)
    }));
    let mut firsts: HashMap<MovieId, (i32, i64)> = HashMap::new();
    for (movie, day_key, id) in viewings {
        let first = firsts.entry(movie).or_insert((day_key, id));
        *first = (*first).min((day_key, id));
    }
    Ok(firsts)
}
