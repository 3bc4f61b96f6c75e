//! Markup of the movie pages.

pub mod correction;
pub mod group;
pub mod list;
pub mod page;
pub mod suggestions;
