//! Removes files that wait in the store to be read.

use crate::posters::FileStore;

/// Removes a file by its name in the store. If that fails, it is left to the sweep.
pub async fn remove_staged(store: &FileStore, name: &str) {
    if let Err(error) = store.remove_staged(name).await {
        tracing::warn!(%error, "a file of an import or export could not be removed; the sweep will try again");
    }
}
