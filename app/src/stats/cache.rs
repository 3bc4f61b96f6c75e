//! What was counted, for as long as it is true.

use std::sync::Arc;

use entity::Audience;
use sea_orm::DbErr;

use super::period::Months;
use super::queries::{self, Which};
use super::{Choices, Day, Overview, Share, Trends};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::diary::policy;
use crate::revision::Fresh;

/// How many counts of each kind are kept: some kilobytes each.
const KEPT: u64 = 256;

/// What was counted of diaries, for as long as it is true.
#[derive(Debug)]
pub struct Stats {
    overviews: Kept<Overview>,
    trends: Kept<Trends>,
    days: Kept<Vec<Day>>,
    ratings: Kept<Vec<Share>>,
    choices: Kept<Choices>,
}

type Kept<T> = Fresh<Which, T>;

impl Default for Stats {
    fn default() -> Self {
        Self {
            overviews: Fresh::new(KEPT),
            trends: Fresh::new(KEPT),
            days: Fresh::new(KEPT),
            ratings: Fresh::new(KEPT),
            choices: Fresh::new(KEPT),
        }
    }
}

impl Stats {
    /// The numbers of the diary of `member`, as `viewer` sees it, who sees it in that
    /// revision.
    pub fn of<'a>(
        &'a self,
        db: &'a Db,
        viewer: &Viewer,
        member: MemberId,
        revision: i64,
    ) -> Numbers<'a> {
        Numbers {
            stats: self,
            db,
            member,
            eyes: policy::eyes(viewer, member),
            revision,
        }
    }
}

/// The numbers of one diary, as certain eyes see it.
#[derive(Clone, Debug)]
pub struct Numbers<'a> {
    stats: &'a Stats,
    db: &'a Db,
    member: MemberId,
    eyes: Audience,
    revision: i64,
}

impl Numbers<'_> {
    /// The diary in a glance.
    pub async fn overview(&self) -> Result<Arc<Overview>, DbErr> {
        let count = queries::overview(self.db, self.member, self.eyes);
        self.kept(&self.stats.overviews, None, count).await
    }

    /// What it shows over some months; over all time where there are none.
    pub async fn trends(&self, months: Option<Months>) -> Result<Arc<Trends>, DbErr> {
        let count = queries::trends(self.db, self.which(months));
        self.kept(&self.stats.trends, months, count).await
    }

    /// The days of some months on which something was seen.
    pub async fn days(&self, months: Months) -> Result<Arc<Vec<Day>>, DbErr> {
        let count = queries::days_of(self.db, self.which(Some(months)));
        self.kept(&self.stats.days, Some(months), count).await
    }

    /// How often each rating was given.
    pub async fn ratings(&self, months: Option<Months>) -> Result<Arc<Vec<Share>>, DbErr> {
        let count = queries::ratings(self.db, self.which(months));
        self.kept(&self.stats.ratings, months, count).await
    }

    /// What the diary can be filtered by.
    pub async fn choices(&self) -> Result<Arc<Choices>, DbErr> {
        let count = queries::choices(self.db, self.which(None));
        self.kept(&self.stats.choices, None, count).await
    }

    fn which(&self, months: Option<Months>) -> Which {
        Which {
            member: self.member,
            eyes: self.eyes,
            months,
        }
    }

    async fn kept<T: Send + Sync + 'static>(
        &self,
        kept: &Kept<T>,
        months: Option<Months>,
        count: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<Arc<T>, DbErr> {
        kept.get(self.which(months), self.revision, count).await
    }
}
