//! Handlers for the list of members and for diary pages.

pub mod list;
pub mod profile;
mod tabs;
