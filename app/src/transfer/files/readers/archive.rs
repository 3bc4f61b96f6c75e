//! Our own archive, and the reviews of `diary.json`. Nothing in it is trusted: whoever has it may
//! have changed it.

use chrono::Datelike;
use entity::Visibility;
use serde_json::Value;

use super::archive_values::{checked_day, film_of, names_in, year_of};
use crate::transfer::archive_items::{
    ARCHIVE_VERSION, ArchiveItem, CorrectionItem, GoalItem, ListEntryItem, ListItem, PictureItem,
    ReviewItem, SettingsItem, WaitingItem, WatchlistItem,
};
use crate::transfer::files::reader::{Recognition, RowContent, RowContext};
use crate::transfer::files::reasons::{RefusalReason, SkipReason};
use crate::transfer::files::row::{
    CopiedList, CopiedViewing, ImportedList, NamedFilm, RowFact, SeenFilm,
};
use crate::transfer::files::values::identifiers::{imdb_id_in, tmdb_id_in};
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title, split_tags};

/// The words of items whose files are only read along.
const ASIDES: [&str; 2] = ["archive", "list"];

/// The words of the other items, in the order in which their files are read.
const ROWS: [&str; 9] = [
    "settings",
    "review",
    "deleted_review",
    "watchlist",
    "list_entry",
    "goal",
    "correction",
    "picture",
    "waiting",
];

/// Nobody has more lists. Films of further ones are left out.
const MAX_LISTS: usize = 1_000;

/// Recognises a file by its first item.
pub fn recognise(first: &Value) -> Recognition {
    let is_known = |version: &Value| version.as_u64() <= Some(u64::from(ARCHIVE_VERSION));
    if first["kind"] == "archive" && !is_known(&first["version"]) {
        return Recognition::Refused(RefusalReason::NewerVersion.into());
    }
    let kind = first["kind"].as_str().unwrap_or_default();
    let is_kind = |known: &&&str| **known == kind;
    if let Some(aside) = ASIDES.iter().find(is_kind) {
        return Recognition::Aside(aside);
    }
    match ROWS.iter().find(is_kind) {
        Some(row) => Recognition::Part(row),
        None => Recognition::Unknown,
    }
}

/// Whether a file of this kind is of the archive.
pub fn is_of_archive(kind: &str) -> bool {
    ROWS.contains(&kind)
}

/// The place of a kind in the order of reading.
pub fn order_of(kind: &str) -> usize {
    let place = ROWS.iter().position(|known| *known == kind);
    place.unwrap_or(ROWS.len())
}

pub fn title_of(item: &Value) -> &str {
    let titles = [&item["movie"]["title"], &item["title"]];
    titles.iter().find_map(|title| title.as_str()).unwrap_or("")
}

/// Learns the server, or a list.
pub fn read_aside(item: &Value, context: &mut RowContext) {
    match serde_json::from_value(item.clone()) {
        Ok(ArchiveItem::Archive(head)) => context.server = Some(head.server),
        Ok(ArchiveItem::List(list)) if context.row_lists.len() < MAX_LISTS => {
            context.row_lists.extend(imported_list(list));
        }
        _ => {}
    }
}

fn list_key(list: i64) -> String {
    format!("list {list}")
}

fn imported_list(list: ListItem) -> Option<ImportedList> {
    Some(ImportedList {
        key: list_key(list.id),
        file: String::new(),
        name: parse_title(&list.title).ok()??,
        created_on: None,
        tags: Vec::new(),
        description: parse_comment(&list.description).ok()?,
        copied: Some(CopiedList {
            visibility: list.visibility,
            ranked: list.ranked,
            created_at: list.created_at,
            updated_at: list.updated_at,
        }),
    })
}

pub fn read_row(item: &Value, context: &mut RowContext) -> Result<RowContent, Unfit> {
    let item: ArchiveItem =
        serde_json::from_value(item.clone()).map_err(|_| SkipReason::NotAViewing)?;
    match item {
        ArchiveItem::Review(review) | ArchiveItem::DeletedReview(review) => {
            review_row(review, context)
        }
        ArchiveItem::Watchlist(film) => watchlist_row(film, context),
        ArchiveItem::ListEntry(film) => entry_row(film, context),
        ArchiveItem::Goal(goal) => goal_row(goal, context),
        ArchiveItem::Settings(settings) => {
            context.diary_visibility = Some(settings.diary_visibility);
            settings_row(settings)
        }
        ArchiveItem::Correction(correction) => correction_row(correction, context),
        ArchiveItem::Picture(picture) => picture_row(picture, context),
        ArchiveItem::Waiting(waiting) => waiting_row(waiting, context),
        ArchiveItem::Archive(_) | ArchiveItem::List(_) => Err(SkipReason::NotAViewing.into()),
    }
}

