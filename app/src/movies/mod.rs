//! Movies: the list, the page of each movie, corrections, poster uploads and search suggestions.

pub mod commands;
pub mod components;
mod form;
pub(crate) mod handlers;
mod page_meta;
mod queries;

use crate::posters::MAX_ORIGINAL_BYTES;

pub use components::correction::fault_message;
pub use form::RawCorrection;
pub use queries::{MovieDetails, MovieDetailsCache, can_see_movie, find_correctable, locate_movie};

/// The size limit of a form that uploads a poster: the file, and 64 KB for the rest of the form.
pub const MAX_UPLOAD_BYTES: usize = MAX_ORIGINAL_BYTES + 64 * 1024;
