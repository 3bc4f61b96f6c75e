//! What the pages of movies are made of.

pub mod correction;
pub mod list;
pub mod page;
