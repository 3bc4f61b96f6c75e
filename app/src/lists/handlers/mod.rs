//! Handlers of lists and of their films.

pub(crate) mod address;
pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod entries;
mod film_list;
pub(crate) mod index;
pub(crate) mod lines;
pub(crate) mod movie;
pub(crate) mod people;
pub(crate) mod show;
