//! What changed and when: a number that rises with each change of the site, of a member
//! and of a movie. What was made of them and carries the number is fresh while the number
//! is the same, in this process and in any other.
//!
//! A change is noted as the last thing in its transaction: the site's row is one for
//! everybody, so whoever holds it must not wait for anything else.

use chrono::{DateTime, Utc};
use entity::review;
use entity::revision::{ActiveModel, Column, Entity, Scope};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, QuerySelect,
};

use crate::clock::Clock;

/// What is noted of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Revision {
    /// Rises with each change.
    pub number: i64,
    /// When the last one was.
    pub changed_at: DateTime<Utc>,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A review of that member, of that movie.
    Review {
        /// Whose.
        member: i64,
        /// Of what.
        movie: i64,
    },
    /// How a member is shown, or who may see them: what shows their reviews changes too.
    Member(i64),
    /// What is known of a movie, or its poster: what shows its reviews changes too.
    Movie(i64),
}

/// Notes a change.
pub async fn note(tx: &DatabaseTransaction, clock: &Clock, change: Change) -> Result<(), DbErr> {
    let now = clock.now();
    let (rows, others) = match change {
        Change::Review { member, movie } => {
            let rows = vec![(Scope::Member, member), (Scope::Movie, movie)];
            (rows, None)
        }
        Change::Member(member) => {
            let movies = reviewed(Scope::Movie, review::Column::MovieId, now)
                .and_where(review::Column::MemberId.eq(member))
                .take();
            (vec![(Scope::Member, member)], Some(movies))
        }
        Change::Movie(movie) => {
            let members = reviewed(Scope::Member, review::Column::MemberId, now)
                .and_where(review::Column::MovieId.eq(movie))
                .take();
            (vec![(Scope::Movie, movie)], Some(members))
        }
    };
    let rows = std::iter::once((Scope::Site, 0)).chain(rows);
    let rows = rows.map(|(scope, subject_id)| ActiveModel {
        scope: Set(scope),
        subject_id: Set(subject_id),
        number: Set(1),
        changed_at: Set(now),
    });
    Entity::insert_many(rows)
        .on_conflict(rising())
        .exec_without_returning(tx)
        .await?;
    match others {
        Some(others) => note_those(tx, others).await,
        None => Ok(()),
    }
}

/// Notes that everything has changed: many reviews were put in at once.
pub async fn note_all(tx: &DatabaseTransaction, clock: &Clock) -> Result<(), DbErr> {
    let now = clock.now();
    for (scope, which) in [
        (Scope::Movie, review::Column::MovieId),
        (Scope::Member, review::Column::MemberId),
    ] {
        // Without a condition SQLite takes the `ON` of `ON CONFLICT` for a join's.
        let all = reviewed(scope, which, now)
            .and_where(review::Column::Id.is_not_null())
            .take();
        note_those(tx, all).await?;
    }
    let site = ActiveModel {
        scope: Set(Scope::Site),
        subject_id: Set(0),
        number: Set(1),
        changed_at: Set(now),
    };
    Entity::insert(site)
        .on_conflict(rising())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The members or movies of reviews, as rows to be noted.
fn reviewed(scope: Scope, which: review::Column, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .distinct()
        .expr(Expr::val(scope))
        .column(which)
        .expr(Expr::val(1_i64))
        .expr(Expr::val(now))
        .from(review::Entity)
        .take()
}

async fn note_those(tx: &DatabaseTransaction, rows: SelectStatement) -> Result<(), DbErr> {
    let noted = Query::insert()
        .into_table(Entity)
        .columns([
            Column::Scope,
            Column::SubjectId,
            Column::Number,
            Column::ChangedAt,
        ])
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(rising())
        .take();
    tx.execute(&noted).await?;
    Ok(())
}

fn rising() -> OnConflict {
    let number = Expr::col((Entity, Column::Number)).add(1);
    OnConflict::columns([Column::Scope, Column::SubjectId])
        .value(Column::Number, number)
        .update_column(Column::ChangedAt)
        .to_owned()
}

/// What is noted of the whole site; `None` while nothing is.
pub async fn of_site(db: &impl ConnectionTrait) -> Result<Option<Revision>, DbErr> {
    read(db, Scope::Site, 0).await
}

/// What is noted of a member.
pub async fn of_member(db: &impl ConnectionTrait, member: i64) -> Result<Option<Revision>, DbErr> {
    read(db, Scope::Member, member).await
}

/// What is noted of a movie.
pub async fn of_movie(db: &impl ConnectionTrait, movie: i64) -> Result<Option<Revision>, DbErr> {
    read(db, Scope::Movie, movie).await
}

async fn read(
    db: &impl ConnectionTrait,
    scope: Scope,
    subject: i64,
) -> Result<Option<Revision>, DbErr> {
    Entity::find_by_id((scope, subject))
        .select_only()
        .columns([Column::Number, Column::ChangedAt])
        .into_model()
        .one(db)
        .await
}
