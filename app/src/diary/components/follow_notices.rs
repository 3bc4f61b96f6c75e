//! Toasts that say what else has changed, and undo it.

use maud::{Markup, html};

use crate::diary::FollowNotice;

pub fn follow_notices(notices: &[FollowNotice]) -> Markup {
    html! {
        @for notice in notices { (toast(notice.message, notice.button, &notice.undo_path)) }
    }
}

/// A message with a button that posts to `path`. A script removes it after a while.
pub fn toast(message: &str, button: &str, path: &str) -> Markup {
    html! {
        div.toast data-lapse {
            p { (message) }
            form method="post" action=(path) hx-post=(path) hx-target="closest .toast" hx-swap="delete" {
                button.quiet { (button) }
            }
        }
    }
}
