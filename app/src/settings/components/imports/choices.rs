//! What of an import to take, and the button that writes it.

use maud::{Markup, html};

use super::view::{ImportView, count_of, delete_button};
use crate::accounts::visibility_choice;
use crate::paths;
use crate::transfer::ARCHIVE_SOURCE;

pub fn form(view: &ImportView<'_>) -> Markup {
    let (options, counts) = (view.import.options, view.counts());
    let has_ratings = counts.ratings_only > 0;
    let is_archive = view.import.summary.source == ARCHIVE_SOURCE;
    html! {
        section.card {
            h2 { "How should it come?" }
            form method="post" action=(paths::ImportConfirmation { id: view.id() }) {
                @if is_archive {
                    p { "Reviews and lists stay as private as they were." }
                    input type="hidden" name="visibility" value=(options.visibility.name());
                } @else {
                    (visibility_choice("Who can see the imported reviews and lists", options.visibility, ""))
                }
                fieldset.choice.asked-line {
                    legend { "What to bring along" }
                    (tick("lists", "Lists", options.lists))
                    (tick("watchlist", "The watchlist", options.watchlist))
                    (tick("likes", "Likes", options.likes))
                    @if is_archive {
                        (tick("settings", "My settings: name, time zone, who can see my diary", options.settings == Some(true)))
                    }
                }
                details.more {
                    summary { "More choices" }
                    fieldset.choice.asked-line aria-label="More choices" {
                        (tick("skip_existing", "Leave out what is in my diary already", options.skip_existing))
                        (tick("rated_on_is_watched_on", "The day I rated a film is the day I saw it", options.rated_on_is_watched_on))
                        p.hint {
                            @if has_ratings { "This concerns " (count_of(counts.ratings_only, "rating", "ratings")) " without a viewing. " }
                            "Left open, the day of such a review is unknown."
                        }
                    }
                }
                button.primary { (button_label(view)) }
            }
            (delete_button(view.id()))
        }
    }
}

fn button_label(view: &ImportView<'_>) -> String {
    match view.counts().reviews_in_the_diary {
        0 => "Import it".to_owned(),
        reviews => format!("Import {}", count_of(reviews, "review", "reviews")),
    }
}

fn tick(name: &str, label: &str, is_on: bool) -> Markup {
    html! {
        label.tick { input type="checkbox" name=(name) value="on" checked[is_on]; span { (label) } }
    }
}
