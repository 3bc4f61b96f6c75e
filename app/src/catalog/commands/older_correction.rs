//! Corrections that come back with a member’s archive.

use chrono::{DateTime, Utc};
use entity::movie_correction::{ActiveModel, CorrectedField, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::correct::{
    CorrectionOutcome, changed_fields, facts_source, write_corrected_fields, year_value,
};
use super::facts_queue::requeue_facts;
use super::lock::lock_movie_exclusive;
use crate::catalog::MovieInput;
use crate::catalog::queries::{KnownMovie, MovieId, find_by_title, pinned_fields};
use crate::clock::Clock;

/// A correction of one field that was made on another server, or before the account was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderCorrection {
    /// What it changed, if the movie has the new value already.
    pub old: CorrectedValue,
    pub entered: CorrectedValue,
    pub corrected_at: DateTime<Utc>,
}

/// The new value of a corrected field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectedValue {
    Title(String),
    Year(Option<i16>),
    Directors(Vec<String>),
}

/// Makes an older correction once more, so that the catalog leaves the field alone here, too. It is
/// [`CorrectionOutcome::Stale`] if somebody has corrected the field here. The caller must lock the
/// title of the [corrected movie](CorrectedValue::apply_to).
pub async fn restore_correction(
    tx: &DatabaseTransaction,
    clock: &Clock,
    (member, movie): (i64, MovieId),
    older: &OlderCorrection,
) -> Result<CorrectionOutcome, DbErr> {
    let Some(known) = lock_movie_exclusive(tx, movie).await? else {
        return Ok(CorrectionOutcome::Gone);
    };
    if pinned_fields(tx, movie)
        .await?
        .contains(&older.entered.field())
    {
        return Ok(CorrectionOutcome::Stale);
    }
    let entered = older.entered.apply_to(&known);
    let mut changes = changed_fields(&known, &entered).into_iter();
    let source = facts_source(tx, movie).await?;
    let (old_value, old_source, new_value) = match changes.next() {
        // Nobody here knows where the old value came from.
        None => (older.old.stored(), None, older.entered.stored()),
        Some((_, old_value, new_value)) => {
            let mut same = find_by_title(tx, &entered).await?;
            same.retain(|other| other.id != movie);
            if let Some(other) = same.first() {
                return Ok(CorrectionOutcome::DuplicateOf(other.id));
            }
            (old_value, source, new_value)
        }
    };
    let row = ActiveModel {
        movie_id: Set(movie),
        field: Set(older.entered.field()),
        old_value: Set(old_value),
        old_source: Set(old_source.map(|source| source.name().to_owned())),
        new_value: Set(new_value),
        member_id: Set(Some(member)),
        corrected_at: Set(older.corrected_at.min(clock.now())),
        undone_at: Set(None),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    let corrected = KnownMovie {
        title: entered.title,
        year: entered.year,
        directors: entered.directors,
        ..known.clone()
    };
    if corrected != known {
        write_corrected_fields(tx, &known, &corrected).await?;
        requeue_facts(tx, clock, movie).await?;
    }
    Ok(CorrectionOutcome::Applied)
}

impl CorrectedValue {
    pub fn field(&self) -> CorrectedField {
        match self {
            Self::Title(_) => CorrectedField::Title,
            Self::Year(_) => CorrectedField::Year,
            Self::Directors(_) => CorrectedField::Directors,
        }
    }

    /// The movie with this value.
    pub fn apply_to(&self, known: &KnownMovie) -> MovieInput {
        let mut entered = MovieInput {
            title: known.title.clone(),
            year: known.year,
            directors: known.directors.clone(),
            ids: known.external_ids(None),
        };
        match self.clone() {
            Self::Title(title) => entered.title = title,
            Self::Year(year) => entered.year = year,
            Self::Directors(directors) => entered.directors = directors,
        }
        entered
    }

    fn stored(&self) -> String {
        match self {
            Self::Title(title) => title.clone(),
            Self::Year(year) => year_value(*year),
            Self::Directors(directors) => directors.join("\n"),
        }
    }
}
