//! Numbers over a diary, and the charts that show them.
//!
//! What is kept as reviews are written (`diary::tally`) is read as it is. What would take a
//! walk over a whole diary is counted by the database once, and is fresh until the member's
//! revision changes.

mod cache;
mod change;
pub mod components;
mod numbers;
mod period;
mod queries;

pub use cache::{Numbers, Stats};
pub use change::{Change, Way, change};
pub use numbers::{
    Choices, Day, Decade, Month, Named, Overview, Share, Streak, Tally, Totals, Trends,
};
pub use period::{Months, Period, first_day, last_day, year};
pub use queries::{Order, PAGE, Rated, Seen, Standing, Standings, members, of_movies, ranked};
