//! Takes films off lists and the watchlist again.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::import_outcome::Model;
use entity::import_row;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{EDITED_HERE, Undoing, forget};
use crate::lists::commands::{AppendedFilm, ListError, take_off_films as take_off_list};
use crate::transfer::files::row::RowFact;
use crate::transfer::work::lease::Interruption;
use crate::transfer::work::plan::replace_outcomes;
use crate::watchlist::commands::take_off_films as take_off_watchlist;

impl Undoing<'_> {
    pub(super) async fn take_off(&self, mut rows: Vec<Model>) -> Result<(), Interruption> {
        let notes = self.notes_of(&rows).await?;
        let mut by_list: BTreeMap<Option<i64>, Vec<AppendedFilm>> = BTreeMap::new();
        for row in &rows {
            let Some(movie) = row.movie_id else { continue };
            let note = notes.get(&row.row).cloned().unwrap_or_default();
            let films = by_list.entry(row.list_id).or_default();
            films.push(AppendedFilm {
                movie,
                note,
                added_at: None,
            });
        }
        let mut taken: HashSet<(Option<i64>, i64)> = HashSet::new();
        for (list, films) in by_list {
            let movies = self.take_off_shelf(list, &films).await?;
            taken.extend(movies.into_iter().map(|movie| (list, movie)));
        }
        for row in &mut rows {
            let movie = row.movie_id.unwrap_or_default();
            if taken.contains(&(row.list_id, movie)) {
                forget(row);
            } else {
                row.reason = Some(EDITED_HERE.to_owned());
            }
        }
        replace_outcomes(self.tx, self.batch.import.id, rows).await?;
        Ok(())
    }

    /// Takes films off a list, or off the watchlist. Returns those that were on it unchanged.
    async fn take_off_shelf(
        &self,
        list: Option<i64>,
        films: &[AppendedFilm],
    ) -> Result<Vec<i64>, Interruption> {
        let member = self.batch.import.member_id;
        let Some(list) = list else {
            let films: Vec<_> = films
                .iter()
                .map(|film| (film.movie, film.note.clone()))
                .collect();
            return Ok(take_off_watchlist(self.tx, member, &films).await?);
        };
        let clock = &self.worker.diary.clock;
        match take_off_list(self.tx, clock, member, list, films).await {
            Ok(taken) => Ok(taken),
            Err(ListError::Database(error)) => Err(error.into()),
            // The list is gone, and its films with it.
            Err(_) => Ok(films.iter().map(|film| film.movie).collect()),
        }
    }

    async fn notes_of(&self, rows: &[Model]) -> Result<HashMap<i64, String>, DbErr> {
        let contents: Vec<(i64, String)> = import_row::Entity::find()
            .select_only()
            .columns([import_row::Column::Number, import_row::Column::Content])
            .filter(import_row::Column::ImportId.eq(self.batch.import.id))
            .filter(import_row::Column::Number.is_in(rows.iter().map(|row| row.row)))
            .into_tuple()
            .all(self.tx)
            .await?;
        let note = |(number, content): (i64, String)| {
            let fact: Option<RowFact> = serde_json::from_str(&content).ok();
            let note = fact.as_ref().map_or("", RowFact::note).to_owned();
            (number, note)
        };
        Ok(contents.into_iter().map(note).collect())
    }
}
