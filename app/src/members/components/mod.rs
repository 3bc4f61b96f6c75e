//! What the pages of members are made of.

pub mod calendar;
pub mod entries;
pub mod filters;
pub mod history;
pub mod list;
pub mod profile;
pub mod ratings;
pub mod trends;

pub use entries::{Entries, recent};

use maud::Markup;

use super::look::month_name;
use super::queries::Owner;
use crate::paths;

/// A view of a diary.
#[derive(Debug)]
pub struct Part {
    /// All of it.
    pub whole: Markup,
    /// What comes when a list goes on, if that is asked for.
    pub more: Option<Markup>,
    /// What a screen reader says then.
    pub announce: String,
}

impl Part {
    /// A view that is no list.
    pub fn new(whole: Markup) -> Self {
        Self {
            whole,
            more: None,
            announce: String::new(),
        }
    }
}

/// The address of a look at a diary.
fn address(owner: &Owner, look: paths::Look) -> String {
    paths::with(paths::User::of(&owner.username), look)
}

/// The history of a diary, from a month on.
fn month_in_history(owner: &Owner, month: i32) -> String {
    let look = paths::Look {
        month: month_name(month),
        ..super::look::View::History.look()
    };
    address(owner, look)
}
