//! What readers show of a review, and the page with the addresses.

pub mod entry;
pub mod settings;
