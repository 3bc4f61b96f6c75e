//! What the pages of accounts are made of.

pub mod admin;
pub mod entrance;
pub mod settings;
pub mod tokens;
pub mod visibility;
pub mod zone;
