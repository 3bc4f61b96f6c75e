//! Puts films on a list, or on the watchlist.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use entity::import_film;
use entity::import_outcome::{self, RowState};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::Shelf;
use super::list_here::list_here;
use crate::catalog::MovieId;
use crate::lists::commands::{AppendedFilm, ListError, append_films};
use crate::transfer::ImportOptions;
use crate::transfer::files::row::RowFact;
use crate::transfer::matching::SEVERAL_FILMS;
use crate::transfer::noon::noon;
use crate::transfer::plan::ALREADY_THERE;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::here::load_here;
use crate::transfer::work::lease::{ImportBatch, Interruption};
use crate::transfer::work::plan::replace_outcomes;
use crate::transfer::work::resolve::{FoundMovie, resolve_targets};
use crate::transfer::work::target::{Target, load_targets};
use crate::transfer::work::write::{MOVIE_GONE, UNREADABLE, keep_ambiguous_films_open};
use crate::watchlist::commands::{SavedFilm, append_films as append_to_watchlist};

pub(super) struct ShelfWriting<'a> {
    pub(super) worker: &'a ImportWorker,
    pub(super) batch: &'a ImportBatch,
    pub(super) shelf: Shelf,
    pub(super) options: ImportOptions,
}

impl ShelfWriting<'_> {
    pub(super) async fn write(
        &self,
        tx: &DatabaseTransaction,
        rows: &[i64],
        queued: &mut Vec<MovieId>,
    ) -> Result<(), Interruption> {
        let import = &self.batch.import;
        let mut outcomes = load_outcomes(tx, import.id, rows).await?;
        let targets = targets_of(tx, import.id, &outcomes).await?;
        let references: Vec<&Target> = targets.iter().collect();
        let movies = resolve_targets(tx, self.worker, &references, queued).await?;
        let ids: Vec<Option<MovieId>> = movies.iter().map(|movie| movie.movie()).collect();
        let here = load_here(tx, import, &targets, &ids).await?;
        let mut place_of: HashMap<i64, usize> = HashMap::new();
        for (place, target) in targets.iter().enumerate() {
            place_of.extend(target.rows.iter().map(|row| (row.plan.number, place)));
        }
        let mut wanted = Vec::new();
        for number in rows {
            let Some(outcome) = outcomes.get_mut(number) else {
                continue;
            };
            let Some(place) = place_of.get(number) else {
                outcome.state = RowState::Failed;
                outcome.reason = Some(UNREADABLE.to_owned());
                continue;
            };
            let Some(movie) = ids[*place] else {
                mark_without_movie(outcome, movies[*place]);
                continue;
            };
            outcome.movie_id = Some(movie);
            let is_there = self.options.skip_existing
                && match self.shelf {
                    Shelf::List(number) => here[*place].lists.contains(&number),
                    Shelf::Watchlist => {
                        here[*place].is_on_watchlist || here[*place].has_imported("watchlist")
                    }
                };
            let row = targets[*place]
                .rows
                .iter()
                .find(|row| row.plan.number == *number);
            let row = row.filter(|_| !is_there);
            wanted.extend(row.map(|row| (*number, movie, row.row.fact.clone())));
            outcome.state = RowState::Duplicate;
            outcome.reason = Some(ALREADY_THERE.to_owned());
        }
        let (list, new) = self.append(tx, &wanted).await?;
        let mut new: HashSet<MovieId> = new.into_iter().collect();
        for (number, movie, _) in &wanted {
            if let Some(outcome) = outcomes.get_mut(number)
                && new.remove(movie)
            {
                outcome.state = RowState::Written;
                outcome.reason = None;
                outcome.list_id = list;
            }
        }
        let found: Vec<_> = movies.iter().copied().map(Some).collect();
        keep_ambiguous_films_open(tx, &targets, &found).await?;
        replace_outcomes(tx, import.id, outcomes.into_values().collect()).await?;
        Ok(())
    }

    /// Returns the list, if it is one, and the films that are new on it. The list is made only if there
    /// is a film to put on it.
    async fn append(
        &self,
        tx: &DatabaseTransaction,
        wanted: &[(i64, MovieId, RowFact)],
    ) -> Result<(Option<i64>, Vec<MovieId>), Interruption> {
        if wanted.is_empty() {
            return Ok((None, Vec::new()));
        }
        match self.shelf {
            Shelf::List(number) => {
                let list = self.list_here(tx, number).await?;
                Ok((Some(list), self.append_to_list(tx, list, wanted).await?))
            }
            Shelf::Watchlist => Ok((None, self.append_to_watchlist(tx, wanted).await?)),
        }
    }

    async fn append_to_list(
        &self,
        tx: &DatabaseTransaction,
        list: i64,
        films: &[(i64, MovieId, RowFact)],
    ) -> Result<Vec<MovieId>, Interruption> {
        let films: Vec<AppendedFilm> = films
            .iter()
            .map(|(_, movie, fact)| AppendedFilm {
                movie: *movie,
                note: fact.note().to_owned(),
                added_at: match fact {
                    RowFact::ListEntry { added_at, .. } => *added_at,
                    _ => None,
                },
            })
            .collect();
        let (clock, member) = (&self.worker.diary.clock, self.batch.import.member_id);
        match append_films(tx, clock, member, list, &films).await {
            Ok(new) => Ok(new),
            Err(ListError::Database(error)) => Err(error.into()),
            // It was deleted just now, so the next try makes another.
            Err(_) => Err(Interruption::Lost),
        }
    }

    async fn append_to_watchlist(
        &self,
        tx: &DatabaseTransaction,
        films: &[(i64, MovieId, RowFact)],
    ) -> Result<Vec<MovieId>, DbErr> {
        let import = &self.batch.import;
        let now = self.worker.diary.clock.now();
        let films: Vec<SavedFilm> = films
            .iter()
            .map(|(_, movie, fact)| {
                let (added_on, added_at) = match fact {
                    RowFact::Watchlist {
                        added_on, added_at, ..
                    } => (*added_on, *added_at),
                    _ => (None, None),
                };
                let added_at = added_at.or(added_on.map(|day| noon(day, Tz::UTC)));
                SavedFilm {
                    movie: *movie,
                    note: fact.note().to_owned(),
                    added_at: added_at.map_or(now, |at| at.min(now)),
                    added_on: added_on.unwrap_or(import.today),
                }
            })
            .collect();
        append_to_watchlist(tx, import.member_id, &films).await
    }

    /// The list here that the list of the import is; a new one if there is none.
    async fn list_here(&self, tx: &DatabaseTransaction, number: i64) -> Result<i64, DbErr> {
        list_here(tx, self.worker, &self.batch.import, self.options, number).await
    }
}

