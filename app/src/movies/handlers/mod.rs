//! What answers the addresses of movies.

pub mod correction;
pub mod films;
pub mod find;
pub mod list;
pub mod poster;
pub mod show;
