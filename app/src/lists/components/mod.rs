//! Markup of lists and of their forms.

pub mod form;
pub mod index;
pub mod lines;
pub mod of_movie;
pub mod page;
pub mod people;
