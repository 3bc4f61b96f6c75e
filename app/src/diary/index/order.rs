//! Sorts what was selected and cuts pages from it.

use std::cmp::Reverse;

use serde::Deserialize;
use utoipa::ToSchema;

use super::{DiaryIndex, FilmIndex};
use crate::diary::Cursor;

/// The order of a diary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiaryOrder {
    /// By day watched, latest first. Unknown days come last.
    #[default]
    Day,
    /// By rating, best first. Those without a rating come last.
    Rating,
    /// By title, A to Z.
    Title,
    /// By year of release, latest first. Unknown years come last.
    Release,
    /// By length, longest first. Unknown lengths come last.
    Length,
}

impl DiaryOrder {
    pub const ALL: [Self; 5] = [
        Self::Day,
        Self::Rating,
        Self::Title,
        Self::Release,
        Self::Length,
    ];

    /// Value of `sort` in the query string.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Rating => "rating",
            Self::Title => "title",
            Self::Release => "release",
            Self::Length => "length",
        }
    }

    /// Falls back to the default order.
    pub fn parse(name: &str) -> Self {
        let order = Self::ALL.into_iter().find(|order| order.name() == name);
        order.unwrap_or_default()
    }
}

/// Part of a sorted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPage<T> {
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last page.
    pub older: Option<Cursor>,
}

/// What a list is sorted by, the highest first. Ids break ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey {
    key: i64,
    id: i64,
}

/// What a list can be sorted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct SortedBy {
    pub(super) film: FilmIndex,
    pub(super) rating_key: i16,
    pub(super) day_key: i32,
    /// Of a review or of a movie.
    pub(super) id: i64,
}

impl DiaryIndex {
    /// Except for titles, the key is that of the cursor, and the day comes second.
    pub(super) fn sort_key(&self, order: DiaryOrder, by: SortedBy) -> SortKey {
        let film = &self.films[by.film as usize];
        let with_day = |first: i16| Cursor::from_rating_and_day(first, by.day_key, by.id).key;
        let key = match order {
            DiaryOrder::Day => by.day_key.into(),
            DiaryOrder::Rating => with_day(by.rating_key),
            DiaryOrder::Title => -i64::from(by.film),
            DiaryOrder::Release => with_day(film.year),
            DiaryOrder::Length => with_day(film.minutes),
        };
        SortKey { key, id: by.id }
    }

    /// `size` of `items` after `cursor`.
    pub(super) fn page<T: Copy>(
        &self,
        mut items: Vec<(SortKey, T)>,
        order: DiaryOrder,
        cursor: Option<Cursor>,
        size: usize,
    ) -> IndexPage<T> {
        if let Some(cursor) = cursor {
            let last = self.key_of_cursor(order, cursor);
            items.retain(|(key, _)| *key < last);
        }
        // Only the page is sorted.
        let has_more = items.len() > size;
        if has_more {
            items.select_nth_unstable_by_key(size, |(key, _)| Reverse(*key));
            items.truncate(size);
        }
        items.sort_unstable_by_key(|(key, _)| Reverse(*key));
        let last = items.last().filter(|_| has_more);
        IndexPage {
            older: last.map(|(key, _)| self.cursor_of_key(order, *key)),
            items: items.into_iter().map(|(_, item)| item).collect(),
        }
    }

    /// The place of a title changes when other films are logged, so its cursor has the movie’s id.
    fn cursor_of_key(&self, order: DiaryOrder, SortKey { key, id }: SortKey) -> Cursor {
        let film = || self.films.get(usize::try_from(-key).ok()?);
        let key = match order {
            DiaryOrder::Title => film().map_or(0, |film| film.movie),
            _ => key,
        };
        Cursor { key, id }
    }

    /// Nothing comes after the cursor of a film that is not in the diary any more.
    fn key_of_cursor(&self, order: DiaryOrder, Cursor { key, id }: Cursor) -> SortKey {
        let place = || {
            let place = self.films.iter().position(|film| film.movie == key)?;
            i64::try_from(place).ok()
        };
        let key = match order {
            DiaryOrder::Title => place().map_or(i64::MIN, |place| -place),
            _ => key,
        };
        SortKey { key, id }
    }
}
