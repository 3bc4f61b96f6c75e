//! Pages of one diary, filtered and sorted.

use std::sync::Arc;

use entity::Audience;
use sea_orm::DbErr;

use super::index::{DiaryIndex, IndexQuery, SelectionTotals, TextMatches};
use super::queries::{self, DiaryFilm, EntryPage, ListScope};
use super::{Cursor, DiaryIndexCache, DiaryOrder, EntryPageCache, Filter, policy};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::revision::RevisionCache;

/// Reads diaries, through the caches.
#[derive(Clone, Debug)]
pub struct DiaryPages {
    pub db: Db,
    pub pages: Arc<EntryPageCache>,
    pub indexes: Arc<DiaryIndexCache>,
    pub films: Arc<FilmPageCache>,
}

/// A page takes some ten kilobytes.
const MAX_FILM_PAGES: usize = 64;

/// Pages of all films of a diary, each valid for one revision of what the audience may see.
#[derive(Debug)]
pub struct FilmPageCache {
    pages: RevisionCache<FilmPageKey, SelectedFilms>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FilmPageKey {
    member: MemberId,
    audience: Audience,
    order: DiaryOrder,
    cursor: Option<Cursor>,
    size: usize,
}

impl Default for FilmPageCache {
    fn default() -> Self {
        Self {
            pages: RevisionCache::new(MAX_FILM_PAGES),
        }
    }
}

/// Which page of which diary is read, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct DiarySelection<'a> {
    pub viewer: &'a Viewer,
    pub member: MemberId,
    /// Of the part of the diary that `viewer` may see.
    pub revision: i64,
    pub filter: &'a Filter,
    pub order: DiaryOrder,
    /// Where the page starts.
    pub cursor: Option<Cursor>,
    pub size: usize,
}

#[derive(Clone, Debug)]
pub struct SelectedReviews {
    pub page: Arc<EntryPage>,
    /// Of all pages; `None` for a whole diary.
    pub totals: Option<SelectionTotals>,
}

#[derive(Clone, Debug)]
pub struct SelectedFilms {
    pub films: Vec<DiaryFilm>,
    /// Where the next page starts; `None` on the last page.
    pub older: Option<Cursor>,
    /// Of all pages together.
    pub totals: SelectionTotals,
}

impl DiaryPages {
    /// A page of reviews. A whole diary by day or by rating is a range of an index of the database;
    /// everything else is selected in memory.
    pub async fn reviews(&self, select: &DiarySelection<'_>) -> Result<SelectedReviews, DbErr> {
        if let Some(scope) = select.indexed_scope() {
            let place = (select.cursor, select.size);
            let page = self
                .pages
                .sized_page(&self.db, select.viewer, scope, place, select.revision)
                .await?;
            return Ok(SelectedReviews { page, totals: None });
        }
        let (index, matches) = self.read_index(select).await?;
        let found = index.reviews(&select.index_query(matches.as_ref()));
        let ids = &found.page.items;
        let page = EntryPage {
            entries: queries::find_entries(&self.db, select.viewer, ids).await?,
            older: found.page.older,
        };
        Ok(SelectedReviews {
            page: Arc::new(page),
            totals: Some(found.totals),
        })
    }

    /// A page of films, each once. Those of a whole diary are kept.
    pub async fn films(&self, select: &DiarySelection<'_>) -> Result<Arc<SelectedFilms>, DbErr> {
        let read = self.read_films(select);
        if !select.filter.is_empty() {
            return read.await.map(Arc::new);
        }
        let page = FilmPageKey {
            member: select.member,
            audience: policy::strictest_audience(select.viewer, select.member),
            order: select.order,
            cursor: select.cursor,
            size: select.size,
        };
        self.films.pages.get(page, select.revision, read).await
    }

    async fn read_films(&self, select: &DiarySelection<'_>) -> Result<SelectedFilms, DbErr> {
        let (index, matches) = self.read_index(select).await?;
        let found = index.films(&select.index_query(matches.as_ref()));
        Ok(SelectedFilms {
            films: queries::find_films(&self.db, &found.page.items).await?,
            older: found.page.older,
            totals: found.totals,
        })
    }

    async fn read_index(
        &self,
        select: &DiarySelection<'_>,
    ) -> Result<(Arc<DiaryIndex>, Option<TextMatches>), DbErr> {
        let DiarySelection {
            viewer,
            member,
            revision,
            ..
        } = *select;
        let index = self.indexes.of_diary(&self.db, viewer, member, revision);
        let index = index.await?;
        let matches = match &select.filter.text {
            Some(text) => Some(queries::find_text(&self.db, member, text).await?),
            None => None,
        };
        Ok((index, matches))
    }
}

impl<'a> DiarySelection<'a> {
    fn indexed_scope(&self) -> Option<ListScope> {
        match self.order {
            _ if !self.filter.is_empty() => None,
            DiaryOrder::Day => Some(ListScope::Diary(self.member)),
            DiaryOrder::Rating => Some(ListScope::Ratings(self.member)),
            DiaryOrder::Title | DiaryOrder::Release | DiaryOrder::Length => None,
        }
    }

    fn index_query(&self, matches: Option<&'a TextMatches>) -> IndexQuery<'a> {
        IndexQuery {
            filter: self.filter,
            matches,
            order: self.order,
            cursor: self.cursor,
            size: self.size,
        }
    }
}
