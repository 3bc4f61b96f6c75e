//! The secret address of a watchlist or of a list.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::accounts::components::secret_address::{address_buttons, new_address};
use crate::web::ui::plural;

/// What the owner sees of the address at which other programs read a list of films.
#[derive(Clone, Copy, Debug)]
pub struct FilmListAddress<'a> {
    /// When it was created; `None` if there is no address.
    pub created_at: Option<DateTime<Utc>>,
    /// The address, right after it was created.
    pub new: Option<&'a str>,
    /// The number of films without a TMDB id.
    pub without_tmdb_id: u64,
}

/// `create` and `end` are the addresses of the forms.
pub fn film_list_address(
    address: FilmListAddress<'_>,
    zone: Tz,
    create: impl ToString,
    end: impl ToString,
) -> Markup {
    let missing = address.without_tmdb_id;
    html! {
        details.more #address open[address.new.is_some()] {
            summary { "Use these films in Radarr" }
            @if let Some(new) = address.new { (new_address("secret", new)) }
            p { "Radarr’s import lists “Custom Lists” and “StevenLu Custom” can read these films from a secret address. "
                "Anyone who has it can read them, so keep it as safe as a password." }
            @if missing > 0 && address.created_at.is_some() {
                p { (plural(missing, "film has", "films have")) " no TMDB id: “Custom Lists” leaves "
                    (if missing == 1 { "it" } else { "them" })
                    " out, and “StevenLu Custom” takes only films with an IMDb id." }
            }
            (address_buttons(address.created_at, zone, create, end))
        }
    }
}
