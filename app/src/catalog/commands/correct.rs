//! What members know better than the catalog: title, year and directors of a movie. What
//! was there before is kept, and the catalog does not change it again.

use std::collections::HashSet;

use entity::movie_correction::{ActiveModel, Column, CorrectedField, Entity, Model};
use entity::{movie, movie_facts};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::complete::ask_now;
use super::hold::hold_alone;
use super::movies::{direct_anew, identity_key, index, named};
use super::resolve::{by_title, take_turns};
use crate::catalog::TypedMovie;
use crate::catalog::facts::Ids;
use crate::catalog::queries::{Known, MovieId};
use crate::clock::Clock;
use crate::config::SourceName;

/// Something that a member corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCorrection {
    /// Of which movie.
    pub movie: MovieId,
    /// Who corrects it.
    pub member: i64,
    /// What of it.
    pub field: CorrectedField,
    /// What was there.
    pub old_value: String,
    /// Who in the catalog had said so.
    pub old_source: Option<SourceName>,
    /// What is there now.
    pub new_value: String,
}

/// What became of a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// It is as they said.
    Kept,
    /// As they said it, it is another movie that is here; nothing was changed.
    SameAs(MovieId),
    /// As they said it, it can be several others; nothing was changed.
    Ambiguous,
    /// Somebody corrected it since it was as it was said to be.
    Stale,
    /// There is no such movie, or it went into another.
    Gone,
}

/// Corrects title, year and directors of a movie, as `member` says who saw it as `seen`.
pub async fn correct(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: i64,
    seen: &Known,
    said: &TypedMovie,
) -> Result<Corrected, DbErr> {
    let movie = seen.id;
    take_turns(tx, &Ids::default(), said.year, &said.title).await?;
    let Some(known) = hold_alone(tx, movie).await? else {
        return Ok(Corrected::Gone);
    };
    if known.facts() != seen.facts() {
        return Ok(Corrected::Stale);
    }
    let changes = changes(&known, said);
    if changes.is_empty() {
        return Ok(Corrected::Kept);
    }
    let mut same = by_title(tx, &with_ids_of(&known, said)).await?;
    same.retain(|other| other.id != movie);
    match same.as_slice() {
        [] => {}
        [other] => return Ok(Corrected::SameAs(other.id)),
        _ => return Ok(Corrected::Ambiguous),
    }
    let pinned = pinned(tx, movie).await?;
    let source = source(tx, movie).await?;
    for (field, old_value, new_value) in changes {
        let correction = NewCorrection {
            movie,
            member,
            field,
            old_value,
            old_source: source.filter(|_| !pinned.contains(&field)),
            new_value,
        };
        note_correction(tx, clock, correction).await?;
    }
    rename(tx, &known, &said.title, said.year, &said.directors).await?;
    // Also where somebody is asking about it as it was.
    ask_now(tx, clock, movie).await?;
    Ok(Corrected::Kept)
}

fn with_ids_of(known: &Known, said: &TypedMovie) -> TypedMovie {
    TypedMovie {
        ids: Ids {
            imdb_id: known.imdb_id.clone(),
            tmdb_id: known.tmdb_id,
            wikidata_id: None,
        },
        ..said.clone()
    }
}

