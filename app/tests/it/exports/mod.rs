//! Exports: everything of a member in every format, and back again.

mod archive;
pub mod background;
mod crafted;
mod diarist;
mod downloads;
pub mod formats;
pub mod reading;
