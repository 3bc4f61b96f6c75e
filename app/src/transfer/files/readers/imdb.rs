//! IMDb's ratings, watchlist, check-ins and lists, of every age and language.
//!
//! Types and titles are in the language of the account, so ids decide. The header of lists and
//! check-ins is the same.

use crate::transfer::files::film_cells::{exact_rating_in, film_in};
use crate::transfer::files::part::{Part, TableLayout, last_name, squashed};
use crate::transfer::files::question::{Answers, Question, RowMeaning, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::{SkipReason, WarningCode};
use crate::transfer::files::row::{ImportedList, RowFact, SeenFilm};
use crate::transfer::files::values::day::{ReadDay, parse_iso_day, parse_named_month};
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::identifiers::imdb_id_in;
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title};

pub struct ImdbReader;

/// The columns of each export in their order, for headers in another language.
const LAYOUTS: [&str; 4] = [
    "const yourrating daterated title originaltitle url titletype imdbrating runtimemins year \
     genres numvotes releasedate directors",
    "const yourrating daterated title url titletype imdbrating runtimemins year genres numvotes \
     releasedate directors",
    "position const created modified description title originaltitle url titletype imdbrating \
     runtimemins year genres numvotes releasedate directors yourrating daterated",
    "position const created modified description title url titletype imdbrating runtimemins year \
     genres numvotes releasedate directors yourrating daterated",
];

impl ServiceReader for ImdbReader {
    fn source(&self) -> &'static str {
        "imdb"
    }

    fn name(&self) -> &'static str {
        "IMDb"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On imdb.com, open Your ratings, your watchlist, your check-ins or a list, then choose Export.",
            "Wait until it is ready, and download the CSV from imdb.com/exports.",
            "You can choose several files here at once.",
        ]
    }

    fn recognise_table(&self, file: &str, table: &TableLayout) -> Recognition {
        let Some(names) = column_names(table) else {
            return Recognition::Unknown;
        };
        let has = |name: &str| names.iter().any(|known| known == name);
        let name = squashed(last_name(file));
        let filled = |wanted: &str| {
            let place = names.iter().position(|name| name == wanted);
            let facts = place.and_then(|place| table.facts.get(place));
            facts.map_or(0, |facts| facts.filled)
        };
        // Before 2017, ratings had the header of a list. In ratings, every row has one.
        let is_old = has("yourated") && !has("daterated");
        let is_all_rated = filled("yourated") > 0 && filled("yourated") == filled("const");
        let is_ratings = has("yourrating") && !has("position") || is_old && is_all_rated;
        Recognition::Part(match () {
            () if name.contains("watchlist") => "watchlist",
            () if is_ratings => "ratings",
            () if name.contains("checkin") => "check-ins",
            () => "list",
        })
    }

    fn columns(&self, kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let is_old = !table
            .header
            .iter()
            .any(|name| squashed(name) == "daterated");
        let is_dated_by_created = kind != "ratings" || is_old;
        let names = column_names(table).unwrap_or_default();
        let column = |name: &String| {
            Some(match name.as_str() {
                "const" => TableColumn::ImdbId,
                "title" => TableColumn::Title,
                "originaltitle" => TableColumn::OriginalTitle,
                "titletype" => TableColumn::Type,
                "year" => TableColumn::Year,
                "directors" => TableColumn::Director,
                "yourrating" | "yourated" | "yourated10" => TableColumn::Rating,
                "daterated" if kind == "ratings" => TableColumn::EnteredOn,
                "created" | "dateadded" if is_dated_by_created => TableColumn::EnteredOn,
                "description" => TableColumn::Note,
                "position" => TableColumn::Position,
                "url"
                | "imdbrating"
                | "runtimemins"
                | "genres"
                | "numvotes"
                | "releasedate"
                | "releasedatemonthdayyear"
                | "modified"
                | "daterated"
                | "created" => TableColumn::Unused,
                _ => return None,
            })
        };
        names.iter().map(column).collect()
    }

    fn questions(
        &self,
        part: &Part,
        _table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let choices = vec![
            RowMeaning::List,
            RowMeaning::Watchlist,
            RowMeaning::Viewings,
        ];
        let is_answered = match answers.what {
            Some(RowMeaning::List) => list_name(answers).is_some(),
            what => what.is_some_and(|what| choices.contains(&what)),
        };
        if part.kind != "list" || is_answered {
            return Vec::new();
        }
        vec![Question::What {
            choices,
            suggested_name: name_of_file(&part.file),
        }]
    }

    fn list_of(&self, part: &Part, context: &RowContext) -> Result<Option<ImportedList>, Unfit> {
        let is_list = context.answers.what == Some(RowMeaning::List) && part.kind == "list";
        let name = list_name(context.answers).filter(|_| is_list);
        Ok(name.map(|name| ImportedList {
            key: part.file.clone(),
            file: part.file.clone(),
            name,
            ..ImportedList::default()
        }))
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if let Some(reason) = reason_to_skip(cells.get(TableColumn::Type)) {
            return Err(reason.into());
        }
        // Only series go on for years.
        if cells.get(TableColumn::Year).contains('–') {
            return Err(SkipReason::TvSeries.into());
        }
        let id = imdb_id_in(cells.get(TableColumn::ImdbId)).ok_or(SkipReason::BadId)?;
        let film = film_in(cells)?;
        let rating = exact_rating_in(cells, TableColumn::Rating, 10)?;
        let day = entry_day_in(cells, context)?.map(|read| read.day);
        let note = parse_comment(cells.get(TableColumn::Note))?;
        let meaning = match part.kind.as_str() {
            "ratings" => RowMeaning::Ratings,
            "watchlist" => RowMeaning::Watchlist,
            "check-ins" => RowMeaning::Viewings,
            _ => context.answers.what.unwrap_or(RowMeaning::List),
        };
        let content = |fact| RowContent::new(film, fact);
        Ok(match meaning {
            RowMeaning::Ratings => content(RowFact::Rating {
                rating: Some(rating.ok_or(SkipReason::BadRating)?),
                rated_on: day,
            })
            .with_key(Some(id)),
            RowMeaning::Watchlist => {
                if rating.is_some() {
                    context.warn(WarningCode::RatingInWatchlist);
                }
                let added_on = day;
                content(RowFact::on_watchlist(added_on, note)).with_key(Some(id))
            }
            RowMeaning::List => content(RowFact::on_list(
                part.file.clone(),
                cells.get(TableColumn::Position).parse().unwrap_or(0),
                note,
            )),
            // A check-in of the same film is another viewing, so it has no key.
            _ => content(RowFact::Viewing(SeenFilm {
                watched_on: day,
                comment: note,
                ..SeenFilm::default()
            })),
        })
    }
}

