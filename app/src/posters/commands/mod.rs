//! What changes which poster a movie has.

mod show;
mod stock;
mod upkeep;
mod want;

pub use show::{Kept, choose, choose_again};
pub(super) use show::{MEMBER, show};
pub use stock::{promise, stock};
pub use upkeep::{forget_superseded, retry};
pub use want::{Looking, QUEUE, adopt, expect, expect_no_more, look_again, stop_expecting, want};
pub(super) use want::{keep_fault, try_later};
