//! Which movies exist: finding the one that somebody means, here or elsewhere, making it
//! when it is new, and completing it by what others know of it.

pub mod asked;
pub mod claim;
pub mod commands;
pub mod facts;
pub mod finding;
pub mod fitting;
pub mod outside;
pub mod queries;
mod search;
pub mod sources;

pub use asked::Asked;
pub use claim::{Claim, TypedMovie};
pub use commands::{Resolved, Unresolved, resolve};
pub use facts::{Facts, Hit, Ids, Picture, Search};
pub use finding::{Added, find_outside};
pub use outside::{Found, Outside};
pub use queries::{Known, MovieId, Said, find, leads_to, suggest};
pub use sources::Trouble;
