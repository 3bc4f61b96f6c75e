//! Imports among the random changes: new files, files that come again, and undoing.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::{TrackedReview, VisibilityModel};
use crate::imports::repeats::letterboxd_diary;
use crate::support::importer::send_files;

/// A file that a member imported, once or several times.
#[derive(Clone, Debug)]
pub(super) struct TrackedImport {
    owner: usize,
    rows: Vec<TrackedRow>,
    /// The imports of this file that are not undone.
    ids: Vec<i64>,
}

#[derive(Clone, Debug)]
struct TrackedRow {
    movie: usize,
    day: NaiveDate,
    key: String,
    /// The import that wrote the row, and its review.
    written: Option<(i64, i64)>,
}

impl VisibilityModel {
    /// A new file of up to three viewings, or one that was imported before.
    pub(super) async fn import_file(
        &mut self,
        owner: usize,
        visibility: &'static str,
        dice: &mut StdRng,
    ) -> String {
        let own = self.imports.iter().enumerate();
        let own: Vec<usize> = own
            .filter(|(_, import)| import.owner == owner)
            .map(|(at, _)| at)
            .collect();
        let at = match own.as_slice() {
            some if !some.is_empty() && dice.random_range(0..2) == 0 => {
                some[dice.random_range(0..some.len())]
            }
            _ => {
                let rows = (0..dice.random_range(1..=3)).map(|_| self.new_row(dice));
                let rows = rows.collect();
                self.imports.push(TrackedImport {
                    owner,
                    rows,
                    ids: Vec::new(),
                });
                self.imports.len() - 1
            }
        };
        let file = file_of(&self.imports[at].rows);
        let program = self.members[owner].program.clone();
        let options = json!({ "visibility": visibility });
        let answer = send_files(&program, &[("diary.csv", &file)], &options).await;
        let id = answer.json()["id"].as_i64().expect("an id");
        self.app.work_on_imports().await;
        let path = format!("/api/imports/{id}/confirmation");
        assert_eq!(program.post(&path, &json!({})).await.status, 202);
        self.app.work_on_imports().await;
        let page = program.get(&format!("/api/imports/{id}/rows")).await.json();
        let mut rows = self.imports[at].rows.clone();
        for (row, written) in rows.iter_mut().zip(page["rows"].as_array().expect("rows")) {
            self.expect_row(owner, visibility, id, row, written).await;
        }
        self.imports[at].rows = rows;
        self.imports[at].ids.push(id);
        format!("{owner} imports {id} as {visibility}")
    }

    /// Rows have days of their own, long before anything else in the diaries.
    fn new_row(&self, dice: &mut StdRng) -> TrackedRow {
        let number = dice.random_range(0..3_000);
        let first = NaiveDate::from_ymd_opt(2001, 1, 1).expect("a day");
        TrackedRow {
            movie: dice.random_range(0..3),
            day: first + Days::new(number),
            key: format!("r{}", dice.random_range(0..u32::MAX)),
            written: None,
        }
    }

    async fn expect_row(
        &mut self,
        owner: usize,
        visibility: &'static str,
        import: i64,
        row: &mut TrackedRow,
        found: &Value,
    ) {
        let movie = self.merged_into(row.movie);
        let is_here = self.reviews.iter().any(|review| {
            let same = (review.owner, review.movie, review.day) == (owner, movie, row.day);
            same && review.deleted_hours_ago.is_none()
        });
        let is_new = row.written.is_none() && !is_here;
        let expected = if is_new { "written" } else { "duplicate" };
        assert_eq!(found["state"], expected, "{row:?}: {found}");
        if !is_new {
            return;
        }
        let id = found["review_id"].as_i64().expect("a review");
        self.movies[movie] = found["movie_id"].as_i64().expect("a movie");
        row.written = Some((import, id));
        self.reviews.push(TrackedReview {
            id,
            owner,
            movie,
            visibility,
            day: row.day,
            is_moved: false,
            deleted_hours_ago: None,
        });
    }

    pub(super) async fn undo_import(&mut self, owner: usize, dice: &mut StdRng) -> String {
        let own = self.imports.iter().enumerate();
        let undoable: Vec<usize> = own
            .filter(|(_, import)| import.owner == owner && !import.ids.is_empty())
            .map(|(at, _)| at)
            .collect();
        if undoable.is_empty() {
            return "nothing to undo".to_owned();
        }
        let at = undoable[dice.random_range(0..undoable.len())];
        let id = self.imports[at].ids.pop().expect("an import");
        let program = self.members[owner].program.clone();
        let path = format!("/api/imports/{id}/undoing");
        assert_eq!(program.post(&path, &json!({})).await.status, 202);
        self.app.work_on_imports().await;
        let reviews = &mut self.reviews;
        for row in &mut self.imports[at].rows {
            let Some((import, review)) = row.written.filter(|(import, _)| *import == id) else {
                continue;
            };
            let mut found = reviews.iter_mut().filter(|known| known.id == review);
            match found.next() {
                // It stays in the diary, and is still known by its key.
                Some(review) if review.is_moved && review.deleted_hours_ago.is_none() => continue,
                Some(review) if review.deleted_hours_ago.is_none() => {
                    review.deleted_hours_ago = Some(0);
                }
                _ => {}
            }
            debug_assert_eq!(import, id);
            row.written = None;
        }
        format!("{owner} undoes {id}")
    }
}

fn file_of(rows: &[TrackedRow]) -> Vec<u8> {
    let texts: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.day.to_string(), format!("Film {}", row.movie)))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .zip(&texts)
        .map(|(row, (day, title))| (day.as_str(), title.as_str(), 2000, row.key.as_str(), "3"))
        .collect();
    letterboxd_diary(&rows)
}
