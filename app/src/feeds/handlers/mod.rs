//! What answers the addresses of feeds.

pub mod read;
pub mod settings;
