//! Which poster of a movie is shown.

use entity::movie_correction::CorrectedField;
use entity::movie_poster::{ActiveModel, Entity, PosterState};
use entity::{movie_poster, poster};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::want::{at_rest, hold};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::catalog::commands::{NewCorrection, note_correction};
use crate::clock::Clock;
use crate::config::SourceName;

/// Whose a picture is that a member sent, or, where none chose it, that was drawn here.
pub(in crate::posters) const MEMBER: &str = "member";

/// A picture whose files are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Names its files.
    pub hash: String,
    /// How high it is where it is 500 wide, in pixels.
    pub height: i16,
    /// Six colours of six hex digits, two a row.
    pub colors: String,
}

/// Shows a picture that was fetched as the poster of `movie`.
pub async fn show(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    kept: &Kept,
) -> Result<(), DbErr> {
    let Some(row) = hold(tx, movie).await?.filter(|row| !row.pinned) else {
        return Ok(());
    };
    let source = row.source.as_deref().unwrap_or(MEMBER);
    name(tx, clock, kept, source, row.page.clone()).await?;
    put_up(tx, clock, &row, Some(&kept.hash), Choice::Catalog).await
}

/// Shows a picture that `member` sent as the poster of `movie`; what was shown before is
/// noted. The catalog does not replace it.
pub async fn choose(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    member: MemberId,
    kept: &Kept,
) -> Result<(), DbErr> {
    let Some(row) = hold(tx, movie).await? else {
        return Ok(());
    };
    if row.pinned && row.poster.as_ref() == Some(&kept.hash) {
        return Ok(());
    }
    name(tx, clock, kept, MEMBER, None).await?;
    let correction = NewCorrection {
        movie,
        member,
        field: CorrectedField::Poster,
        old_value: row.poster.clone().unwrap_or_default(),
        old_source: source_of(tx, row.poster.as_deref()).await?,
        new_value: kept.hash.clone(),
    };
    note_correction(tx, clock, correction).await?;
    put_up(tx, clock, &row, Some(&kept.hash), Choice::Member).await
}

/// Shows again what was shown before somebody chose another; `None`: nothing was. `pinned`:
/// that was chosen by somebody as well.
pub async fn choose_again(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: MovieId,
    hash: Option<&str>,
    pinned: bool,
) -> Result<(), DbErr> {
    let Some(row) = hold(tx, movie).await? else {
        return Ok(());
    };
    // Its row may have gone, a year after it was replaced.
    let there = match hash {
        Some(hash) => revive(tx, hash).await?.then_some(hash),
        None => None,
    };
    let choice = match pinned && there.is_some() {
        true => Choice::Member,
        false => Choice::Before,
    };
    put_up(tx, clock, &row, there, choice).await
}

/// Whose choice a poster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    /// A member's.
    Member,
    /// The catalog's: it was just fetched.
    Catalog,
    /// What was there before a member chose another; the catalog may have a newer one.
    Before,
}

/// Says who a stored picture is from, unless that was said before.
async fn name(
    tx: &DatabaseTransaction,
    clock: &Clock,
    kept: &Kept,
    source: &str,
    page: Option<String>,
) -> Result<(), DbErr> {
    let row = poster::ActiveModel {
        hash: Set(kept.hash.clone()),
        height: Set(kept.height),
        colors: Set(kept.colors.clone()),
        source: Set(source.to_owned()),
        page: Set(page),
        stored_at: Set(clock.now()),
        superseded_at: Set(None),
    };
    let back = OnConflict::column(poster::Column::Hash)
        .update_column(poster::Column::SupersededAt)
        .to_owned();
    poster::Entity::insert(row.clone())
        .on_conflict(back)
        .exec_without_returning(tx)
        .await?;
    if source == MEMBER {
        return Ok(());
    }
    // Whoever sent the catalog's picture before the catalog did gets no credit for it.
    let credit = poster::ActiveModel {
        source: row.source,
        page: row.page,
        ..Default::default()
    };
    poster::Entity::update_many()
        .set(credit)
        .filter(poster::Column::Hash.eq(&kept.hash))
        .filter(poster::Column::Source.eq(MEMBER))
        .exec(tx)
        .await?;
    Ok(())
}

async fn revive(tx: &DatabaseTransaction, hash: &str) -> Result<bool, DbErr> {
    let back = poster::ActiveModel {
        superseded_at: Set(None),
        ..Default::default()
    };
    let found = poster::Entity::update_many()
        .set(back)
        .filter(poster::Column::Hash.eq(hash))
        .exec(tx)
        .await?;
    Ok(found.rows_affected == 1)
}

async fn put_up(
    tx: &DatabaseTransaction,
    clock: &Clock,
    row: &movie_poster::Model,
    hash: Option<&str>,
    choice: Choice,
) -> Result<(), DbErr> {
    let shown = movie_poster::Model {
        poster: hash.map(str::to_owned),
        ..row.clone()
    };
    let state = match (choice, &row.url) {
        (Choice::Before, Some(_)) => PosterState::Wanted,
        _ => at_rest(&shown),
    };
    let change = ActiveModel {
        movie_id: Set(row.movie_id),
        state: Set(state),
        try_at: Set(clock.now()),
        tries: Set(0),
        poster: Set(shown.poster),
        fault: Set(None),
        pinned: Set(choice == Choice::Member),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    match &row.poster {
        Some(old) if Some(old.as_str()) != hash => supersede(tx, clock, old).await,
        _ => Ok(()),
    }
}

/// Notes that no movie has the picture any more, if that is so.
async fn supersede(tx: &DatabaseTransaction, clock: &Clock, hash: &str) -> Result<(), DbErr> {
    let shown = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(movie_poster::Column::Poster.eq(hash))
        .take();
    let superseded = poster::ActiveModel {
        superseded_at: Set(Some(clock.now())),
        ..Default::default()
    };
    poster::Entity::update_many()
        .set(superseded)
        .filter(poster::Column::Hash.eq(hash))
        .filter(Expr::exists(shown).not())
        .exec(tx)
        .await?;
    Ok(())
}

/// The source of the catalog that had the picture.
async fn source_of(
    tx: &DatabaseTransaction,
    hash: Option<&str>,
) -> Result<Option<SourceName>, DbErr> {
    let Some(hash) = hash else { return Ok(None) };
    let row = poster::Entity::find_by_id(hash).one(tx).await?;
    Ok(row.and_then(|row| SourceName::parse(&row.source)))
}
