//! What the pages of movies are made of.

pub mod correction;
pub mod films;
pub mod list;
pub mod page;
