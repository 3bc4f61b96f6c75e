//! How the poster of a movie looks: the picture, with its colours behind it until it is
//! loaded; or a card with the movie's title in a colour of its own.

use std::sync::LazyLock;

use maud::{Markup, html};
use picture::{Format, LARGEST, WIDTHS};

use super::Poster;
use super::name::Named;
use super::queries::Picture;
use crate::catalog::MovieId;
use crate::paths;
use crate::web::about::Picture as Preview;

/// Where a poster stands, which says how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Beside an entry of a diary.
    Entry,
    /// In a line of a list.
    Line,
    /// In a day of a calendar.
    Day,
    /// Among others of its kind.
    Card,
    /// On the page of its movie.
    Head,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Entry, Self::Line, Self::Day, Self::Card, Self::Head];

    fn class(self) -> &'static str {
        match self {
            Self::Entry => "at-entry",
            Self::Line => "at-line",
            Self::Day => "at-day",
            Self::Card => "at-card",
            Self::Head => "at-head",
        }
    }

    /// The name under which it asks for itself.
    fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Line => "line",
            Self::Day => "day",
            Self::Card => "card",
            Self::Head => "head",
        }
    }

    /// How wide it is shown; `posters.css` says the same.
    fn sizes(self) -> &'static str {
        match self {
            Self::Entry => "(max-width: 34rem) 3.5rem, (min-width: 72rem) 6.5rem, 4.5rem",
            Self::Line => "2.25rem",
            Self::Day => "(max-width: 34rem) 11vw, 5rem",
            Self::Card => "(max-width: 34rem) 30vw, 9.5rem",
            Self::Head => "(max-width: 34rem) 7rem, (min-width: 72rem) 15rem, 11.5rem",
        }
    }

    /// The file for browsers that do not choose by themselves.
    fn width(self) -> u16 {
        match self {
            Self::Line => 92,
            Self::Entry | Self::Day => 185,
            Self::Card | Self::Head => 342,
        }
    }
}

/// The poster of a movie. One that is on its way holds what asks for it again.
pub fn poster(movie: MovieId, title: &str, poster: &Poster, place: Place) -> Markup {
    let is_waiting = *poster == Poster::OnItsWay;
    html! {
        span.poster.(place.class()).waiting[is_waiting] data-movie=(movie) {
            @match poster {
                Poster::Here(shown) => (picture(shown, title, place)),
                Poster::OnItsWay | Poster::Missing => (card(title, place)),
            }
            @if is_waiting { input type="hidden" name=(place.name()) value=(movie); }
        }
    }
}

/// A CSS selector of the posters of `movie` in that place.
pub fn selector(movie: MovieId, place: Place) -> String {
    format!(".poster.{}[data-movie='{movie}']", place.class())
}

fn picture(shown: &Picture, title: &str, place: Place) -> Markup {
    let file = |width| address(&shown.hash, width, Format::Webp);
    let set = WIDTHS.map(|width| format!("{} {width}w", file(width)));
    let height = u32::from(place.width()) * u32::from(shown.height.unsigned_abs());
    let height = height.div_ceil(LARGEST.into());
    let loading = (place != Place::Head).then_some("lazy");
    html! {
        (ground(&shown.colors))
        img.whole[!is_upright(shown)] src=(file(place.width())) srcset=(set.join(", ")) sizes=(place.sizes())
            width=(place.width()) height=(height) loading=[loading] decoding="async" alt={ "Poster of " (title) };
    }
}

/// The poster as a file that every program can show, if there is one.
pub fn preview(poster: &Poster, title: &str) -> Option<Preview> {
    let Poster::Here(shown) = poster else {
        return None;
    };
    Some(Preview {
        path: address(&shown.hash, LARGEST, Format::Jpeg),
        width: LARGEST,
        height: shown.height.unsigned_abs(),
        alt: format!("Poster of {title}"),
    })
}

/// Where a file of the poster called `hash` is. A list of films has a hundred of them, so it is
/// not put together from the beginning each time; nothing in a name needs to be encoded.
fn address(hash: &str, width: u16, format: Format) -> String {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let name = String::new();
        paths::Poster { name }.to_string()
    });
    format!(
        "{}{}",
        *FOLDER,
        Named {
            hash,
            width,
            format
        }
    )
}

