//! What answers the addresses of reviews, and the changes to accounts that reviews
//! follow.

pub mod delete;
pub mod edit;
pub mod feed;
pub mod film;
pub mod log;
pub mod members;
