//! Markup of watchlists, and what a grid of films shows of its viewer.

pub mod address;
pub mod marks;
pub mod page;
pub mod save;
