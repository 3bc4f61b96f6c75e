//! The list of members, and each member's diary page with its tabs: recent entries, ratings,
//! history and trends. Also the diary embedded in other sites.

pub mod components;
mod diary_view;
pub(crate) mod embed;
pub(crate) mod handlers;
mod page_meta;
mod queries;

pub use diary_view::{DiaryTab, DiaryView, UNRATED, YES, format_month};
pub use queries::{DiaryOwner, find_diary_owner};
