//! What changes movies: naming one, completing it from the catalog, and parting what was
//! taken for one.

mod complete;
mod correct;
mod hold;
mod movies;
mod resolve;
mod retire;
mod stock;

pub use complete::{Applied, Job, NoAnswer, QUEUE, apply, ask_now, begin, keep_no_answer, retry};
pub use correct::{
    Corrected, NewCorrection, TakenBack, correct, move_poster_corrections, note_correction,
    restore, take_back,
};
pub use hold::{Held, hold, holding};
pub use movies::index_missing;
pub use resolve::{Resolved, Unresolved, resolve, settle};
pub use retire::{Moved, retire, revive};
pub use stock::{Stocked, stock};
