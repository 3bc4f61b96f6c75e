//! Renders posters: a responsive image over its blurred colours, or a card with the movie's title
//! if there is no picture.

use std::sync::LazyLock;

use maud::{Markup, html};
use picture::{Format, MAX_WIDTH, WIDTHS};

use super::Poster;
use super::commands::StoredPoster;
use super::file_name::FileNameRef;
use crate::catalog::MovieId;
use crate::paths;
use crate::web::page_meta::MetaPicture as Preview;

/// Where on a page a poster is shown; this determines its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PosterSlot {
    Entry,
    Line,
    Day,
    /// In a grid of posters with titles.
    Card,
    /// In a dense grid without titles.
    Wall,
    /// One of the last films of a member.
    Strip,
    /// At the top of the movie's page.
    Head,
}

impl PosterSlot {
    pub const ALL: [Self; 7] = [
        Self::Entry,
        Self::Line,
        Self::Day,
        Self::Card,
        Self::Wall,
        Self::Strip,
        Self::Head,
    ];

    fn class(self) -> &'static str {
        match self {
            Self::Entry => "at-entry",
            Self::Line => "at-line",
            Self::Day => "at-day",
            Self::Card => "at-card",
            Self::Wall => "at-wall",
            Self::Strip => "at-strip",
            Self::Head => "at-head",
        }
    }

    /// Parameter of `GET /movies/posters` that lists the pending posters in this slot.
    fn query_parameter(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Line => "line",
            Self::Day => "day",
            Self::Card => "card",
            Self::Wall => "wall",
            Self::Strip => "strip",
            Self::Head => "head",
        }
    }

    /// Value of the `sizes` attribute; must match the widths in `posters.css`.
    fn sizes(self) -> &'static str {
        match self {
            Self::Entry => "(max-width: 34rem) 3rem, (min-width: 72rem) 5rem, 4.5rem",
            Self::Line => "2.25rem",
            Self::Day => "(max-width: 34rem) 11vw, 5rem",
            Self::Card => "(max-width: 34rem) 30vw, 9.5rem",
            Self::Wall => "(max-width: 34rem) 21vw, 5.5rem",
            Self::Strip => "3rem",
            Self::Head => "(max-width: 34rem) 7rem, (min-width: 72rem) 15rem, 11.5rem",
        }
    }

    /// Width of the largest file that a screen with three pixels per CSS pixel needs. Rows and walls
    /// have dozens of posters, whose addresses would weigh more than everything else.
    fn largest_width(self) -> u16 {
        match self {
            Self::Line | Self::Strip => 185,
            Self::Wall => 342,
            Self::Entry | Self::Day | Self::Card | Self::Head => MAX_WIDTH,
        }
    }

    /// Whether the colours of the poster are seen until it loads. In rows they would weigh more than
    /// all else.
    fn has_colors(self) -> bool {
        self != Self::Line
    }

    /// Width of the file in `src`, for browsers without `srcset`.
    fn src_width(self) -> u16 {
        match self {
            Self::Line => 92,
            Self::Entry | Self::Day | Self::Wall | Self::Strip => 185,
            Self::Card | Self::Head => 342,
        }
    }
}

/// A pending poster contains a hidden input; `posters.js` sends these inputs to poll for it.
pub fn poster(movie: MovieId, title: &str, poster: &Poster, slot: PosterSlot) -> Markup {
    let is_pending = *poster == Poster::Pending;
    html! {
        span.poster.(slot.class()).waiting[is_pending] data-movie=(movie) {
            @match poster {
                Poster::Available(image) => (poster_image(image, title, slot)),
                Poster::Pending | Poster::Missing => (title_card(title, slot)),
            }
            // It belongs to no form, not even to one that shows the poster.
            @if is_pending { input type="hidden" form="poster-poll" name=(slot.query_parameter()) value=(movie); }
        }
    }
}

/// CSS selector for the posters of `movie` in that slot.
pub fn poster_selector(movie: MovieId, slot: PosterSlot) -> String {
    format!(".poster.{}[data-movie='{movie}']", slot.class())
}

fn poster_image(image: &StoredPoster, title: &str, slot: PosterSlot) -> Markup {
    let file_url = |width| poster_file_url(&image.hash, width, Format::Webp);
    let widths = WIDTHS
        .iter()
        .filter(|width| **width <= slot.largest_width());
    let set: Vec<_> = widths
        .map(|width| format!("{} {width}w", file_url(*width)))
        .collect();
    let height = u32::from(slot.src_width()) * u32::from(image.height.unsigned_abs());
    let height = height.div_ceil(MAX_WIDTH.into());
    let loading = (slot != PosterSlot::Head).then_some("lazy");
    html! {
        @if slot.has_colors() { (color_grid(&image.colors)) }
        img.whole[!fits_slot(image)] src=(file_url(slot.src_width())) srcset=(set.join(", ")) sizes=(slot.sizes())
            width=(slot.src_width()) height=(height) loading=[loading] decoding="async" alt={ "Poster of " (title) };
    }
}

