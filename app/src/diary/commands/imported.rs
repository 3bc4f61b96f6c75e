//! Writing and taking back many reviews of one member at once, for imports.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, Visibility};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::{day_key, insert_tags, review_columns};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::reserve_ids;
use crate::diary::follow::{DiaryChange, DiaryWriter, ReviewRef};
use crate::diary::{Viewing, tally};
use crate::secret::short_hash;

/// Time logged of imported reviews of which nobody knows it: they are in diaries and numbers, but
/// not in the feed.
pub const UNKNOWN_LOG_TIME: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

/// A viewing of another service.
#[derive(Clone, Debug)]
pub struct ImportedReview {
    pub movie: MovieId,
    /// Its `rewatch` is what the service says.
    pub viewing: Viewing,
    /// [`UNKNOWN_LOG_TIME`] if nobody knows it.
    pub logged_at: DateTime<Utc>,
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

/// What a completion filled in, to be emptied as far as it is still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewFilling {
    pub review: i64,
    pub rating: Option<Rating>,
    pub like: bool,
    /// [`short_hash`] of the comment.
    pub comment_hash: Option<String>,
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
        let logged = ids.iter().zip(new).map(|(id, review)| ReviewRef {
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
    let ids = reserve_ids(tx, "review", new.len()).await?;
    let firsts = first_viewings(tx, member, &ids, new).await?;
    let all: Vec<_> = ids.iter().copied().zip(new).collect();
    for some in all.chunks(ROWS_PER_INSERT) {
        let rows = some.iter().map(|(id, review)| {
            let viewing = &review.viewing;
            let place = (day_key(viewing.watched_on), *id);
            let is_later = firsts
                .get(&review.movie)
                .is_some_and(|first| *first < place);
            let rewatch = viewing.rewatch.unwrap_or(is_later);
            ActiveModel {
                id: Set(*id),
                member_id: Set(member),
                movie_id: Set(review.movie),
                rewatch: Set(rewatch),
                rewatch_by_hand: Set(rewatch != is_later),
                version: Set(1),
                logged_at: Set(Ord::min(review.logged_at, now)),
                updated_at: Set(now),
                deleted_at: Set(None),
                ..review_columns(viewing, diary)
            }
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
        let tags = some
            .iter()
            .map(|(id, of)| (*id, of.viewing.tags.as_slice()));
        insert_tags(tx, tags).await?;
    }
    Ok(ids)
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
    let new = ids.iter().zip(new);
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

/// Deletes reviews that an import made, which can be restored for a day.
pub async fn delete_imported(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    member: MemberId,
    reviews: &[i64],
) -> Result<(), DbErr> {
    let deletion = ActiveModel {
        deleted_at: Set(Some(writer.clock.now())),
        audience: Set(Audience::Nobody),
        ..Default::default()
    };
    tally::tally_reviews_change(tx, &writer.clock, member, reviews, async {
        Entity::update_many()
            .set(deletion)
            .filter(Column::MemberId.eq(member))
            .filter(Column::Id.is_in(reviews.iter().copied()))
            .exec(tx)
            .await?;
        let deleted = DiaryChange::Deleted(reviews.to_vec());
        writer.tell_followers(tx, deleted).await?;
        Ok(((), Vec::new()))
    })
    .await
}

/// Empties what an import filled in on other reviews, as far as the member has not changed it since.
/// Returns for each filling whether all of it was emptied.
pub async fn empty_fillings(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    member: MemberId,
    fillings: &[ReviewFilling],
) -> Result<Vec<bool>, DbErr> {
    let reviews: Vec<i64> = fillings.iter().map(|of| of.review).collect();
    tally::tally_reviews_change(tx, &writer.clock, member, &reviews, async {
        let mut emptied = Vec::new();
        for filling in fillings {
            emptied.push(empty(tx, writer.clock.now(), member, filling).await?);
        }
        Ok((emptied, Vec::new()))
    })
    .await
}

async fn empty(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    member: MemberId,
    filling: &ReviewFilling,
) -> Result<bool, DbErr> {
    let review = Entity::find_by_id(filling.review)
        .filter(Column::MemberId.eq(member))
        .one(tx)
        .await?;
    let Some(review) = review else {
        return Ok(true);
    };
    let has_rating = filling.rating.is_some() && review.rating == filling.rating;
    let comment_hash = Some(short_hash(&review.comment));
    let has_comment = filling.comment_hash.is_some() && comment_hash == filling.comment_hash;
    let mut change = ActiveModel {
        updated_at: Set(now),
        version: Set(review.version + 1),
        ..Default::default()
    };
    if has_rating {
        change.rating = Set(None);
        change.rating_key = Set(-1);
    }
    if filling.like {
        change.liked = Set(false);
    }
    if has_comment {
        change.comment = Set(String::new());
        change.spoiler = Set(false);
    }
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(filling.review))
        .exec(tx)
        .await?;
    Ok(has_rating == filling.rating.is_some() && has_comment == filling.comment_hash.is_some())
}