fn mark_without_movie(outcome: &mut import_outcome::Model, movie: FoundMovie) {
    let (state, reason) = match movie {
        FoundMovie::Ambiguous => (RowState::Undecided, SEVERAL_FILMS),
        FoundMovie::Gone | FoundMovie::Movie(_) => (RowState::Failed, MOVIE_GONE),
    };
    outcome.state = state;
    outcome.reason = Some(reason.to_owned());
}

async fn load_outcomes(
    tx: &DatabaseTransaction,
    import: i64,
    rows: &[i64],
) -> Result<HashMap<i64, import_outcome::Model>, DbErr> {
    let outcomes = import_outcome::Entity::find()
        .filter(import_outcome::Column::ImportId.eq(import))
        .filter(import_outcome::Column::Row.is_in(rows.iter().copied()))
        .filter(import_outcome::Column::State.eq(RowState::Matched))
        .all(tx)
        .await?;
    Ok(outcomes
        .into_iter()
        .map(|outcome| (outcome.row, outcome))
        .collect())
}

async fn targets_of(
    tx: &DatabaseTransaction,
    import: i64,
    outcomes: &HashMap<i64, import_outcome::Model>,
) -> Result<Vec<Target>, DbErr> {
    let films: HashSet<i64> = outcomes
        .values()
        .filter_map(|outcome| outcome.film)
        .collect();
    let names: Vec<String> = import_film::Entity::find()
        .select_only()
        .distinct()
        .column(import_film::Column::Target)
        .filter(import_film::Column::ImportId.eq(import))
        .filter(import_film::Column::Number.is_in(films))
        .into_tuple()
        .all(tx)
        .await?;
    load_targets(tx, import, &names).await
}
