//! Errors and toasts, as the style guide shows them.

use maud::{Markup, html};

use super::samples;
use crate::paths;
use crate::shell::errors::{ErrorPageContext, error_page, error_toast};
use crate::web::ui::cinema_illustration;

pub(super) fn errors_section() -> Markup {
    let here = paths::Styleguide.to_string();
    let context = ErrorPageContext {
        retry_url: Some(&here),
        is_member: true,
        typed: None,
    };
    let messages = samples::sample_error_messages();
    html! {
        @for error in &messages { (error_page(error, None, &context)) }
        section.card.narrow.trouble { (cinema_illustration("offline")) p.lead { "What to do next is explained here." } }
        div.actions { @for message in &messages[..2] { (error_toast(message, None, None)) } }
    }
}
