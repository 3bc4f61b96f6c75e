//! Letterboxd's export, its single files, and what others write for Letterboxd to read.

use entity::Rating;

use crate::transfer::files::film_cells::{date_question, exact_rating_in, film_in, tags_in};
use crate::transfer::files::part::{Part, TableLayout, last_name, squashed};
use crate::transfer::files::question::{Answers, Question, RowMeaning, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::{Refusal, RefusalReason, SkipReason};
use crate::transfer::files::row::{ImportedList, RowFact, SeenFilm};
use crate::transfer::files::values::day::{DayOrder, parse_any_day};
use crate::transfer::files::values::html::html_to_text;
use crate::transfer::files::values::words::{
    Unfit, is_yes, parse_comment, parse_title, split_tags,
};

pub struct LetterboxdReader;

const LIST_EXPORT: &str = "Letterboxd list export";

/// Folders with files that are named like the real ones, of entries that the member deleted.
const DELETED: [&str; 2] = ["deleted", "orphaned"];

impl ServiceReader for LetterboxdReader {
    fn source(&self) -> &'static str {
        "letterboxd"
    }

    fn name(&self) -> &'static str {
        "Letterboxd"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On letterboxd.com, open Settings → Data → Export your data.",
            "You get a zip. Choose it here as it is.",
            "It has your diary, reviews, ratings, watchlist, lists and likes.",
        ]
    }

    /// Letterboxd writes commas. With another separator, a spreadsheet wrote the file.
    fn shown_source(&self, part: &Part) -> &'static str {
        match part.table() {
            Some(table) if table.separator != ',' => "generic",
            _ => self.source(),
        }
    }

    fn header_behind(&self, first: &[String]) -> Option<&'static str> {
        let is_list = first
            .first()
            .is_some_and(|cell| cell.starts_with(LIST_EXPORT));
        is_list.then_some("Position")
    }

    fn recognise_table(&self, file: &str, table: &TableLayout) -> Recognition {
        let header: Vec<_> = table.header.iter().map(|name| squashed(name)).collect();
        let has = |name: &str| header.iter().any(|known| known == name);
        let is_list = self.is_list(table);
        let is_ours = is_list || has("letterboxduri") || has("rating10") || has("watcheddate");
        if !is_ours {
            return Recognition::Unknown;
        }
        if file.split('/').any(|folder| DELETED.contains(&folder)) {
            return Recognition::Ignored;
        }
        let is_named = ["name", "title", "imdbid", "tmdbid"].into_iter().any(has);
        if !is_named {
            return Recognition::Refused(Refusal {
                column: Some("Name".to_owned()),
                ..RefusalReason::MissingColumn.into()
            });
        }
        let is_viewing = ["rewatch", "tags", "review", "watcheddate"]
            .into_iter()
            .any(has);
        Recognition::Part(match () {
            () if is_list => "list",
            // Other tools write reviews for import without the day of the entry.
            () if has("review") && has("date") => "reviews",
            () if is_viewing => "diary",
            () if has("rating") || has("rating10") => "ratings",
            () => kind_by_name(file),
        })
    }

    fn columns(&self, kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                "name" | "title" => TableColumn::Title,
                "year" => TableColumn::Year,
                "directors" => TableColumn::Director,
                "imdbid" => TableColumn::ImdbId,
                "tmdbid" => TableColumn::TmdbId,
                "date" => TableColumn::EnteredOn,
                "watcheddate" => TableColumn::WatchedOn,
                "rating" => TableColumn::Rating,
                "rating10" => TableColumn::RatingOutOfTen,
                "rewatch" => TableColumn::Rewatch,
                "tags" => TableColumn::Tags,
                "review" => TableColumn::Comment,
                "letterboxduri" => TableColumn::Link,
                "position" if kind == "list" => TableColumn::Position,
                "description" if kind == "list" => TableColumn::Note,
                "url" if kind == "list" => TableColumn::Unused,
                _ => return None,
            })
        };
        table.header.iter().map(column).collect()
    }

    fn missing_column(&self, kind: &str, table: &TableLayout) -> Option<&'static str> {
        let is_missing = kind == "diary" && table.place_of(TableColumn::WatchedOn).is_none();
        is_missing.then_some("Watched Date")
    }

    /// A zip that was packed anew has everything in one folder.
    fn arrange(&self, parts: &mut Vec<Part>, ignored: &mut Vec<String>) {
        let files = parts.iter().map(|part| &part.file).chain(&*ignored);
        let Some(root) = common_folder(files) else {
            return;
        };
        let without_root = |file: &mut String| drop(file.drain(..=root.len()));
        parts
            .iter_mut()
            .for_each(|part| without_root(&mut part.file));
        ignored.iter_mut().for_each(without_root);
    }

    fn questions(
        &self,
        part: &Part,
        table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let choices = vec![
            RowMeaning::Watched,
            RowMeaning::Watchlist,
            RowMeaning::Likes,
        ];
        let is_unclear = part.kind == "films";
        let is_answered = answers.what.is_some_and(|what| choices.contains(&what));
        let what = (is_unclear && !is_answered).then(|| Question::What {
            choices,
            suggested_name: String::new(),
        });
        let days = table.and_then(|table| date_question(table, answers));
        what.into_iter().chain(days).collect()
    }

    fn list_of(&self, part: &Part, context: &RowContext) -> Result<Option<ImportedList>, Unfit> {
        let Some(table) = part.table().filter(|_| part.kind == "list") else {
            return Ok(None);
        };
        let [_, names, values, ..] = &table.preamble[..] else {
            return Err(SkipReason::NoTitle.into());
        };
        let value = |wanted: &str| {
            let place = names.iter().position(|name| name == wanted);
            let value = place.and_then(|place| values.get(place));
            value.map_or("", String::as_str)
        };
        let day = parse_any_day(value("Date"), DayOrder::DayFirst, context.zone);
        Ok(Some(ImportedList {
            key: part.file.clone(),
            file: part.file.clone(),
            name: parse_title(value("Name"))?.ok_or(SkipReason::NoTitle)?,
            created_on: day.map(|day| day.day),
            tags: split_tags(value("Tags")).tags,
            description: parse_comment(&html_to_text(value("Description")))?,
            ..ImportedList::default()
        }))
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let film = film_in(cells)?;
        let meaning = match part.kind.as_str() {
            "films" => context.answers.what,
            "watchlist" => Some(RowMeaning::Watchlist),
            "likes" => Some(RowMeaning::Likes),
            "watched" => Some(RowMeaning::Watched),
            _ => None,
        };
        let entered_on = cells
            .day(TableColumn::EnteredOn, context)?
            .map(|read| read.day);
        let fact = match (part.kind.as_str(), meaning) {
            (_, Some(RowMeaning::Watchlist)) => RowFact::on_watchlist(entered_on, String::new()),
            (_, Some(RowMeaning::Likes)) => RowFact::Like {
                liked_on: entered_on,
            },
            (_, Some(_)) => RowFact::Watched,
            ("list", _) => list_entry(cells, context)?,
            ("ratings", _) => RowFact::Rating {
                rating: Some(stars_in(cells)?.ok_or(SkipReason::BadRating)?),
                rated_on: entered_on,
            },
            (kind, _) => RowFact::Viewing(SeenFilm {
                watched_on: cells
                    .day(TableColumn::WatchedOn, context)?
                    .map(|read| read.day),
                rating: stars_in(cells)?,
                rewatch: rewatch_in(cells),
                comment: parse_comment(&html_to_text(cells.get(TableColumn::Comment)))?,
                tags: tags_in(cells, context),
                logged_on: entered_on,
                is_review: kind == "reviews",
                ..SeenFilm::default()
            }),
        };
        let link = cells.get(TableColumn::Link);
        let own_key = (!link.is_empty()).then(|| link.to_owned());
        Ok(RowContent::new(film, fact).with_key(own_key))
    }
}