/// The largest size as JPEG, for link previews and feed readers.
pub fn preview_image(poster: &Poster, title: &str) -> Option<Preview> {
    let Poster::Available(image) = poster else {
        return None;
    };
    Some(Preview {
        path: poster_file_url(&image.hash, MAX_WIDTH, Format::Jpeg),
        width: MAX_WIDTH,
        height: image.height.unsigned_abs(),
        alt: format!("Poster of {title}"),
    })
}

/// URL of one file. Pages contain hundreds of these, so the folder is computed only once; file
/// names need no URL encoding.
fn poster_file_url(hash: &str, width: u16, format: Format) -> String {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let name = String::new();
        paths::PosterFile { name }.to_string()
    });
    format!(
        "{}{}",
        *FOLDER,
        FileNameRef {
            hash,
            width,
            format
        }
    )
}

/// Whether the picture can be cropped to the shape of a poster without losing much.
fn fits_slot(image: &StoredPoster) -> bool {
    (620..=900).contains(&image.height)
}

/// A coarse grid of the poster's colours, which the style sheet blurs.
fn color_grid(colors: &str) -> Markup {
    let colors = colors.as_bytes().chunks(6).map(String::from_utf8_lossy);
    html! {
        svg viewBox="0 0 2 3" preserveAspectRatio="none" aria-hidden="true" {
            @for (index, color) in colors.enumerate() {
                rect x=(index % 2) y=(index / 2) width="1" height="1" fill={ "#" (color) } {}
            }
        }
    }
}

/// The poster's colours as a glow behind the page's head.
pub fn glow(poster: &Poster) -> Markup {
    html! { @if let Poster::Available(image) = poster { div.light { (color_grid(&image.colors)) } } }
}

/// A card with the title. Hidden from screen readers, because the title also stands beside it.
fn title_card(title: &str, slot: PosterSlot) -> Markup {
    let hue = title_hue(title);
    html! {
        svg viewBox="0 0 2 3" preserveAspectRatio="none" aria-hidden="true" {
            rect width="2" height="3" fill={ "hsl(" (hue) ", 32%, 27%)" } {}
            path d="M0 3V2.1L2 1.3V3z" fill={ "hsl(" ((hue + 24) % 360) ", 36%, 21%)" } {}
        }
        // A line is too small for the title.
        @if !matches!(slot, PosterSlot::Line | PosterSlot::Strip) { span.drawn dir="auto" aria-hidden="true" { (title) } }
    }
}

/// Hue in degrees, derived from the title.
fn title_hue(title: &str) -> u32 {
    let sum = title.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    sum % 360
}

#[cfg(test)]
mod tests {
    use super::{PosterSlot, poster, title_hue};
    use crate::posters::Poster;
    use crate::posters::commands::StoredPoster;

    fn render_poster(height: i16, slot: PosterSlot) -> String {
        let image = Poster::Available(StoredPoster {
            hash: "00112233445566778899aabbccddeeff".to_owned(),
            height,
            colors: "ff0000".repeat(6),
        });
        poster(7, "<Heat>", &image, slot).into_string()
    }

    #[test]
    fn picture_sizes_match_the_slot() {
        let entry = render_poster(750, PosterSlot::Entry);
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
        assert!(!render_poster(750, PosterSlot::Head).contains("lazy"));
        assert!(!entry.contains("style="));
    }

    #[test]
    fn wide_pictures_are_not_cropped() {
        assert!(!render_poster(750, PosterSlot::Card).contains("whole"));
        assert!(render_poster(300, PosterSlot::Card).contains("class=\"whole\""));
    }

    #[test]
    fn only_pending_posters_are_polled() {
        let waiting = poster(7, "Heat", &Poster::Pending, PosterSlot::Line).into_string();
        assert!(waiting.contains("name=\"line\" value=\"7\">"));
        let missing = poster(7, "Heat", &Poster::Missing, PosterSlot::Card).into_string();
        assert!(!missing.contains("input"), "{missing}");
        assert!(missing.contains("Heat"));
        assert!(!missing.contains("<img"), "never a broken image");
    }

    #[test]
    fn different_titles_have_different_colours() {
        assert_eq!(title_hue("Heat"), title_hue("Heat"));
        let titles = ["Heat", "Ran", "Alien", "Brazil", "Cabaret", "Metropolis"];
        let hues: std::collections::HashSet<_> = titles.into_iter().map(title_hue).collect();
        assert_eq!(hues.len(), titles.len());
    }
}
