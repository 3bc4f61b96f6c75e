//! Stores a movie's facts once a source has answered.

use entity::movie;
use entity::movie_correction::CorrectedField;
use entity::movie_facts::{ActiveModel, Entity, FactsState};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait};

use super::facts_queue::FactsJob;
use super::genres::replace_genres;
use super::lock::{lock_identity, lock_movie_exclusive};
use super::movies::{identity_key, index_movies, replace_directors, title_columns};
use crate::catalog::facts::{ExternalIds, SourceFacts};
use crate::catalog::queries::{self, KnownMovie, MovieId, pinned_fields};
use crate::clock::Clock;

/// Takes the locks for storing `facts`, in the order that all transactions use. Returns the
/// movie as it is now; `None` when it was merged into another.
pub async fn lock_for_facts(
    tx: &DatabaseTransaction,
    job: &FactsJob,
    facts: Option<&SourceFacts>,
) -> Result<Option<KnownMovie>, DbErr> {
    if let Some(facts) = facts {
        lock_identity(tx, &facts.ids, &facts.title).await?;
    }
    lock_movie_exclusive(tx, job.movie.id).await
}

/// The result of storing facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactsOutcome {
    Stored,
    /// The facts belong to this other movie of ours. Nothing was changed.
    DuplicateOf(MovieId),
}

/// Stores the facts of `movie`, which must be locked. Fields that members corrected stay as they
/// are.
pub async fn apply_facts(
    tx: &DatabaseTransaction,
    clock: &Clock,
    movie: &KnownMovie,
    facts: &SourceFacts,
) -> Result<FactsOutcome, DbErr> {
    let pinned = pinned_fields(tx, movie.id).await?;
    let title = if pinned.contains(&CorrectedField::Title) {
        &movie.title
    } else {
        &facts.title
    };
    let year = match facts.year {
        Some(year) if !pinned.contains(&CorrectedField::Year) => Some(year),
        _ => movie.year,
    };
    let directors = if facts.directors.is_empty() || pinned.contains(&CorrectedField::Directors) {
        &movie.directors
    } else {
        &facts.directors
    };
    let ids = ExternalIds {
        imdb_id: movie.imdb_id.clone().or_else(|| facts.ids.imdb_id.clone()),
        tmdb_id: movie.tmdb_id.or(facts.ids.tmdb_id),
        wikidata_id: facts.ids.wikidata_id.clone(),
    };
    let identity = identity_key(&ids, title, year, directors);
    if let Some(other) = find_duplicate(tx, movie.id, &facts.ids, &identity).await? {
        return Ok(FactsOutcome::DuplicateOf(other));
    }
    let change = movie::ActiveModel {
        id: Set(movie.id),
        identity_key: Set(identity),
        imdb_id: Set(ids.imdb_id),
        tmdb_id: Set(ids.tmdb_id),
        ..title_columns(title, year)
    };
    movie::Entity::update(change).exec(tx).await?;
    if directors != &movie.directors {
        replace_directors(tx, movie.id, directors).await?;
    }
    // A source that does not know them leaves those of the local catalog.
    if !facts.genres.is_empty() {
        replace_genres(tx, movie.id, &facts.genres).await?;
    }
    Entity::update(facts_columns(movie.id, clock, facts))
        .exec(tx)
        .await?;
    index_movies(tx, &[movie.id]).await?;
    Ok(FactsOutcome::Stored)
}

/// Another movie that has one of these ids or the same identity key.
async fn find_duplicate(
    tx: &DatabaseTransaction,
    movie: MovieId,
    ids: &ExternalIds,
    identity: &str,
) -> Result<Option<MovieId>, DbErr> {
    let mut others = queries::find_by_external_ids(tx, ids).await?;
    let same = Condition::all().add(movie::Column::IdentityKey.eq(identity));
    others.extend(queries::find_where(tx, same).await?);
    others.retain(|other| other.id != movie);
    Ok(others.first().map(|other| other.id))
}

fn facts_columns(movie: MovieId, clock: &Clock, facts: &SourceFacts) -> ActiveModel {
    let mut row = ActiveModel {
        movie_id: Set(movie),
        state: Set(FactsState::Known),
        tries: Set(0),
        source: Set(Some(facts.source.name().to_owned())),
        answered_at: Set(Some(clock.now())),
        original_title: Set(facts.original_title.clone()),
        released_on: Set(facts.released_on),
        overview: Set(facts.overview.clone()),
        ..Default::default()
    };
    if facts.runtime.is_some() {
        row.runtime = Set(facts.runtime);
    }
    if let Some(id) = &facts.ids.wikidata_id {
        row.wikidata_id = Set(Some(id.clone()));
    }
    row
}
