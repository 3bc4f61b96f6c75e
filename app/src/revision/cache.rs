//! A cache whose entries are valid for one revision.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use quick_cache::sync::Cache;
use sea_orm::DbErr;

/// Values made from the database, each with the revision of what it shows. When the revision
/// changes, on whichever server, the value is made again. If a value depends on the viewer, its key
/// must contain the viewer.
pub struct RevisionCache<K, V> {
    values: Cache<(K, i64), Arc<V>>,
}

impl<K, V> RevisionCache<K, V>
where
    K: Hash + Eq + Clone,
{
    /// Holds at most this many values and evicts those that are used least.
    pub fn new(capacity: usize) -> Self {
        Self {
            values: Cache::new(capacity),
        }
    }

    /// The cached value, or else what `make` returns; simultaneous calls run it once. Read
    /// `revision` first, so that the value is never older than its revision.
    pub async fn get(
        &self,
        key: K,
        revision: i64,
        make: impl Future<Output = Result<V, DbErr>>,
    ) -> Result<Arc<V>, DbErr> {
        let make = async { make.await.map(Arc::new) };
        self.values
            .get_or_insert_async(&(key, revision), make)
            .await
    }
}

impl<K, V> fmt::Debug for RevisionCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RevisionCache(…)")
    }
}
