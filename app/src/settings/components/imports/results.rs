//! What an import did, and what stayed after it was taken back.

use entity::import_outcome::{RowRole, RowState};
use maud::{Markup, html};

use super::left_out::{left_out_section, warnings_section};
use super::preview::undecided_notice;
use super::view::{ImportView, count_of, state_heading, tile};
use crate::paths;
use crate::settings::import_form::row_state_word;
use crate::web::ui::button;

/// What may be in the diary, with the label of its tile.
const KINDS: [(RowRole, &str); 8] = [
    (RowRole::Viewing, "Viewings"),
    (RowRole::RatingOnly, "Ratings alone"),
    (RowRole::Watchlist, "On the watchlist"),
    (RowRole::ListEntry, "Films on lists"),
    (RowRole::Like, "Likes"),
    (RowRole::Goal, "Goals"),
    (RowRole::Correction, "Corrections"),
    (RowRole::Picture, "Posters"),
];

pub fn done(view: &ImportView<'_>) -> Markup {
    let trends = paths::DiaryParams {
        view: "trends".to_owned(),
        ..paths::DiaryParams::default()
    };
    let diary = paths::Member::of(view.username);
    let duplicates = view.counts().duplicates;
    html! {
        section.card {
            (state_heading("Welcome home"))
            (written_tiles(view))
            @if duplicates > 0 { p { (count_of(duplicates, "entry was", "entries were")) " in your diary already." } }
            p.row {
                a.button.primary href=(diary) { "Open your diary" }
                a.button href=(paths::with(diary.clone(), trends)) { "See your trends" }
            }
            p.hint { "Posters and details of new films arrive by themselves over the next while." }
            (undecided_notice(view))
            (left_out_section(view))
            (warnings_section(view))
            p { a href=(paths::ImportFilms { id: view.id() }) { "Check how the films were matched" } " · "
                a href=(paths::ImportRows { id: view.id() }) { "See every row" } }
        }
        section.card {
            h2 { "Changed your mind?" }
            p { "Taking it back removes every review, list and watchlist entry that this import made. "
                "What you have edited since then stays, and so does everything else in your diary." }
            (button(paths::ImportUndoing { id: view.id() }, "danger", "Take it back"))
        }
    }
}

fn written_tiles(view: &ImportView<'_>) -> Markup {
    let written = |role| view.written.get(&role).copied().unwrap_or_default();
    let kinds = KINDS.map(|(role, label)| (label, written(role)));
    html! {
        @if kinds.iter().all(|(_, count)| *count == 0) {
            p { "Nothing new was written." }
        } @else {
            dl.tiles { @for (label, count) in kinds { @if count > 0 { (tile(label, count)) } } }
        }
    }
}

pub fn undone(view: &ImportView<'_>) -> Markup {
    let stayed: i64 = KINDS
        .iter()
        .filter_map(|(role, _)| view.written.get(role))
        .sum();
    let params = paths::ImportListParams::of(&row_state_word(RowState::Written));
    html! {
        section.card {
            (state_heading("The import is taken back"))
            @if stayed == 0 {
                p { "Your diary is as it was before." }
            } @else {
                p { (count_of(stayed, "entry", "entries")) " stayed, because you edited them after the import." }
                p { a href=(paths::with(paths::ImportRows { id: view.id() }, params)) { "See what stayed" } }
            }
            p { "You can upload the files again at any time." }
            p { a.button href=(paths::Imports) { "Import again" } }
        }
    }
}
