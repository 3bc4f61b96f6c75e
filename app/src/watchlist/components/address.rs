//! The secret address of a watchlist or of a list.

use chrono_tz::Tz;
use maud::{Markup, html};

use crate::accounts::components::secret_address::{address_buttons, new_address};
use crate::watchlist::queries::FilmListAddress;
use crate::web::ui::plural;

/// `new` is the address, right after it was created; `create` and `end` are those of the forms.
pub fn film_list_address(
    address: &FilmListAddress,
    new: Option<&str>,
    zone: Tz,
    create: impl ToString,
    end: impl ToString,
) -> Markup {
    let missing = address.without_tmdb_id;
    html! {
        details.more #address open[new.is_some()] {
            summary { "Use these films in Radarr" }
            @if let Some(new) = new { (new_address("secret", new)) }
            p { "Radarr’s import lists “Custom Lists” and “StevenLu Custom” can read these films from a secret address. "
                "Anyone who has it can read them, so keep it as safe as a password." }
            @if missing > 0 {
                p { (plural(missing, "film has", "films have")) " no TMDB id: “Custom Lists” leaves "
                    (if missing == 1 { "it" } else { "them" })
                    " out, and “StevenLu Custom” takes only films with an IMDb id." }
            }
            (address_buttons(address.created_at, zone, create, end))
        }
    }
}
