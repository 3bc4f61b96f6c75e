//! What answers the addresses of accounts.

pub mod admin;
pub mod register;
pub mod settings;
pub mod sign_in;
