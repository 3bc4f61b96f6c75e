//! What a member's page is about, for those who do not read it.

use crate::members::look::View;
use crate::members::queries::Owner;
use crate::paths;
use crate::web::About;
use crate::web::about::Kind;

/// The diary of `owner` in that view, if everybody may see it. However a view is filtered, its
/// address is that of all of it.
pub fn diary(owner: &Owner, view: View) -> Option<About> {
    let name = &owner.display_name;
    let description = match view {
        View::Recent => format!("The films that {name} has watched, and what {name} says of them."),
        View::Ratings => {
            format!("The films that {name} has watched, by the stars that {name} gave.")
        }
        View::History => format!("The films that {name} has watched, month by month."),
        View::Trends => format!(
            "What {name} watches, in numbers: days, months, stars, decades, directors and genres."
        ),
    };
    let path = paths::User::of(&owner.username);
    let path = match view {
        View::Recent => path.to_string(),
        View::Ratings | View::History | View::Trends => paths::with(path, view.look()),
    };
    let about = About::new(Kind::Profile, path, &description).feed(
        format!("{name}’s diary"),
        paths::UserFeed::of(&owner.username),
    );
    owner.is_public.then_some(about)
}
