//! The section for the diary and who can see it.

use maud::{Markup, html};

use super::{SettingsView, saved_note};
use crate::accounts::components::visibility;
use crate::paths;

pub(super) fn diary_section(view: &SettingsView<'_>) -> Markup {
    html! {
        section.card #diary {
            h2 { "Your diary" }
            (saved_note(view.saved == "diary"))
            form method="post" action=(paths::SettingsVisibility) {
                (visibility::choice("Who can see it", view.member.diary_visibility, "diary-"))
                p.hint { "A review can be more private than your diary, but not more public. Saving this changes all your reviews." }
                button.primary { "Save" }
            }
            p { a href=(paths::SettingsFeeds) { "Feeds and embedding" } }
            p { a href=(paths::DeletedReviews) { "Recently deleted reviews" } }
        }
    }
}
