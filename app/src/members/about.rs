//! What a member's page is about, for those who do not read it.

use crate::members::queries::Owner;
use crate::paths;
use crate::web::About;
use crate::web::about::Kind;

/// The diary of `owner`, if everybody may see it.
pub fn diary(owner: &Owner) -> Option<About> {
    let name = &owner.display_name;
    let description = format!("The films that {name} has watched, and what {name} says of them.");
    let path = paths::User::of(&owner.username);
    let about = About::new(Kind::Profile, path, &description).feed(
        format!("{name}’s diary"),
        paths::UserFeed::of(&owner.username),
    );
    owner.is_public.then_some(about)
}