impl LetterboxdReader {
    fn is_list(&self, table: &TableLayout) -> bool {
        let first = table.preamble.first();
        first.is_some_and(|first| self.header_behind(first).is_some())
    }
}

/// `watched.csv`, `watchlist.csv` and `likes/films.csv` have one header. Only their names differ.
fn kind_by_name(file: &str) -> &'static str {
    let name = last_name(file).to_lowercase();
    match () {
        () if name.starts_with("watchlist") => "watchlist",
        () if name.starts_with("watched") => "watched",
        () if file.ends_with("likes/films.csv") => "likes",
        () => "films",
    }
}

/// The folder that everything is in, unless it is one of the export's own.
fn common_folder<'a>(mut files: impl Iterator<Item = &'a String>) -> Option<String> {
    let (root, _) = files.next()?.split_once('/')?;
    let is_own = DELETED.contains(&root) || ["likes", "lists"].contains(&root);
    let is_in_root = |file: &String| file.split_once('/').is_some_and(|(first, _)| first == root);
    (!is_own && files.all(is_in_root)).then(|| root.to_owned())
}

fn list_entry(cells: &RowCells, context: &RowContext) -> Result<RowFact, Unfit> {
    Ok(RowFact::on_list(
        context
            .list
            .as_ref()
            .map_or_else(String::new, |list| list.key.clone()),
        cells.get(TableColumn::Position).parse().unwrap_or(0),
        parse_comment(&html_to_text(cells.get(TableColumn::Note)))?,
    ))
}

/// Files for import may have marks out of ten instead.
fn stars_in(cells: &RowCells) -> Result<Option<Rating>, Unfit> {
    match exact_rating_in(cells, TableColumn::Rating, 5)? {
        Some(rating) => Ok(Some(rating)),
        None => exact_rating_in(cells, TableColumn::RatingOutOfTen, 10),
    }
}

/// Letterboxd says what is a rewatch. Other tools may leave out the column.
fn rewatch_in(cells: &RowCells) -> Option<bool> {
    let place = cells.table.place_of(TableColumn::Rewatch);
    place.map(|_| is_yes(cells.get(TableColumn::Rewatch)))
}