fn review_row(review: ReviewItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let key = context
        .server
        .as_ref()
        .map(|server| format!("{server} review {}", review.id));
    let film = film_of(review.movie, context)?;
    let seen = SeenFilm {
        watched_on: checked_day(review.watched_on, context)?,
        rating: review.rating,
        rewatch: Some(review.rewatch),
        liked: review.liked,
        spoiler: review.spoiler,
        tags: split_tags(&review.tags.join(",")).tags,
        comment: parse_comment(&review.comment)?,
        copied: Some(Box::new(CopiedViewing {
            visibility: review.visibility,
            diary_visibility: context.diary_visibility.unwrap_or(Visibility::Public),
            rewatch_by_hand: review.rewatch_by_hand,
            logged_at: review.logged_at,
            updated_at: review.updated_at,
            deleted_at: review.deleted_at,
        })),
        ..SeenFilm::default()
    };
    Ok(RowContent::new(film, RowFact::Viewing(seen)).with_key(key))
}

fn watchlist_row(saved: WatchlistItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let fact = RowFact::Watchlist {
        added_on: checked_day(Some(saved.added_on), context)?,
        note: parse_comment(&saved.note)?,
        added_at: Some(saved.added_at),
    };
    Ok(RowContent::new(film_of(saved.movie, context)?, fact))
}

/// The place on the list is that of the row.
fn entry_row(entry: ListEntryItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let fact = RowFact::ListEntry {
        list: list_key(entry.list),
        position: 0,
        note: parse_comment(&entry.note)?,
        added_at: Some(entry.added_at),
    };
    Ok(RowContent::new(film_of(entry.movie, context)?, fact))
}

fn goal_row(goal: GoalItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let years = 1888..=context.today.year() + 1;
    let is_goal = years.contains(&goal.year) && (1..=1000).contains(&goal.films);
    is_goal
        .then(|| RowContent::new(NamedFilm::default(), RowFact::Goal(goal)))
        .ok_or(SkipReason::NotAViewing.into())
}

fn settings_row(settings: SettingsItem) -> Result<RowContent, Unfit> {
    let name = parse_title(&settings.display_name)?.ok_or(SkipReason::NotAViewing)?;
    let settings = SettingsItem {
        display_name: name.chars().take(MAX_DISPLAY_NAME).collect(),
        ..settings
    };
    Ok(RowContent::new(
        NamedFilm::default(),
        RowFact::Settings(settings),
    ))
}

/// As in the profile form.
const MAX_DISPLAY_NAME: usize = 64;

fn correction_row(correction: CorrectionItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let film = film_of(correction.movie, context)?;
    let fact = RowFact::Correction {
        field: parse_title(&correction.field)?.unwrap_or_default(),
        old_value: parse_comment(&correction.old_value)?,
        new_value: parse_comment(&correction.new_value)?,
        corrected_at: correction.corrected_at,
    };
    Ok(RowContent::new(film, fact))
}

fn picture_row(picture: PictureItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let film = film_of(picture.movie, context)?;
    let file = parse_title(&picture.file)?.ok_or(SkipReason::NotAViewing)?;
    Ok(RowContent::new(film, RowFact::Picture { file }))
}

/// A row that waited for a decision is matched once more, as when it was first imported.
fn waiting_row(row: WaitingItem, context: &RowContext) -> Result<RowContent, Unfit> {
    let day = checked_day(row.day, context)?;
    let text = parse_comment(&row.text)?;
    let film = NamedFilm {
        title: parse_title(&row.title.unwrap_or_default())?,
        original_title: parse_title(&row.original_title.unwrap_or_default())?,
        year: year_of(row.year)?,
        imdb_id: row.imdb_id.as_deref().and_then(imdb_id_in),
        tmdb_id: row.tmdb_id.and_then(|id| tmdb_id_in(&id.to_string())),
        directors: names_in(&row.directors)?,
        may_be_series: row.may_be_series,
        copied: None,
    };
    if film.title.is_none() && film.imdb_id.is_none() && film.tmdb_id.is_none() {
        return Err(SkipReason::NoTitle.into());
    }
    let fact = match row.row.as_str() {
        "viewing" => RowFact::Viewing(SeenFilm {
            watched_on: day,
            rating: row.rating,
            rewatch: row.rewatch,
            liked: row.liked,
            spoiler: row.spoiler,
            tags: split_tags(&row.tags.join(",")).tags,
            comment: text,
            ..SeenFilm::default()
        }),
        "watched" => RowFact::Watched,
        "rating" => RowFact::Rating {
            rating: row.rating,
            rated_on: day,
        },
        "comment" => RowFact::Comment {
            comment: text,
            spoiler: row.spoiler,
            written_on: day,
        },
        "watchlist" => RowFact::on_watchlist(day, text),
        "list_entry" => {
            let list = row.list.ok_or(SkipReason::NotAViewing)?;
            RowFact::on_list(list_key(list), row.position, text)
        }
        "like" => RowFact::Like { liked_on: day },
        _ => return Err(SkipReason::NotAViewing.into()),
    };
    Ok(RowContent::new(film, fact))
}
