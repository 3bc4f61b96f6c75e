//! The pages under `/settings`, over the queries and commands of the features they belong to.

mod components;
mod form;
pub(crate) mod handlers;
