//! Caches statistics of diaries until their revision changes.

use std::sync::Arc;

use entity::Audience;
use sea_orm::DbErr;

use super::period::MonthRange;
use super::queries::{self, ReviewSelection};
use super::{DayCount, FilterChoices, MemberListPage, MemberOrder, Overview, RatingCount, Trends};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::diary::{InvalidCursor, policy};
use crate::revision::{RevisionCache, revision_number, site_revision};
use crate::web;

/// The most entries per kind of statistic; an entry takes a few kilobytes.
const CAPACITY: usize = 256;

/// A page of members takes some twenty kilobytes.
const MEMBER_LISTS: usize = 32;

#[derive(Debug)]
pub struct StatsCache {
    overviews: StatCache<Overview>,
    film_counts: StatCache<u32>,
    trends: StatCache<Trends>,
    days: StatCache<Vec<DayCount>>,
    rating_counts: StatCache<Vec<RatingCount>>,
    filter_choices: StatCache<FilterChoices>,
    member_lists: RevisionCache<MemberListKey, MemberListPage>,
}

/// The order, and the cursor of the previous page.
type MemberListKey = (Audience, MemberOrder, String);

#[derive(Debug, thiserror::Error)]
pub enum ListMembersError {
    #[error(transparent)]
    InvalidCursor(#[from] InvalidCursor),
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ListMembersError> for web::Error {
    fn from(error: ListMembersError) -> Self {
        match error {
            ListMembersError::InvalidCursor(error) => error.into(),
            ListMembersError::Database(error) => error.into(),
        }
    }
}

type StatCache<T> = RevisionCache<ReviewSelection, T>;

impl Default for StatsCache {
    fn default() -> Self {
        Self {
            overviews: RevisionCache::new(CAPACITY),
            film_counts: RevisionCache::new(CAPACITY),
            trends: RevisionCache::new(CAPACITY),
            days: RevisionCache::new(CAPACITY),
            rating_counts: RevisionCache::new(CAPACITY),
            filter_choices: RevisionCache::new(CAPACITY),
            member_lists: RevisionCache::new(MEMBER_LISTS),
        }
    }
}

impl StatsCache {
    /// Members with reviews that `viewer` may see, after the cursor `after`.
    pub async fn list_members(
        &self,
        db: &Db,
        viewer: &Viewer,
        order: MemberOrder,
        after: &str,
    ) -> Result<Arc<MemberListPage>, ListMembersError> {
        let query = queries::member_list_query(viewer, order, after)?;
        let audience = queries::counted_audience(viewer);
        let revision = site_revision(db.reader(), viewer.revision_kind()).await?;
        let key = (audience, order, after.to_owned());
        let read = queries::list_members(db, audience, order, query);
        let page = self.member_lists.get(key, revision_number(revision), read);
        Ok(page.await?)
    }

    /// The statistics of the part of `member`'s diary that `viewer` may see. `revision` is the
    /// revision of that part.
    pub fn of_diary<'a>(
        &'a self,
        db: &'a Db,
        viewer: &Viewer,
        member: MemberId,
        revision: i64,
    ) -> DiaryStats<'a> {
        DiaryStats {
            cache: self,
            db,
            member,
            audience: policy::strictest_audience(viewer, member),
            revision,
        }
    }
}

#[derive(Clone, Debug)]
pub struct DiaryStats<'a> {
    cache: &'a StatsCache,
    db: &'a Db,
    member: MemberId,
    audience: Audience,
    revision: i64,
}

impl DiaryStats<'_> {
    pub async fn overview(&self) -> Result<Arc<Overview>, DbErr> {
        let query = queries::diary_overview(self.db, self.member, self.audience);
        self.cached(&self.cache.overviews, None, query).await
    }

    /// How many films were watched in `months`, each counted once.
    pub async fn films_in(&self, months: MonthRange) -> Result<u32, DbErr> {
        let query = queries::count_films(self.db, self.selection(Some(months)));
        let count = self.cached(&self.cache.film_counts, Some(months), query);
        Ok(*count.await?)
    }

    /// `None` for all time.
    pub async fn trends(&self, months: Option<MonthRange>) -> Result<Arc<Trends>, DbErr> {
        let query = queries::diary_trends(self.db, self.selection(months));
        self.cached(&self.cache.trends, months, query).await
    }

    /// Only days with reviews.
    pub async fn days(&self, months: MonthRange) -> Result<Arc<Vec<DayCount>>, DbErr> {
        let query = queries::days_with_reviews(self.db, self.selection(Some(months)));
        self.cached(&self.cache.days, Some(months), query).await
    }

    /// How often each rating was given; `None` for all time.
    pub async fn rating_counts(
        &self,
        months: Option<MonthRange>,
    ) -> Result<Arc<Vec<RatingCount>>, DbErr> {
        let query = queries::rating_counts(self.db, self.selection(months));
        self.cached(&self.cache.rating_counts, months, query).await
    }

    pub async fn filter_choices(&self) -> Result<Arc<FilterChoices>, DbErr> {
        let query = queries::filter_choices(self.db, self.selection(None));
        self.cached(&self.cache.filter_choices, None, query).await
    }

    fn selection(&self, months: Option<MonthRange>) -> ReviewSelection {
        ReviewSelection {
            member: self.member,
            audience: self.audience,
            months,
        }
    }

    async fn cached<T: Send + Sync + 'static>(
        &self,
        cache: &StatCache<T>,
        months: Option<MonthRange>,
        query: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<Arc<T>, DbErr> {
        cache
            .get(self.selection(months), self.revision, query)
            .await
    }
}
