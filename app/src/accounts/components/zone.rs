//! The form field for a time zone.

use chrono_tz::{TZ_VARIANTS, Tz};
use maud::{Markup, html};

use crate::web::FieldErrors;
use crate::web::ui::field::{described_by, field_error};

/// A select of IANA time zones. While none is chosen, a script preselects the browser's.
pub fn choice(chosen: &str, hint: &str, errors: &FieldErrors) -> Markup {
    let error = errors.get("time_zone");
    html! {
        div.field {
            label for="time_zone" { "Time zone" }
            select id="time_zone" name="time_zone" data-guess-zone[chosen.is_empty()]
                aria-invalid=[error.map(|_| "true")]
                aria-describedby=[described_by("time_zone", error.is_some(), true)] {
                option value="" selected[chosen.is_empty()] { "Not chosen yet" }
                @if !chosen.is_empty() && zone_names().all(|name| name != chosen) {
                    option value=(chosen) selected { (chosen) }
                }
                @for name in zone_names() {
                    option value=(name) selected[name == chosen] { (name.replace('_', " ")) }
                }
            }
            p.hint id="time_zone-hint" { (hint) }
            (field_error("time_zone", error))
        }
    }
}

/// Time zones named after places, and UTC, without abbreviations such as `EST`.
fn zone_names() -> impl Iterator<Item = &'static str> {
    TZ_VARIANTS
        .iter()
        .map(|zone: &Tz| zone.name())
        .filter(|name| *name == "UTC" || (name.contains('/') && !name.starts_with("Etc/")))
}
