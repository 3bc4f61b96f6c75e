//! Records changes by incrementing the revisions of all that they concern.

use chrono::{DateTime, Utc};
use entity::review;
use entity::revision::{ActiveModel, Column, Entity, RevisionScope};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SimpleExpr,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Order,
    QueryFilter, QuerySelect, QueryTrait,
};

use crate::clock::Clock;
use crate::db::{Batch, CachedSql};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Review(ChangedReview),
    /// A member's profile or visibility; pages with their reviews change too.
    Member(i64),
    /// A member was deleted, with all reviews.
    MemberDeleted {
        member: i64,
        /// The movies that the member had reviewed.
        movies: Vec<i64>,
    },
    /// A movie's facts or poster; pages with its reviews change too.
    Movie(i64),
    All,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedReview {
    pub member: i64,
    /// Two if the review moved to another movie.
    pub movies: Vec<i64>,
    /// Whether the review was public before the change, or is public now.
    pub is_public: bool,
}

pub async fn record_change(
    tx: &DatabaseTransaction,
    clock: &Clock,
    change: Change,
) -> Result<(), DbErr> {
    let now = clock.now();
    let is_public = match &change {
        Change::Review(review) => review.is_public,
        _ => true,
    };
    let subjects = match &change {
        Change::Review(ChangedReview { member, movies, .. })
        | Change::MemberDeleted { member, movies } => subjects_of_review(*member, movies),
        Change::Member(member) => vec![SITE, (RevisionScope::Member, *member)],
        Change::Movie(movie) => vec![SITE, (RevisionScope::Movie, *movie)],
        Change::All => vec![SITE],
    };
    for chunk in subjects.chunks(ROWS_PER_INSERT) {
        tx.execute(&revision_upsert(now, is_public, chunk)).await?;
    }
    match change {
        Change::Review(_) | Change::MemberDeleted { .. } => Ok(()),
        Change::Member(member) => {
            let theirs = review::Column::MemberId.eq(member);
            record_reviewed(tx, now, RevisionScope::Movie, theirs).await
        }
        Change::Movie(movie) => {
            let of_it = review::Column::MovieId.eq(movie);
            record_reviewed(tx, now, RevisionScope::Member, of_it).await
        }
        Change::All => {
            for scope in [RevisionScope::Member, RevisionScope::Movie] {
                // Without a `WHERE`, SQLite takes the `ON` of `ON CONFLICT` for that of a join.
                let all = review::Column::Id.is_not_null();
                record_reviewed(tx, now, scope, all).await?;
            }
            Ok(())
        }
    }
}

/// Records a change of a review at the end of a batch.
pub fn record_review_change(batch: &mut Batch, clock: &Clock, change: &ChangedReview) {
    static TEXT: CachedSql = CachedSql::new();
    let subjects = subjects_of_review(change.member, &change.movies);
    let (now, is_public) = (clock.now(), change.is_public);
    let statement = || revision_upsert(now, is_public, &subjects);
    // Three rows are the usual case, a review whose movie stays the same: its SQL is cached.
    if subjects.len() != 3 {
        return batch.add(&statement());
    }
    let row = |(scope, subject): &(RevisionScope, i64)| {
        let [scope, subject] = [(*scope).into(), (*subject).into()];
        let public = i64::from(is_public).into();
        let public_at = is_public.then_some(now).into();
        [scope, subject, 1_i64.into(), now.into(), public, public_at]
    };
    let rising_by = 1_i32.into();
    let values = subjects.iter().flat_map(row).chain([rising_by]);
    batch.push(TEXT.bind(batch.backend(), values, statement));
}

/// Every transaction updates this row first, so that no two can deadlock.
const SITE: (RevisionScope, i64) = (RevisionScope::Site, 0);

fn subjects_of_review(member: i64, movies: &[i64]) -> Vec<(RevisionScope, i64)> {
    let movies = movies.iter().map(|movie| (RevisionScope::Movie, *movie));
    [SITE, (RevisionScope::Member, member)]
        .into_iter()
        .chain(movies)
        .collect()
}

/// The movies that `member` has reviewed; deleted reviews count, too.
pub async fn movies_reviewed_by(tx: &DatabaseTransaction, member: i64) -> Result<Vec<i64>, DbErr> {
    review::Entity::find()
        .select_only()
        .distinct()
        .column(review::Column::MovieId)
        .filter(review::Column::MemberId.eq(member))
        .into_tuple()
        .all(tx)
        .await
}

const ROWS_PER_INSERT: usize = 1000;

/// Increments the revisions of these subjects, in the given order.
fn revision_upsert(
    now: DateTime<Utc>,
    is_public: bool,
    subjects: &[(RevisionScope, i64)],
) -> InsertStatement {
    let rows = subjects.iter().map(|(scope, subject)| ActiveModel {
        scope: Set(*scope),
        subject_id: Set(*subject),
        number: Set(1),
        changed_at: Set(now),
        public_number: Set(i64::from(is_public)),
        public_changed_at: Set(is_public.then_some(now)),
    });
    Entity::insert_many(rows)
        .on_conflict(increment_on_conflict())
        .into_query()
}

/// Increments the revisions of the members or movies whose reviews match `which`.
async fn record_reviewed(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    scope: RevisionScope,
    which: SimpleExpr,
) -> Result<(), DbErr> {
    let subject = match scope {
        RevisionScope::Site | RevisionScope::Movie => review::Column::MovieId,
        RevisionScope::Member => review::Column::MemberId,
    };
    let rows = Query::select()
        .distinct()
        .expr(Expr::val(scope))
        .column(subject)
        .expr(Expr::val(1_i64))
        .expr(Expr::val(now))
        .expr(Expr::val(1_i64))
        .expr(Expr::val(now))
        .from(review::Entity)
        .and_where(which)
        .order_by(subject, Order::Asc)
        .take();
    let insert = Query::insert()
        .into_table(Entity)
        .columns([
            Column::Scope,
            Column::SubjectId,
            Column::Number,
            Column::ChangedAt,
            Column::PublicNumber,
            Column::PublicChangedAt,
        ])
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(increment_on_conflict())
        .take();
    tx.execute(&insert).await?;
    Ok(())
}

fn increment_on_conflict() -> OnConflict {
    let stored = |column: Column| Expr::col((Entity, column));
    let new = |column: Column| Expr::col(("excluded", column));
    // Transactions do not commit in the order in which they read the clock.
    let later = CaseStatement::new()
        .case(
            new(Column::ChangedAt).gt(stored(Column::ChangedAt)),
            new(Column::ChangedAt),
        )
        .finally(stored(Column::ChangedAt));
    let public = Func::coalesce([
        new(Column::PublicChangedAt),
        stored(Column::PublicChangedAt),
    ]);
    OnConflict::columns([Column::Scope, Column::SubjectId])
        .value(Column::Number, stored(Column::Number).add(1))
        .value(Column::ChangedAt, later)
        .value(
            Column::PublicNumber,
            stored(Column::PublicNumber).add(new(Column::PublicNumber)),
        )
        .value(Column::PublicChangedAt, public)
        .to_owned()
}
