//! Markup of the pages for signing in and creating accounts, and form fields that others share.

pub mod auth_pages;
pub mod secret_address;
pub mod sign_out;
pub mod visibility;
pub mod zone;
