//! Lists of films that members put together by hand, alone or with others.

pub mod commands;
pub mod components;
mod follow;
pub mod form;
pub(crate) mod handlers;
pub mod lines;
mod page_cache;
mod page_meta;
pub mod policy;
pub mod queries;

pub use follow::ListFollower;
pub use page_cache::{CachedListPage, ListPageCache};
pub use policy::ListRole;
