//! The last entries of a public diary, as a page that other sites show in a frame. It
//! runs no script, leads nowhere but to this site in a new tab, and is the same for
//! everybody.

mod components;
pub mod handlers;
