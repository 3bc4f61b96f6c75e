//! Statistics of diaries and movies, and the charts that show them.
//!
//! Totals that `diary::tally` maintains on every write are read from its tables. Everything that
//! scans a whole diary is counted by SQL and cached until the member's revision changes.

mod cache;
pub mod components;
mod period;
mod queries;
mod rating_change;
mod types;

pub use cache::{DiaryStats, ListMembersError, StatsCache};
pub use period::{
    MonthRange, Period, first_day_of_month, last_day_of_month, parse_four_digit_year,
};
pub use queries::{
    LastViewing, MEMBERS_PER_PAGE, MemberListItem, MemberListPage, MemberOrder, MovieRatings,
    member_list_query, ratings_of_movies,
};
pub use rating_change::{ChangeDirection, RatingChange, rating_change};
pub use types::{
    DayCount, DecadeStats, FilterChoices, MonthStats, NamedTally, Overview, RatingCount, TagCount,
    Tally, Totals, Trends, WatchStreak,
};
