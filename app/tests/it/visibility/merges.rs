//! Merges of films among the random changes, and undoing them.

use axum::http::StatusCode;
use rand::RngExt;
use rand::rngs::StdRng;

use super::VisibilityModel;
use crate::corrections::submit_correction;

/// What a merge has moved, and what undoing it moves back.
#[derive(Debug)]
pub struct TrackedMerge {
    from: usize,
    into: usize,
    reviews: Vec<i64>,
    /// Members whose saved film moved.
    savers: Vec<usize>,
    lists: Vec<i64>,
}

impl VisibilityModel {
    /// The film that this one is merged into, or itself.
    pub(super) fn merged_into(&self, movie: usize) -> usize {
        match &self.merge {
            Some(merge) if merge.from == movie => merge.into,
            _ => movie,
        }
    }

    pub(super) fn known_movies(&self) -> Vec<usize> {
        let movies = 0..self.movies.len();
        movies
            .filter(|movie| self.movies[*movie] != 0 && self.merged_into(*movie) == *movie)
            .collect()
    }

    pub(super) async fn merge_or_undo(&mut self, dice: &mut StdRng) -> String {
        if let Some(merge) = self.merge.take() {
            let page = format!("/movies/{}", self.movies[merge.into]);
            let undo = self.boss.get(page).await;
            let undo = undo.form("form[action^='/movies/merges/']");
            let undone = self.boss.submit(&undo).await;
            undone.expect(StatusCode::SEE_OTHER);
            self.move_back(&merge);
            return format!("undoing the merge of {} into {}", merge.from, merge.into);
        }
        let known = self.known_movies();
        if known.len() < 2 {
            return "nothing to merge".to_owned();
        }
        let from = known[dice.random_range(0..known.len())];
        let others: Vec<_> = known.into_iter().filter(|movie| *movie != from).collect();
        let into = others[dice.random_range(0..others.len())];
        let title = format!("Film {into}");
        let merged = submit_correction(&self.boss, self.movies[from], &[("title", &title)]).await;
        merged.expect(StatusCode::SEE_OTHER);
        self.merge = Some(self.move_all(from, into));
        format!("a merge of {from} into {into}")
    }

    /// Whoever has both films keeps that of `into`; the other one is put aside.
    fn move_all(&mut self, from: usize, into: usize) -> TrackedMerge {
        let mut merge = TrackedMerge {
            from,
            into,
            reviews: Vec::new(),
            savers: Vec::new(),
            lists: Vec::new(),
        };
        for review in self.reviews.iter_mut().filter(|it| it.movie == from) {
            review.movie = into;
            merge.reviews.push(review.id);
        }
        let savings = self.savings.iter().filter(|saving| saving.movie == into);
        let have_both: Vec<_> = savings.map(|saving| saving.owner).collect();
        for saving in self.savings.iter_mut().filter(|it| it.movie == from) {
            if have_both.contains(&saving.owner) {
                saving.put_aside = true;
            } else {
                saving.movie = into;
                merge.savers.push(saving.owner);
            }
        }
        for list in &mut self.lists {
            if list.merge(from, into) {
                merge.lists.push(list.id);
            }
        }
        merge
    }

    fn move_back(&mut self, merge: &TrackedMerge) {
        let TrackedMerge { from, into, .. } = *merge;
        for review in &mut self.reviews {
            if review.movie == into && merge.reviews.contains(&review.id) {
                review.movie = from;
            }
        }
        for saving in &mut self.savings {
            saving.put_aside = false;
            if saving.movie == into && merge.savers.contains(&saving.owner) {
                saving.movie = from;
            }
        }
        for list in &mut self.lists {
            list.undo_merge(from, into, merge.lists.contains(&list.id));
        }
    }
}
