//! Addresses of the page of exports, and of downloads.

use axum_extra::routing::TypedPath;
use serde::Deserialize;

plain! {
    Exports "/settings/export"
    /// Has the archive written in the background.
    Archives "/settings/export/archives"
}

by_id! {
    /// An archive that was written in the background.
    Archive "/settings/export/archives/{id}"
    ArchiveDeletion "/settings/export/archives/{id}/deletion"
}

/// Downloads an export in this format.
#[derive(Clone, Debug, Deserialize, TypedPath)]
#[typed_path("/settings/export/{format}", rejection(crate::web::Error))]
pub struct Export {
    pub format: String,
}

impl Export {
    pub fn of(format: &str) -> Self {
        Self {
            format: format.to_owned(),
        }
    }
}
