//! The pages under `/settings`, over the queries and commands of the features they belong to.

pub(crate) mod components;
mod form;
mod import_answers;
mod import_form;
pub(crate) mod handlers;
