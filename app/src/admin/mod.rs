//! The pages under `/admin`, over the queries and commands of the features they belong to.

mod components;
pub(crate) mod handlers;
