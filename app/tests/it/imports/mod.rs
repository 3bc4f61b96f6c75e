//! Imports from the upload to the diary and back, through the API.

mod crash;
mod fixtures;
mod lists;
pub mod repeats;
mod services;
mod undo;
