//! What changes movies: naming one, completing it from the catalog, and parting what was
//! taken for one.

mod complete;
mod movies;
mod resolve;
mod retire;

pub use complete::{
    Applied, Job, NoAnswer, apply, claim_next, keep_no_answer, next_due, release, still_holds,
};
pub use movies::index_missing;
pub use resolve::{Resolved, Unresolved, resolve};
pub use retire::{Moved, hold, retire, revive};
