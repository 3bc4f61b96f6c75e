//! Atom feeds of the whole site, of one member and of one movie, most recently logged first. They
//! contain only public reviews, and those of lists the films of a public list. A member can also
//! have secret addresses: of a feed that contains their whole diary, and of its calendar.

mod calendar_document;
mod components;
mod document;
mod list_document;
pub(crate) mod handlers;
mod queries;
mod request;