/// Whether it fills the place of a poster without losing much of itself.
fn is_upright(shown: &Picture) -> bool {
    (620..=900).contains(&shown.height)
}

/// Its colours, coarsely; the style sheet blurs them.
fn ground(colors: &str) -> Markup {
    let colors = colors.as_bytes().chunks(6).map(String::from_utf8_lossy);
    html! {
        svg viewBox="0 0 2 3" preserveAspectRatio="none" aria-hidden="true" {
            @for (index, color) in colors.enumerate() {
                rect x=(index % 2) y=(index / 2) width="1" height="1" fill={ "#" (color) } {}
            }
        }
    }
}

/// The light that a poster throws on what is around it.
pub fn light(poster: &Poster) -> Markup {
    html! { @if let Poster::Here(shown) = poster { div.light { (ground(&shown.colors)) } } }
}

/// A card with the title, for those who see; others have the title beside it.
fn card(title: &str, place: Place) -> Markup {
    let hue = hue(title);
    html! {
        svg viewBox="0 0 2 3" preserveAspectRatio="none" aria-hidden="true" {
            rect width="2" height="3" fill={ "hsl(" (hue) ", 32%, 27%)" } {}
            path d="M0 3V2.1L2 1.3V3z" fill={ "hsl(" ((hue + 24) % 360) ", 36%, 21%)" } {}
        }
        // There is no room for it in a line.
        @if place != Place::Line { span.drawn aria-hidden="true" { (title) } }
    }
}

/// A colour of its own: the same for the same title, everywhere and always.
fn hue(title: &str) -> u32 {
    let sum = title.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    sum % 360
}

#[cfg(test)]
mod tests {
    use super::{Place, hue, poster};
    use crate::posters::{Picture, Poster};

    fn drawn(height: i16, place: Place) -> String {
        let shown = Poster::Here(Picture {
            hash: "00112233445566778899aabbccddeeff".to_owned(),
            height,
            colors: "ff0000".repeat(6),
        });
        poster(7, "<Heat>", &shown, place).into_string()
    }

    #[test]
    fn a_picture_comes_in_the_width_of_its_place() {
        let entry = drawn(750, Place::Entry);
        for part in [
            "src=\"/posters/00112233445566778899aabbccddeeff-185.webp\"",
            "-92.webp 92w, ",
            "-500.webp 500w\"",
            "width=\"185\" height=\"278\"",
            "loading=\"lazy\"",
            "alt=\"Poster of &lt;Heat&gt;\"",
            "fill=\"#ff0000\"",
        ] {
            assert!(entry.contains(part), "{part} is not in {entry}");
        }
        assert!(!drawn(750, Place::Head).contains("lazy"));
        assert!(!entry.contains("style="));
    }

    #[test]
    fn a_picture_that_is_no_poster_in_shape_is_shown_whole() {
        assert!(!drawn(750, Place::Card).contains("whole"));
        assert!(drawn(300, Place::Card).contains("class=\"whole\""));
    }

    #[test]
    fn only_what_is_on_its_way_asks_again() {
        let waiting = poster(7, "Heat", &Poster::OnItsWay, Place::Line).into_string();
        assert!(waiting.contains("<input type=\"hidden\" name=\"line\" value=\"7\">"));
        let missing = poster(7, "Heat", &Poster::Missing, Place::Card).into_string();
        assert!(!missing.contains("input"), "{missing}");
        assert!(missing.contains("Heat"));
        assert!(!missing.contains("<img"), "never a broken image");
    }

    #[test]
    fn titles_have_colours_of_their_own() {
        assert_eq!(hue("Heat"), hue("Heat"));
        let titles = ["Heat", "Ran", "Alien", "Brazil", "Cabaret", "Metropolis"];
        let hues: std::collections::HashSet<_> = titles.into_iter().map(hue).collect();
        assert_eq!(hues.len(), titles.len());
    }
}
