//! The search index of the words of reviews.

use entity::review::{Column, Entity};
use sea_orm::sea_query::{ExprTrait, LockType, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Statement,
};

use crate::accounts::MemberId;
use crate::db::{Db, advisory_lock};
use crate::full_text::WordIndex;
use crate::full_text::terms::index_terms;

const INDEX: WordIndex = WordIndex {
    table: "review_search",
    postgres_id: "review_id",
};

/// Id of a row that says that all reviews are in the index. No review has it.
const COMPLETE: i64 = 0;

/// How many reviews of older releases are indexed in one transaction.
const INDEX_BATCH: u64 = 500;

/// A term of all reviews of one member, so that a search need not look through those of others. The
/// words of a search have no capital letter, so none of them is the start of it.
fn member_term(member: MemberId) -> String {
    format!("Ω{member}")
}

/// Inserts the words of reviews that are not in the index. `None` if none has any.
pub(super) fn words_insert<'a>(
    backend: DbBackend,
    reviews: impl Iterator<Item = (i64, MemberId, &'a str)>,
) -> Option<Statement> {
    let with_words = reviews.filter(|(_, _, comment)| !comment.is_empty());
    let rows = with_words.map(|(id, member, comment)| {
        let mut terms = index_terms(comment);
        terms.push(member_term(member));
        (id, terms)
    });
    INDEX.insert(backend, &rows.collect::<Vec<_>>())
}

/// Indexes reviews that are not in the index.
pub(super) async fn insert_words<'a>(
    tx: &DatabaseTransaction,
    reviews: impl Iterator<Item = (i64, MemberId, &'a str)>,
) -> Result<(), DbErr> {
    if let Some(insert) = words_insert(tx.get_database_backend(), reviews) {
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// Indexes a review after its comment has changed.
pub(super) async fn replace_words(
    tx: &DatabaseTransaction,
    review: i64,
    member: MemberId,
    comment: &str,
) -> Result<(), DbErr> {
    let delete = INDEX.delete(tx.get_database_backend(), |id| id.eq(review));
    tx.execute(&delete).await?;
    insert_words(tx, std::iter::once((review, member, comment))).await
}

/// Takes the reviews with these ids out of the index.
pub(super) async fn delete_words(
    tx: &DatabaseTransaction,
    ids: SelectStatement,
) -> Result<(), DbErr> {
    let delete = INDEX.delete(tx.get_database_backend(), |id| id.in_subquery(ids));
    tx.execute(&delete).await?;
    Ok(())
}

/// Selects the ids of `member`’s reviews that have every word of `typed`, by prefix. `None` when
/// `typed` has no words.
pub fn review_ids_with_words(db: &Db, member: MemberId, typed: &str) -> Option<SelectStatement> {
    let backend = db.reader().get_database_backend();
    INDEX.ids_with_words(backend, typed, Some(&member_term(member)))
}

/// Indexes some reviews after `after` of an older release, or of a backup, which have no index.
/// Returns the last one; `None` when all are indexed.
pub async fn index_older_reviews(db: &Db, after: i64) -> Result<Option<i64>, DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            advisory_lock(tx, "index reviews").await?;
            if is_complete(tx).await? {
                return Ok(None);
            }
            let mut reviews = Entity::find()
                .select_only()
                .columns([Column::Id, Column::MemberId, Column::Comment])
                .filter(Column::Id.gt(after))
                .filter(Column::Comment.ne(""))
                .order_by_asc(Column::Id)
                .limit(INDEX_BATCH);
            // An edit must not come between reading a comment and indexing it.
            QueryTrait::query(&mut reviews).lock_with_tables(LockType::Share, [Entity]);
            let reviews: Vec<(i64, MemberId, String)> = reviews.into_tuple().all(tx).await?;
            let backend = tx.get_database_backend();
            let Some((last, ..)) = reviews.last() else {
                let complete = INDEX.insert(backend, &[(COMPLETE, vec!["complete".to_owned()])]);
                if let Some(complete) = complete {
                    tx.execute_raw(complete).await?;
                }
                return Ok(None);
            };
            let ids: Vec<i64> = reviews.iter().map(|(id, ..)| *id).collect();
            tx.execute(&INDEX.delete(backend, |id| id.is_in(ids)))
                .await?;
            let rows = reviews
                .iter()
                .map(|(id, member, comment)| (*id, *member, comment.as_str()));
            insert_words(tx, rows).await?;
            Ok(Some(*last))
        })
    })
    .await
}

async fn is_complete(tx: &DatabaseTransaction) -> Result<bool, DbErr> {
    let row = INDEX.row(tx.get_database_backend(), COMPLETE);
    Ok(tx.query_one(&row).await?.is_some())
}
