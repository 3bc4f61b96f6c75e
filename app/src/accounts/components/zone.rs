//! The choice of a time zone.

use chrono_tz::{TZ_VARIANTS, Tz};
use maud::{Markup, html};

use crate::web::Fields;
use crate::web::ui::field::{described_by, field_error};

/// The list of IANA zones. While none is chosen, our script chooses the browser's.
pub fn choice(chosen: &str, hint: &str, errors: &Fields) -> Markup {
    let error = errors.of("time_zone");
    html! {
        div.field {
            label for="time_zone" { "Time zone" }
            select id="time_zone" name="time_zone" data-guess-zone[chosen.is_empty()]
                aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by("time_zone", error.is_some(), true)] {
                option value="" selected[chosen.is_empty()] { "Not chosen yet" }
                @if !chosen.is_empty() && names().all(|name| name != chosen) {
                    option value=(chosen) selected { (chosen) }
                }
                @for name in names() {
                    option value=(name) selected[name == chosen] { (name.replace('_', " ")) }
                }
            }
            p.hint id="time_zone-hint" { (hint) }
            (field_error("time_zone", error))
        }
    }
}

/// Places, and UTC; not the abbreviations that the list also has.
fn names() -> impl Iterator<Item = &'static str> {
    TZ_VARIANTS
        .iter()
        .map(|zone: &Tz| zone.name())
        .filter(|name| *name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")))
}
