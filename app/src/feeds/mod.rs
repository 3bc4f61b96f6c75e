//! Atom feeds of the whole site, of one member and of one movie, most recently logged first. They
//! contain only public reviews, and those of lists the films of a public list. A member can also have a secret address, whose feed contains their
//! whole diary.

mod components;
mod document;
mod list_document;
pub(crate) mod handlers;
pub mod queries;
mod request;
