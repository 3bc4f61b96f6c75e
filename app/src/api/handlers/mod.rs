//! What answers programs.

pub(super) mod auth;
pub(super) mod me;
pub(super) mod sessions;
pub(super) mod tokens;
