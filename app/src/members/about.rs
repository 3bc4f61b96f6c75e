//! What a member's page is about, for those who do not read it.

use entity::{Visibility, member};

use crate::paths;
use crate::web::About;
use crate::web::about::Kind;

/// The diary of `owner`, if everybody may see it.
pub fn diary(owner: &member::Model) -> Option<About> {
    let name = &owner.display_name;
    let description = format!("The films that {name} has watched, and what {name} says of them.");
    let path = paths::User::of(&owner.username);
    let about = About::new(Kind::Profile, path, &description).feed(
        format!("{name}’s diary"),
        paths::UserFeed::of(&owner.username),
    );
    (owner.diary_visibility == Visibility::Public).then_some(about)
}
