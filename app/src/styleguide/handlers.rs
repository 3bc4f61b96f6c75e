//! Handler for the style guide.

use std::sync::Arc;

use axum::extract::State;

use super::components::page;
use crate::config::Config;
use crate::paths;
use crate::web::{Error, Page};

/// `GET /styleguide`: every UI component; 404 unless the configuration enables it.
pub async fn show(_: paths::Styleguide, State(config): State<Arc<Config>>) -> Result<Page, Error> {
    if config.has_styleguide {
        Ok(Page::new("Style guide", page()))
    } else {
        Err(Error::NotFound)
    }
}
