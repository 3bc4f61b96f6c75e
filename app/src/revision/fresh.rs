//! What was read or counted, for as long as it is true.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use moka::future::Cache;
use sea_orm::DbErr;

/// What was made of the database, each with the revision of what it shows: another revision,
/// whichever server it came from, makes another one. It says nothing of who may see it, so what
/// looks different from viewer to viewer has the viewer in its key.
pub struct Fresh<K, V> {
    kept: Cache<(K, i64), Arc<V>>,
}

impl<K, V> Fresh<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// Keeps so many at most, those that are asked for most.
    pub fn new(most: u64) -> Self {
        Self {
            kept: Cache::new(most),
        }
    }

    /// What is kept, or what `make` makes: once, however many ask at the same time. The
    /// `revision` is read before anything is made, so that what is made is at least as new.
    pub async fn get(
        &self,
        key: K,
        revision: i64,
        make: impl Future<Output = Result<V, DbErr>>,
    ) -> Result<Arc<V>, DbErr> {
        let make = async { make.await.map(Arc::new) };
        let made = self.kept.try_get_with((key, revision), make).await;
        made.map_err(Arc::unwrap_or_clone)
    }
}

impl<K, V> fmt::Debug for Fresh<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fresh(…)")
    }
}
