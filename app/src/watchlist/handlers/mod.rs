//! Handlers of watchlists.

pub(crate) mod address;
pub(crate) mod entries;
pub(crate) mod save;
pub(crate) mod show;
