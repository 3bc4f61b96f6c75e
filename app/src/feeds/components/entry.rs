//! A review in a feed. Readers have no style sheet of ours and keep no script.

use entity::{Audience, Rating};
use maud::{Markup, html};

use crate::diary::Entry;
use crate::paths;
use crate::posters::preview;
use crate::web::Origin;
use crate::web::about::Picture;
use crate::web::ui::time;

/// `Heat (1995) ★★★½`
pub fn title(entry: &Entry) -> String {
    let film = format!("{} ({})", entry.title, entry.year);
    match entry.rating {
        Some(rating) => format!("{film} {}", stars(rating)),
        None => film,
    }
}

fn stars(rating: Rating) -> String {
    let whole = usize::try_from(rating.half_stars() / 2).unwrap_or_default();
    match (whole, rating.half_stars() % 2) {
        (0, 0) => "☆".to_owned(),
        (whole, 0) => "★".repeat(whole),
        (whole, _) => format!("{}½", "★".repeat(whole)),
    }
}

/// All of the review, every address in it whole.
pub fn content(entry: &Entry, origin: &Origin) -> Markup {
    let review = origin.at(paths::Review { id: entry.id });
    html! {
        @if let Some(picture) = preview(&entry.poster, &entry.title) {
            p { a href=(review) { (poster(&picture, origin)) } }
        }
        @if let Some(facts) = facts(entry) { p { (facts) } }
        (comment(entry))
    }
}

/// Half as large as it is, so that it is sharp on every screen.
fn poster(picture: &Picture, origin: &Origin) -> Markup {
    html! {
        img src=(origin.at(&picture.path)) alt=(picture.alt)
            width=(picture.width / 2) height=(picture.height / 2);
    }
}

fn facts(entry: &Entry) -> Option<String> {
    let only_for = match entry.audience {
        Audience::Public => None,
        Audience::Members => Some("For members of the site"),
        Audience::Owner | Audience::Nobody => Some("Only for you"),
    };
    let watched = entry.watched_on.map(time::written);
    let facts = [
        entry.rating.map(stars),
        entry.liked.then(|| "♥".to_owned()),
        watched.map(|day| format!("Watched on {day}")),
        entry.rewatch.then(|| "Seen before".to_owned()),
        only_for.map(str::to_owned),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then(|| facts.join(" · "))
}

fn comment(entry: &Entry) -> Markup {
    html! {
        @if entry.comment.is_empty() {
        } @else if entry.spoiler {
            p { "This review gives the plot away." }
            details { summary { "Show it" } (paragraphs(&entry.comment)) }
        } @else {
            (paragraphs(&entry.comment))
        }
    }
}

fn paragraphs(text: &str) -> Markup {
    let paragraphs = text.split("\n\n").map(|part| part.trim_matches('\n'));
    html! {
        @for paragraph in paragraphs.filter(|part| !part.is_empty()) {
            p {
                @for (number, line) in paragraph.lines().enumerate() {
                    @if number > 0 { br; }
                    (line)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::Rating;

    use super::{paragraphs, stars};

    #[test]
    fn stars_are_written_as_people_write_them() {
        let drawn: Vec<_> = Rating::all().map(stars).collect();
        assert_eq!(drawn[..4], ["☆", "½", "★", "★½"]);
        assert_eq!(drawn[10], "★★★★★");
    }

    #[test]
    fn lines_stay_lines() {
        let drawn = paragraphs("a\nb\n\n\n<c>").into_string();
        assert_eq!(drawn, "<p>a<br>b</p><p>&lt;c&gt;</p>");
    }
}
