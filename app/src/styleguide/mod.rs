//! A page with every UI component in all its states, rendered by the same functions as the real
//! pages. It exists in development builds and in the demo.

mod components;
pub(crate) mod handlers;
mod sample_errors;
mod sample_goals;
mod sample_imports;
mod sample_lists;
mod sample_stats;
mod samples;
