//! Corrections by members of a movie's title, year and directors. The old value is stored with
//! each, and the catalog no longer changes a corrected field.

use entity::movie_correction::{ActiveModel, Column, CorrectedField, Entity};
use entity::{movie, movie_facts};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::facts_queue::requeue_facts;
use super::lock::lock_movie_exclusive;
use super::movies::{identity_key, index_movies, replace_directors, title_columns};
use crate::catalog::MovieInput;
use crate::catalog::queries::{KnownMovie, MovieId, find_by_title, not_undone, pinned_fields};
use crate::clock::Clock;
use crate::config::SourceName;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCorrection {
    pub movie: MovieId,
    pub member: i64,
    pub field: CorrectedField,
    pub old_value: String,
    /// The source of the old value; `None` when it came from a member.
    pub old_source: Option<SourceName>,
    pub new_value: String,
}

/// The result of a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectionOutcome {
    /// The movie is now as entered.
    Applied,
    /// As entered, it is this other movie of ours. Nothing was changed.
    DuplicateOf(MovieId),
    /// As entered, it could be several other movies. Nothing was changed.
    Ambiguous,
    /// The movie was changed after the member loaded the form. Nothing was changed.
    Stale,
    /// The movie does not exist or was merged into another.
    Gone,
}

/// Corrects title, year and directors of a movie. `loaded` is the movie as the member's form
/// showed it, to detect concurrent changes. The caller must [lock the title](super::lock_title).
pub async fn apply_correction(
    tx: &DatabaseTransaction,
    clock: &Clock,
    member: i64,
    loaded: &KnownMovie,
    entered: &MovieInput,
) -> Result<CorrectionOutcome, DbErr> {
    let movie = loaded.id;
    let Some(known) = lock_movie_exclusive(tx, movie).await? else {
        return Ok(CorrectionOutcome::Gone);
    };
    if known.correctable_fields() != loaded.correctable_fields() {
        return Ok(CorrectionOutcome::Stale);
    }
    let changes = changed_fields(&known, entered);
    if changes.is_empty() {
        return Ok(CorrectionOutcome::Applied);
    }
    let mut same = find_by_title(tx, &with_known_ids(&known, entered)).await?;
    same.retain(|other| other.id != movie);
    match same.as_slice() {
        [] => {}
        [other] => return Ok(CorrectionOutcome::DuplicateOf(other.id)),
        _ => return Ok(CorrectionOutcome::Ambiguous),
    }
    let pinned = pinned_fields(tx, movie).await?;
    let source = facts_source(tx, movie).await?;
    for (field, old_value, new_value) in changes {
        let correction = NewCorrection {
            movie,
            member,
            field,
            old_value,
            old_source: source.filter(|_| !pinned.contains(&field)),
            new_value,
        };
        insert_correction(tx, clock, correction).await?;
    }
    let corrected = KnownMovie {
        title: entered.title.clone(),
        year: entered.year,
        directors: entered.directors.clone(),
        ..known.clone()
    };
    write_corrected_fields(tx, &known, &corrected).await?;
    // Even if a worker is fetching its facts: it searches by the old title.
    requeue_facts(tx, clock, movie).await?;
    Ok(CorrectionOutcome::Applied)
}

fn with_known_ids(known: &KnownMovie, entered: &MovieInput) -> MovieInput {
    MovieInput {
        ids: known.external_ids(None),
        ..entered.clone()
    }
}

/// The fields that differ, each with its old and its new value.
pub(super) fn changed_fields(
    known: &KnownMovie,
    entered: &MovieInput,
) -> Vec<(CorrectedField, String, String)> {
    [
        (
            CorrectedField::Title,
            known.title.clone(),
            entered.title.clone(),
        ),
        (
            CorrectedField::Year,
            year_value(known.year),
            year_value(entered.year),
        ),
        (
            CorrectedField::Directors,
            known.directors.join("\n"),
            entered.directors.join("\n"),
        ),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .collect()
}

/// The year as a correction stores it; empty if unknown.
pub(super) fn year_value(year: Option<i16>) -> String {
    year.map(|year| year.to_string()).unwrap_or_default()
}

/// Writes title, year and directors, with the identity key and the search index.
pub(super) async fn write_corrected_fields(
    tx: &DatabaseTransaction,
    known: &KnownMovie,
    corrected: &KnownMovie,
) -> Result<(), DbErr> {
    let change = movie::ActiveModel {
        id: Set(known.id),
        identity_key: Set(current_identity_key(tx, corrected).await?),
        ..title_columns(&corrected.title, corrected.year)
    };
    movie::Entity::update(change).exec(tx).await?;
    if corrected.directors != known.directors {
        replace_directors(tx, known.id, &corrected.directors).await?;
    }
    index_movies(tx, &[known.id]).await
}

/// The identity key of a movie with these fields, and with the Wikidata id that is stored.
pub(super) async fn current_identity_key(
    tx: &DatabaseTransaction,
    movie: &KnownMovie,
) -> Result<String, DbErr> {
    let facts = movie_facts::Entity::find_by_id(movie.id).one(tx).await?;
    let ids = movie.external_ids(facts.and_then(|facts| facts.wikidata_id));
    Ok(identity_key(
        &ids,
        &movie.title,
        movie.year,
        &movie.directors,
    ))
}

pub async fn insert_correction(
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

/// Moves the poster corrections of a merged movie to the one that remains.
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
        .filter(not_undone(from))
        .filter(Column::Field.eq(CorrectedField::Poster))
        .exec(tx)
        .await?;
    Ok(())
}

/// The source of the movie's current facts.
pub(super) async fn facts_source(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<Option<SourceName>, DbErr> {
    let facts = movie_facts::Entity::find_by_id(movie).one(tx).await?;
    let source = facts.and_then(|facts| facts.source);
    Ok(source.as_deref().and_then(SourceName::parse))
}
