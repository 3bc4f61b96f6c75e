//! Maud components of feeds: the HTML of an entry and the settings page.

pub mod entry;
