//! The page to correct a movie and upload a poster.

use entity::movie_poster::PosterFault;
use maud::{Markup, html};

use crate::catalog::KnownMovie;
use crate::movies::form::RawCorrection;
use crate::paths;
use crate::posters::{MAX_ORIGINAL_BYTES, PosterInfo, PosterSlot, poster};
use crate::web::FieldErrors;
use crate::web::ui::field::{described_by, field_error};
use crate::web::ui::{Field, button, carried_fields, movie_year};

/// Id of the section with the poster and the upload form.
pub const POSTER_SECTION_ID: &str = "poster";

#[derive(Debug)]
pub struct CorrectionView<'a> {
    pub movie: &'a KnownMovie,
    pub raw: &'a RawCorrection,
    /// Errors of both forms; the upload's field is `poster`.
    pub errors: &'a FieldErrors,
    pub poster_info: &'a PosterInfo,
    /// Whether online lookups are switched on.
    pub catalog_enabled: bool,
}

pub fn page(view: &CorrectionView<'_>) -> Markup {
    let CorrectionView {
        movie, raw, errors, ..
    } = view;
    html! {
        h1 { "Correct " span.title dir="auto" { (movie.title) } " " (movie_year(movie.year)) }
        p.lead { "Changes apply to everyone on this site. An admin can undo them." }
        section.card {
            h2 { "Details" }
            form method="post" action=(paths::MovieCorrection { id: movie.id }) {
                (carried_fields(&raw.by, paths::MovieCorrection { id: movie.id }))
                @if let Some(message) = errors.get("") { p.error role="alert" { (message) } }
                (Field::text("title", "Title", &raw.title).render(errors))
                (Field::text("year", "Year", &raw.year).optional().numeric().render(errors))
                (Field::text("director", "Director", &raw.director).optional().hint("Separate several names with commas.").render(errors))
                div.actions {
                    button.primary { "Save" }
                    a.button.quiet href=(paths::Movie { id: movie.id }) { "Cancel" }
                }
            }
        }
        (poster_form(view))
    }
}

/// The current poster and the upload form. Also sent as a fragment after an upload.
pub fn poster_form(view: &CorrectionView<'_>) -> Markup {
    let CorrectionView {
        movie,
        errors,
        poster_info,
        ..
    } = view;
    let error = errors.get("poster");
    html! {
        section.card id=(POSTER_SECTION_ID) {
            h2 { "Poster" }
            div.with-poster {
                (poster(movie.id, &movie.title, &poster_info.poster, PosterSlot::Head))
                div {
                    p { (poster_status(poster_info)) }
                    form method="post" action=(paths::MoviePoster { id: movie.id }) enctype="multipart/form-data"
                        data-upload={ "#" (POSTER_SECTION_ID) } data-most=(MAX_ORIGINAL_BYTES) data-too-large=(PICTURE_TOO_LARGE) {
                        div.field {
                            label for="poster-file" { "Your picture" }
                            input #poster-file type="file" name="poster" accept="image/jpeg,image/png,image/webp" required
                                autofocus[error.is_some()] aria-invalid=[error.map(|_| "true")]
                                aria-describedby=[described_by("poster-file", error.is_some(), true)];
                            p.hint #poster-file-hint { "JPEG, PNG or WebP, up to 10 MB." }
                            (field_error("poster-file", error))
                        }
                        progress hidden max="1" value="0" aria-label="Uploading the picture" {}
                        button { "Upload the picture" }
                    }
                    @if view.catalog_enabled && !poster_info.is_pinned {
                        (button(paths::PosterSync { id: movie.id }, "quiet", "Check the catalog again"))
                    }
                }
            }
        }
    }
}

/// Also read by `upload.js`, which checks the size before the upload.
pub const PICTURE_TOO_LARGE: &str =
    "This picture is too large. The limit is 10 MB and 20 megapixels. Try a smaller copy.";

pub fn fault_message(fault: PosterFault) -> &'static str {
    match fault {
        PosterFault::TooLarge => PICTURE_TOO_LARGE,
        PosterFault::TooSmall => {
            "This picture is too small or too narrow for a poster. Each side needs at least 64 pixels, and the long side must be less than four times the short side."
        }
        PosterFault::Unreadable | PosterFault::Gone | PosterFault::Unreachable => {
            "This file can’t be read as a picture. Choose a complete JPEG, PNG or WebP file."
        }
    }
}

fn poster_status(poster_info: &PosterInfo) -> &'static str {
    use crate::posters::Poster;
    match (poster_info.fault, &poster_info.poster) {
        (Some(PosterFault::Gone), _) => "The catalog’s poster no longer exists.",
        (Some(PosterFault::Unreadable), _) => "The catalog’s poster can’t be read as a picture.",
        (Some(PosterFault::TooLarge), _) => "The catalog’s poster is too large.",
        (Some(PosterFault::TooSmall), _) => "The catalog’s poster is too small.",
        (Some(PosterFault::Unreachable), _) => {
            "The catalog’s poster couldn’t be fetched. It won’t be retried automatically."
        }
        (None, _) if poster_info.retry_at.is_some() => {
            "The catalog’s poster couldn’t be fetched yet. It will be retried automatically."
        }
        (None, Poster::Available(_)) if poster_info.is_pinned => "A member uploaded this poster.",
        (None, Poster::Available(_)) => "This poster comes from the catalog.",
        (None, Poster::Pending) => "The catalog’s poster is on its way.",
        (None, Poster::Missing) => "There is no poster yet.",
    }
}
