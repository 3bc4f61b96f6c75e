//! Goals: how many films a member wants to watch in a year, and how far they are.
//!
//! What counts is never stored. It is added up from the months of `stats::Overview`, so each viewer
//! gets the number of the reviews that they may see.

pub mod commands;
pub mod components;
mod form;
pub(crate) mod handlers;
mod progress;
pub mod queries;

pub use form::{MAX_GOAL, RawGoal, goal_years};
pub use progress::{Goal, GoalProgress, GoalStanding, Pace, RestOfYear};
