//! The secret address of something that other programs read.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::web::ui::time::format_date;
use crate::web::ui::{button, copy_field};

/// The address, right after it was created: it is not shown again.
pub fn new_address(id: &str, address: &str) -> Markup {
    html! {
        div.card.highlight role="status" {
            h2 { "Your secret address" }
            p { "Copy it now. It is still here if you reload this page once, and then it won’t be shown again." }
            (address_field(id, "Address", address))
        }
    }
}

/// The buttons that create, replace and revoke an address, and since when there is one.
pub fn address_buttons(
    created_at: Option<DateTime<Utc>>,
    zone: Tz,
    create: impl ToString,
    end: impl ToString,
) -> Markup {
    let created_on = created_at.map(|at| at.with_timezone(&zone).date_naive());
    html! {
        @match created_on {
            Some(day) => {
                p { "You created one on " (format_date(day)) ". It can’t be shown again, but you can replace it with a new one." }
                div.row {
                    (button(create, "", "Create a new one"))
                    (button(end, "danger", "Revoke it"))
                }
            }
            None => (button(create, "primary", "Create a secret address")),
        }
    }
}

pub fn address_field(id: &str, label: &str, address: &str) -> Markup {
    copy_field(&format!("{id}-address"), label, address)
}
