//! Which movies exist: finding the one that somebody means, and making it when it is
//! new here.

pub mod claim;
pub mod commands;
pub mod queries;

pub use claim::{Claim, TypedMovie};
pub use commands::{Unresolved, resolve};
pub use queries::{Known, MovieId, find, suggest};
