//! Settings of one device rather than of an account: theme, keyboard shortcuts and saved pages.
//! They are in a cookie, so that even the first response has the right theme. Also what makes the
//! site installable as an app.

mod components;
mod cookie;
pub(crate) mod pwa;

pub use components::theme_switch;
pub use cookie::{ACCOUNT_MARK_LENGTH, Device, Theme, parse_account_mark, rename_old_cookie};