/// The English names of the columns, squashed. `None` for a table that is not IMDb's.
fn column_names(table: &TableLayout) -> Option<Vec<String>> {
    let names: Vec<_> = table.header.iter().map(|name| squashed(name)).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("const") && (has("titletype") || has("yourrating")) {
        return Some(names);
    }
    LAYOUTS.iter().find_map(|layout| {
        let layout: Vec<_> = layout.split_whitespace().map(str::to_owned).collect();
        let place = |wanted: &str| layout.iter().position(|name| name == wanted);
        let (id, url) = (place("const")?, place("url")?);
        let is_row =
            |row: &Vec<String>| row[id].starts_with("tt") && row[url].contains("imdb.com/title/tt");
        let rows = &table.preview;
        let is_wide = |row: &Vec<String>| row.len() == layout.len();
        let fits = !rows.is_empty() && table.header.len() == layout.len();
        let fits = fits && rows.iter().all(|row| is_wide(row) && is_row(row));
        fits.then_some(layout)
    })
}

fn list_name(answers: &Answers) -> Option<String> {
    parse_title(answers.name.as_deref().unwrap_or_default()).ok()?
}

/// `list-rainy-days.csv` as `rainy days`.
fn name_of_file(file: &str) -> String {
    let name = last_name(file);
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    let name = name.strip_prefix("list-").unwrap_or(name);
    name.replace(['-', '_'], " ").trim().to_owned()
}

/// IMDb writes days in two ways, so that none has to be guessed.
fn entry_day_in(cells: &RowCells, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
    let text = cells.get(TableColumn::EnteredOn);
    if text.is_empty() {
        return Ok(None);
    }
    let read = parse_iso_day(text, context.zone);
    let read = read.or_else(|| parse_named_month(text).map(ReadDay::from));
    let read = read.ok_or(SkipReason::BadDate)?;
    context.check_day(read.day)?;
    Ok(Some(read))
}
