//! Saying that a review is of another film.

use entity::review::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::log::settle;
use crate::accounts::{self, MemberId};
use crate::catalog::{self, Claim, Known, MovieId, Outside, Unresolved};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::diary::tally;
use crate::events::{Event, Events};

/// Why a review stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum NotMoved {
    /// Several movies fit what was typed.
    #[error("several movies fit")]
    Ambiguous(Vec<Known>),
    /// The review was changed since the version that was looked at.
    #[error("it was changed meanwhile")]
    Stale,
    /// The movie that was chosen is not there.
    #[error("no such movie")]
    NoMovie,
    /// The review or its writer is not there.
    #[error("no such review")]
    Gone,
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl From<Unresolved> for NotMoved {
    fn from(unresolved: Unresolved) -> Self {
        match unresolved {
            Unresolved::Gone => Self::NoMovie,
            Unresolved::Ambiguous(movies) => Self::Ambiguous(movies),
            Unresolved::Database(error) => Self::Database(error),
        }
    }
}

/// Makes `member`'s own review one of the movie that is meant; where a `version` is given, only
/// while it is that. What was written stays.
pub async fn choose_movie(
    db: &Db,
    clock: &Clock,
    events: &Events,
    outside: &Outside,
    member: MemberId,
    review: i64,
    version: Option<i32>,
    claim: Claim,
) -> Result<MovieId, NotMoved> {
    let clock = clock.clone();
    let asks_catalog = !outside.is_off();
    let movie = db
        .write(move |tx| {
            Box::pin(async move {
                db::lock(tx, &format!("log {member}")).await?;
                accounts::commands::hold(tx, member)
                    .await?
                    .ok_or(NotMoved::Gone)?;
                let is_it = Condition::all()
                    .add(Column::Id.eq(review))
                    .add(Column::MemberId.eq(member))
                    .add(Column::DeletedAt.is_null());
                let row = Entity::find().filter(is_it.clone()).one(tx).await?;
                let row = row.ok_or(NotMoved::Gone)?;
                if version.is_some_and(|version| version != row.version) {
                    return Err(NotMoved::Stale);
                }
                let meant = catalog::resolve(tx, &clock, &claim).await?;
                let found = tx.query_one(&catalog::commands::holding(meant.id)).await?;
                let movie = settle(tx, &clock, asks_catalog, meant, found).await?;
                let change = Entity::update_many()
                    .col_expr(Column::MovieId, Expr::value(movie.id))
                    .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                    .col_expr(Column::UpdatedAt, Expr::value(clock.now()))
                    .filter(is_it.add_option(version.map(|version| Column::Version.eq(version))));
                tally::keep_one(tx, &clock, review, async {
                    match change.exec(tx).await?.rows_affected {
                        // Whoever was faster waited for nobody: only now do reviews stand still.
                        0 => Err(NotMoved::Stale),
                        _ => Ok(movie),
                    }
                })
                .await
            })
        })
        .await?;
    if movie.wants_facts {
        events.tell(Event::FactsWanted(movie.id));
    }
    Ok(movie.id)
}
