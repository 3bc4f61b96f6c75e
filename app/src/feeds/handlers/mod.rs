//! Handlers of the feeds and of the calendar.

pub mod atom;
pub mod calendar;
pub mod lists;
