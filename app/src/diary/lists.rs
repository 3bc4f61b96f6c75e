//! Pages of lists that were read.

use std::sync::Arc;

use sea_orm::DbErr;

use super::queries::{List, Scope, list, list_filtered};
use super::{Cursor, Filter};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::revision::Fresh;

/// How many pages are kept: some ten kilobytes each.
const KEPT: u64 = 256;

/// Pages of lists, for as long as they are true.
#[derive(Debug)]
pub struct Lists {
    pages: Fresh<Page, List>,
}

/// Which page, and by whose eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Page {
    viewer: Option<MemberId>,
    scope: Scope,
    cursor: Option<Cursor>,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            pages: Fresh::new(KEPT),
        }
    }
}

impl Lists {
    /// The page of `scope` after `cursor`, as `viewer` may see it. The `revision` is that of
    /// what the list is of: the site, the member, or the movie, as the viewer
    /// [sees](Viewer::sees) it change.
    pub async fn page(
        &self,
        db: &Db,
        viewer: &Viewer,
        scope: Scope,
        cursor: Option<Cursor>,
        revision: i64,
    ) -> Result<Arc<List>, DbErr> {
        let page = Page {
            viewer: viewer.id(),
            scope,
            cursor,
        };
        let read = list(db, viewer, scope, cursor);
        self.pages.get(page, revision, read).await
    }

    /// The same of the reviews that `filter` lets through. Only whole lists are kept: there are
    /// as many others as there are filters.
    pub async fn filtered(
        &self,
        db: &Db,
        viewer: &Viewer,
        scope: Scope,
        filter: &Filter,
        cursor: Option<Cursor>,
        revision: i64,
    ) -> Result<Arc<List>, DbErr> {
        if filter.is_empty() {
            return self.page(db, viewer, scope, cursor, revision).await;
        }
        let list = list_filtered(db, viewer, scope, filter, cursor).await?;
        Ok(Arc::new(list))
    }
}
