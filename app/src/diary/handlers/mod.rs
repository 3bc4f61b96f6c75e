//! Handlers for reviews and the feed.

pub mod change_movie;
pub mod delete;
pub mod deleted;
pub mod edit;
pub mod feed;
pub mod log;
pub mod restore;
mod review_form;
pub mod show;
