//! The latest entries of a public diary, as a page that other sites show in a frame. It has no
//! script, its links open this site in a new tab, and it is the same for every viewer.

mod components;
pub mod handlers;
