//! Handlers of the movie pages.

pub mod correction;
pub mod genres;
pub mod list;
pub mod merges;
pub mod people;
pub mod poster;
pub mod show;
pub mod suggest;
