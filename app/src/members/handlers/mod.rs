//! What answers the addresses of members.

pub(super) mod list;
pub(super) mod profile;
mod views;
