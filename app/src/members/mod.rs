//! The list of members, and each member's diary page with its tabs: recent entries, ratings,
//! history and trends. Also the diary embedded in other sites.

mod page_meta;
pub mod components;
pub(crate) mod embed;
pub(crate) mod handlers;
mod diary_view;
mod queries;

pub use diary_view::{DiaryTab, DiaryView, UNRATED, format_month};
pub use queries::{DiaryOwner, find_diary_owner};
