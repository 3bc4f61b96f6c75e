//! Changing the movie of a review.

use entity::review::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::log::finish_resolving;
use crate::accounts::{self, MemberId};
use crate::catalog::{self, KnownMovie, MovieId, MovieRef, OnlineCatalog, ResolveError};
use crate::db;
use crate::diary::{DiaryChange, DiaryWriter, ReviewRef, tally};
use crate::events::{Event, EventSender};

#[derive(Debug, thiserror::Error)]
pub enum ChangeMovieError {
    /// Several movies match what was typed.
    #[error("several movies match")]
    Ambiguous(Vec<KnownMovie>),
    /// The review has changed since the given version.
    #[error("the review has changed in the meantime")]
    Stale,
    /// The chosen movie no longer exists.
    #[error("no such movie")]
    MovieGone,
    /// The review or its member does not exist.
    #[error("no such review")]
    Gone,
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl From<ResolveError> for ChangeMovieError {
    fn from(unresolved: ResolveError) -> Self {
        match unresolved {
            ResolveError::NotFound => Self::MovieGone,
            ResolveError::Ambiguous(movies) => Self::Ambiguous(movies),
            ResolveError::Database(error) => Self::Database(error),
        }
    }
}

/// Moves `member`'s own review to another movie; with a `version`, only if the review still has
/// that version. The rest of the review stays as it is.
pub async fn change_movie(
    writer: &DiaryWriter,
    events: &EventSender,
    online: &OnlineCatalog,
    member: MemberId,
    review: i64,
    version: Option<i32>,
    movie_ref: MovieRef,
) -> Result<MovieId, ChangeMovieError> {
    let (db, writer) = (&writer.db, writer.clone());
    let catalog_enabled = !online.is_off();
    let movie = db
        .write(move |tx| {
            Box::pin(async move {
                let clock = &writer.clock;
                db::advisory_lock(tx, &format!("log {member}")).await?;
                let own_review = Condition::all()
                    .add(Column::Id.eq(review))
                    .add(Column::MemberId.eq(member))
                    .add(Column::DeletedAt.is_null());
                let row = Entity::find().filter(own_review.clone()).one(tx).await?;
                let row = row.ok_or(ChangeMovieError::Gone)?;
                if version.is_some_and(|version| version != row.version) {
                    return Err(ChangeMovieError::Stale);
                }
                let resolved =
                    catalog::resolve(tx, clock, &writer.local_catalog, &movie_ref).await?;
                accounts::commands::lock_member_shared(tx, member)
                    .await?
                    .ok_or(ChangeMovieError::Gone)?;
                let locked_row = tx
                    .query_one(&catalog::commands::lock_movie_shared_query(resolved.id))
                    .await?;
                let movie =
                    finish_resolving(tx, clock, catalog_enabled, resolved, locked_row).await?;
                let change = Entity::update_many()
                    .col_expr(Column::MovieId, Expr::value(movie.id))
                    .col_expr(
                        Column::Rewatch,
                        tally::mark_unless_by_hand(tally::is_rewatch_of(movie.id)),
                    )
                    .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                    .col_expr(Column::UpdatedAt, Expr::value(clock.now()))
                    .filter(
                        own_review.add_option(version.map(|version| Column::Version.eq(version))),
                    );
                tally::tally_review_change(tx, clock, review, async {
                    match change.exec(tx).await?.rows_affected {
                        // It may have changed since it was read: it is locked only from here.
                        0 => return Err(ChangeMovieError::Stale),
                        _ => {
                            let moved = ReviewRef {
                                movie: movie.id,
                                ..ReviewRef::from(&row)
                            };
                            writer
                                .tell_followers(tx, DiaryChange::MovieChanged(moved))
                                .await?;
                        }
                    }
                    Ok(movie)
                })
                .await
            })
        })
        .await?;
    if movie.facts_queued {
        events.send(Event::FactsQueued(movie.id));
    }
    Ok(movie.id)
}
