//! Handlers of the feeds and of their settings page.

pub mod atom;
pub mod lists;