/// What is said anew: which field, what is there, what is to be there.
fn changes(known: &Known, said: &TypedMovie) -> Vec<(CorrectedField, String, String)> {
    [
        (
            CorrectedField::Title,
            known.title.clone(),
            said.title.clone(),
        ),
        (
            CorrectedField::Year,
            known.year.to_string(),
            said.year.to_string(),
        ),
        (
            CorrectedField::Directors,
            known.directors.join("\n"),
            said.directors.join("\n"),
        ),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .collect()
}

/// Writes title, year and directors, and what follows from them.
async fn rename(
    tx: &DatabaseTransaction,
    known: &Known,
    title: &str,
    year: i16,
    directors: &[String],
) -> Result<(), DbErr> {
    let change = movie::ActiveModel {
        id: Set(known.id),
        identity_key: Set(identity(tx, known, title, year, directors).await?),
        ..named(title, year)
    };
    movie::Entity::update(change).exec(tx).await?;
    if directors != known.directors {
        direct_anew(tx, known.id, directors).await?;
    }
    index(tx, &[known.id]).await
}

async fn identity(
    tx: &DatabaseTransaction,
    known: &Known,
    title: &str,
    year: i16,
    directors: &[String],
) -> Result<String, DbErr> {
    let facts = movie_facts::Entity::find_by_id(known.id).one(tx).await?;
    let ids = Ids {
        imdb_id: known.imdb_id.clone(),
        tmdb_id: known.tmdb_id,
        wikidata_id: facts.and_then(|facts| facts.wikidata_id),
    };
    Ok(identity_key(&ids, title, year, directors))
}

/// Writes down what was corrected.
pub async fn note_correction(
    tx: &DatabaseTransaction,
    clock: &Clock,
    correction: NewCorrection,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        movie_id: Set(correction.movie),
        field: Set(correction.field),
        old_value: Set(correction.old_value),
        old_source: Set(correction.old_source.map(|source| source.name().to_owned())),
        new_value: Set(correction.new_value),
        member_id: Set(Some(correction.member)),
        corrected_at: Set(clock.now()),
        undone_at: Set(None),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The poster that somebody chose for the movie that goes is the choice of the one that
/// stays.
pub async fn move_poster_corrections(
    tx: &DatabaseTransaction,
    from: MovieId,
    into: MovieId,
) -> Result<(), DbErr> {
    let moved = ActiveModel {
        movie_id: Set(into),
        ..Default::default()
    };
    Entity::update_many()
        .set(moved)
        .filter(stands(from))
        .filter(Column::Field.eq(CorrectedField::Poster))
        .exec(tx)
        .await?;
    Ok(())
}

/// The fields of `movie` that members corrected: the catalog does not change them.
pub(super) async fn pinned(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<HashSet<CorrectedField>, DbErr> {
    let fields: Vec<CorrectedField> = Entity::find()
        .select_only()
        .column(Column::Field)
        .filter(stands(movie))
        .distinct()
        .into_tuple()
        .all(tx)
        .await?;
    Ok(fields.into_iter().collect())
}

fn stands(movie: MovieId) -> Condition {
    Condition::all()
        .add(Column::MovieId.eq(movie))
        .add(Column::UndoneAt.is_null())
}

/// Who in the catalog said what is known of `movie`.
async fn source(tx: &DatabaseTransaction, movie: MovieId) -> Result<Option<SourceName>, DbErr> {
    let facts = movie_facts::Entity::find_by_id(movie).one(tx).await?;
    let source = facts.and_then(|facts| facts.source);
    Ok(source.as_deref().and_then(SourceName::parse))
}

/// A correction that was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// Of which movie.
    pub movie: MovieId,
    /// What of it.
    pub field: CorrectedField,
    /// What is to be there again.
    pub value: String,
    /// Whether somebody had corrected it before as well.
    pub is_pinned: bool,
}

/// Takes the last correction of a field back; `None` where there is no such correction, or
/// a later one stands. A poster is the business of `posters`.
pub async fn take_back(
    tx: &DatabaseTransaction,
    clock: &Clock,
    id: i64,
) -> Result<Option<TakenBack>, DbErr> {
    let found = Entity::find_by_id(id)
        .filter(Column::UndoneAt.is_null())
        .lock_exclusive()
        .one(tx)
        .await?;
    let Some(correction) = found else {
        return Ok(None);
    };
    let others: Vec<Model> = Entity::find()
        .filter(stands(correction.movie_id))
        .filter(Column::Field.eq(correction.field))
        .filter(Column::Id.ne(id))
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    if others.last().is_some_and(|last| last.id > id) {
        return Ok(None);
    }
    let undone = ActiveModel {
        id: Set(id),
        undone_at: Set(Some(clock.now())),
        ..Default::default()
    };
    Entity::update(undone).exec(tx).await?;
    Ok(Some(TakenBack {
        movie: correction.movie_id,
        field: correction.field,
        value: correction.old_value,
        is_pinned: !others.is_empty(),
    }))
}

/// Writes what was there before a correction of title, year or directors. `false` where
/// another movie is called so by now, or the movie has gone.
pub async fn restore(tx: &DatabaseTransaction, back: &TakenBack) -> Result<bool, DbErr> {
    let Some(known) = hold_alone(tx, back.movie).await? else {
        return Ok(false);
    };
    let mut was = known.clone();
    match back.field {
        CorrectedField::Title => was.title.clone_from(&back.value),
        CorrectedField::Year => was.year = back.value.parse().unwrap_or(known.year),
        CorrectedField::Directors => {
            was.directors = back.value.lines().map(str::to_owned).collect();
        }
        CorrectedField::Poster => return Ok(true),
    }
    let identity = identity(tx, &was, &was.title, was.year, &was.directors).await?;
    let taken = movie::Entity::find()
        .filter(movie::Column::IdentityKey.eq(identity))
        .filter(movie::Column::Id.ne(back.movie))
        .one(tx)
        .await?;
    if taken.is_some() {
        return Ok(false);
    }
    rename(tx, &known, &was.title, was.year, &was.directors).await?;
    Ok(true)
}
