//! The page.

use std::sync::Arc;

use axum::extract::State;

use super::components::page;
use crate::config::Config;
use crate::paths;
use crate::web::{Error, Page};

/// `GET /styleguide`
pub async fn show(_: paths::Styleguide, State(config): State<Arc<Config>>) -> Result<Page, Error> {
    match config.has_styleguide {
        true => Ok(Page::new("Style guide", page())),
        false => Err(Error::NotFound),
    }
}
