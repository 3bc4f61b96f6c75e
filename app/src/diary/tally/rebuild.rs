//! Counting from scratch.

use std::collections::HashMap;
use std::hash::Hash;

use entity::{Audience, member_tally, month_tally, movie_tally};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::counts::{Sign, add};
use super::member::recount;
use crate::db::Db;

/// What was found when everything was counted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many numbers are kept, in rows.
    pub rows: usize,
    /// How many rows are not as they would be counted.
    pub wrong: usize,
}

/// How a count ends that is only to look.
enum Counted {
    Done(Verified),
    Failed(DbErr),
}

impl From<DbErr> for Counted {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

/// Counts everything and compares; nothing changes.
pub async fn verify(db: &Db) -> Result<Verified, DbErr> {
    let counted: Result<(), Counted> = db
        .write(|tx| {
            Box::pin(async move {
                let kept = Kept::read(tx).await?;
                recount_all(tx).await?;
                let right = Kept::read(tx).await?;
                // What was counted is taken back with the transaction.
                Err(Counted::Done(kept.against(&right)))
            })
        })
        .await;
    match counted {
        Ok(()) => Ok(Verified::default()),
        Err(Counted::Done(verified)) => Ok(verified),
        Err(Counted::Failed(error)) => Err(error),
    }
}

/// Counts everything and keeps that. Returns what was wrong.
pub async fn rebuild(db: &Db) -> Result<Verified, DbErr> {
    db.write(|tx| {
        Box::pin(async move {
            let kept = Kept::read(tx).await?;
            recount_all(tx).await?;
            let right = Kept::read(tx).await?;
            Ok(kept.against(&right))
        })
    })
    .await
}

async fn recount_all(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    movie_tally::Entity::delete_many().exec(tx).await?;
    month_tally::Entity::delete_many().exec(tx).await?;
    member_tally::Entity::delete_many().exec(tx).await?;
    add(tx, Condition::all(), Sign::In).await?;
    recount(tx, Condition::all()).await
}

/// The tallies by their keys, without rows that count nothing.
struct Kept {
    movies: HashMap<(i64, Audience, i16), movie_tally::Model>,
    months: HashMap<(i64, Audience, i32), month_tally::Model>,
    members: HashMap<(i64, Audience), member_tally::Model>,
}

impl Kept {
    async fn read(tx: &DatabaseTransaction) -> Result<Self, DbErr> {
        let movies = movie_tally::Entity::find()
            .filter(movie_tally::Column::Reviews.ne(0))
            .all(tx)
            .await?;
        let months = month_tally::Entity::find()
            .filter(month_tally::Column::Reviews.ne(0))
            .all(tx)
            .await?;
        let members = member_tally::Entity::find()
            .filter(member_tally::Column::Reviews.ne(0))
            .all(tx)
            .await?;
        let by_movie =
            |row: movie_tally::Model| ((row.movie_id, row.audience, row.rating_key), row);
        let by_month =
            |row: month_tally::Model| ((row.member_id, row.audience, row.month_key), row);
        let by_member = |row: member_tally::Model| ((row.member_id, row.seen_by), row);
        Ok(Self {
            movies: movies.into_iter().map(by_movie).collect(),
            months: months.into_iter().map(by_month).collect(),
            members: members.into_iter().map(by_member).collect(),
        })
    }

    fn against(&self, right: &Self) -> Verified {
        Verified {
            rows: self.movies.len() + self.months.len() + self.members.len(),
            wrong: differing(&self.movies, &right.movies)
                + differing(&self.months, &right.months)
                + differing(&self.members, &right.members),
        }
    }
}

fn differing<K: Eq + Hash, T: PartialEq>(kept: &HashMap<K, T>, right: &HashMap<K, T>) -> usize {
    let wrong = kept.iter().filter(|(key, row)| right.get(key) != Some(row));
    let missing = right.keys().filter(|key| !kept.contains_key(key));
    wrong.count() + missing.count()
}
