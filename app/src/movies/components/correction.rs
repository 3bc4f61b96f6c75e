//! Correcting a movie and its poster.

use entity::movie_poster::PosterFault;
use maud::{Markup, html};

use crate::catalog::Known;
use crate::movies::form::RawCorrection;
use crate::paths;
use crate::posters::{About, ORIGINAL, Place, poster};
use crate::web::Fields;
use crate::web::ui::field::{described_by, field_error};
use crate::web::ui::{Field, button};

/// The element with the poster and the form for another.
pub const POSTER: &str = "poster";

/// What the page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The movie as it is.
    pub movie: &'a Known,
    /// What was typed.
    pub raw: &'a RawCorrection,
    /// What is wrong with it, or with a picture.
    pub errors: &'a Fields,
    /// What is known of the poster.
    pub about: &'a About,
    /// Whether the catalog may have one.
    pub asks_catalog: bool,
}

/// The whole page.
pub fn page(shown: &Shown<'_>) -> Markup {
    let Shown {
        movie, raw, errors, ..
    } = shown;
    html! {
        h1 { "Correct " span.title { (movie.title) } " " span.year { (movie.year) } }
        p.lead { "It changes for everybody here. An admin can take it back." }
        section.card {
            h2 { "What it is" }
            form method="post" action=(paths::MovieCorrection { id: movie.id }) {
                @if let Some(told) = errors.of("") { p.error role="alert" { (told) } }
                (Field::text("title", "Title", &raw.title).draw(errors))
                (Field::text("year", "Year", &raw.year).digits().draw(errors))
                (Field::text("director", "Director", &raw.director).optional().hint("Several with commas between them.").draw(errors))
                div.actions {
                    button.primary { "Save" }
                    a.button.quiet href=(paths::Movie { id: movie.id }) { "Cancel" }
                }
            }
        }
        (poster_form(shown))
    }
}

/// The poster, and the form for another.
pub fn poster_form(shown: &Shown<'_>) -> Markup {
    let Shown {
        movie,
        errors,
        about,
        ..
    } = shown;
    let error = errors.of("poster");
    html! {
        section.card id=(POSTER) {
            h2 { "Poster" }
            div.with-poster {
                (poster(movie.id, &movie.title, &about.poster, Place::Head))
                div {
                    p { (state(about)) }
                    form method="post" action=(paths::MoviePoster { id: movie.id }) enctype="multipart/form-data"
                        data-upload={ "#" (POSTER) } data-most=(ORIGINAL) data-too-large=(TOO_LARGE) {
                        div.field {
                            label for="poster-file" { "A picture of yours" }
                            input #poster-file type="file" name="poster" accept="image/jpeg,image/png,image/webp" required
                                autofocus[error.is_some()] aria-invalid=[error.map(|_| "true")]
                                aria-describedby=[described_by("poster-file", error.is_some(), true)];
                            p.hint #poster-file-hint { "JPEG, PNG or WebP, up to 10 MB." }
                            (field_error("poster-file", error))
                        }
                        progress hidden max="1" value="0" aria-label="Sending the picture" {}
                        button { "Send the picture" }
                    }
                    @if shown.asks_catalog && !about.is_pinned {
                        (button(paths::PosterSync { id: movie.id }, "quiet", "Look again in the catalog"))
                    }
                }
            }
        }
    }
}

/// What is said of a picture that has too many bytes or pixels.
pub const TOO_LARGE: &str =
    "This picture is too large: at most 10 MB and 20 megapixels. Send a smaller copy of it.";

/// What is said of a picture that makes no poster.
pub fn unfit(fault: PosterFault) -> &'static str {
    match fault {
        PosterFault::TooLarge => TOO_LARGE,
        PosterFault::TooSmall => {
            "This is too small or too long for a poster: at least 64 pixels on each side, and not four times as long as wide."
        }
        PosterFault::NoPicture | PosterFault::Gone | PosterFault::Unreachable => {
            "This is no picture that can be read. Send a whole JPEG, PNG or WebP file."
        }
    }
}

/// How it stands with the poster.
fn state(about: &About) -> &'static str {
    use crate::posters::Poster;
    match (about.fault, &about.poster) {
        (Some(PosterFault::Gone), _) => "The catalog names a poster, but it is not there any more.",
        (Some(PosterFault::NoPicture), _) => "What the catalog has is no picture that can be read.",
        (Some(PosterFault::TooLarge), _) => "What the catalog has is too large.",
        (Some(PosterFault::TooSmall), _) => "What the catalog has is too small for a poster.",
        (Some(PosterFault::Unreachable), _) => {
            "The catalog’s poster could not be had. It is not tried again by itself."
        }
        (None, _) if about.again_at.is_some() => {
            "The catalog’s poster could not be fetched yet. It is tried again by itself."
        }
        (None, Poster::Here(_)) if about.is_pinned => "A member sent this one.",
        (None, Poster::Here(_)) => "This one is the catalog’s.",
        (None, Poster::OnItsWay) => "The catalog’s is on its way.",
        (None, Poster::Missing) => "Nobody has one yet.",
    }
}
