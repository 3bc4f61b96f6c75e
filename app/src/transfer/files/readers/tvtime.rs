//! What TV Time gave to its members before it closed: films as CSV and as JSON, and the table with
//! everything that it tracked.

use serde_json::Value;

use crate::transfer::files::film_cells::{film_in, year_of_release};
use crate::transfer::files::film_items::{day_of_item, film_of_parts, text_of};
use crate::transfer::files::part::{Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::day::ReadDay;
use crate::transfer::files::values::words::Unfit;

pub struct TvTimeReader;

impl ServiceReader for TvTimeReader {
    fn source(&self) -> &'static str {
        "tvtime"
    }

    fn name(&self) -> &'static str {
        "TV Time"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "TV Time closed on 15 July 2026. If you exported your data before, it can be read here.",
            "Choose the file with your movies (CSV or JSON), or tracking-prod-records.csv.",
            "You can also choose the whole zip. Series are left out.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        match () {
            () if has("iswatched") && has("tvdbid") && has("title") => Recognition::Part("movies"),
            () if has("moviename") && has("entitytype") && has("alpharangekey") => {
                Recognition::Part("records")
            }
            () => Recognition::Unknown,
        }
    }

    fn recognise_items(&self, _file: &str, array: Option<&str>, first: &Value) -> Recognition {
        let is_ours = array.is_none() && first["is_watched"].is_boolean();
        match is_ours && first["id"].is_object() && first["title"].is_string() {
            true => Recognition::Part("movies"),
            false => Recognition::Unknown,
        }
    }

    fn columns(&self, kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        // Of the records, most columns are about series, and nobody knows them all.
        let other = match kind {
            "records" => Some(TableColumn::Unused),
            _ => None,
        };
        let column = |name: &String| match squashed(name).as_str() {
            "title" | "moviename" => Some(TableColumn::Title),
            "year" if kind == "movies" => Some(TableColumn::Year),
            "imdbid" => Some(TableColumn::ImdbId),
            "createdat" => Some(TableColumn::EnteredOn),
            "watchedat" => Some(TableColumn::WatchedOn),
            "entitytype" => Some(TableColumn::Type),
            "iswatched" | "rewatchcount" | "type" | "seriesname" | "releasedate"
            | "alpharangekey" | "watchdaterangekey" => Some(TableColumn::Named),
            "uuid" | "tvdbid" => Some(TableColumn::Unused),
            _ => other,
        };
        table.header.iter().map(column).collect()
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if part.kind == "records" {
            return read_record(cells, context);
        }
        let film = film_in(cells)?;
        let added = day_in(cells.get(TableColumn::EnteredOn), context)?;
        let watched = day_in(cells.get(TableColumn::WatchedOn), context)?;
        if !cells.named("iswatched").eq_ignore_ascii_case("true") {
            return Ok(RowContent::new(film, watchlist(added)));
        }
        let rewatches = cells.named("rewatchcount").parse().unwrap_or(0);
        let content = RowContent::new(film, viewing(watched));
        Ok(content.with_more_plays(rewatches))
    }

    fn row_title<'a>(&self, cells: &RowCells<'a>) -> &'a str {
        match cells.get(TableColumn::Title) {
            "" => cells.named("seriesname"),
            title => title,
        }
    }

    fn read_item(
        &self,
        _part: &Part,
        _array: Option<&str>,
        item: &Value,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let film = film_of_parts(&item["title"], &item["year"], &item["id"])?;
        if item["is_watched"] != true {
            let added = day_of_item(&item["created_at"], context)?;
            return Ok(RowContent::new(film, watchlist(added)));
        }
        let watched = day_of_item(&item["watched_at"], context)?;
        let rewatches = text_of(&item["rewatch_count"]).parse().unwrap_or(0);
        let content = RowContent::new(film, viewing(watched));
        Ok(content.with_more_plays(rewatches))
    }

    fn item_title(&self, item: &Value) -> String {
        text_of(&item["title"])
    }
}

/// Times without a zone are UTC. The year 1 stands for a day unknown.
fn day_in(text: &str, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
    match text.starts_with("0001-") {
        true => Ok(None),
        false => context.utc_day_in(text),
    }
}

fn viewing(watched: Option<ReadDay>) -> RowFact {
    RowFact::Viewing(SeenFilm {
        watched_on: watched.map(|read| read.day),
        watched_at: watched.and_then(|read| read.at),
        ..SeenFilm::default()
    })
}

fn watchlist(added: Option<ReadDay>) -> RowFact {
    RowFact::on_watchlist(added.map(|read| read.day), String::new())
}

/// Records have one row for each thing that a member did, and further ones that count them.
fn read_record(cells: &RowCells, context: &RowContext) -> Result<RowContent, Unfit> {
    let action = cells.named("type");
    if !["watch", "towatch"].contains(&action) {
        return Err(SkipReason::NotAViewing.into());
    }
    match cells.get(TableColumn::Type) {
        "movie" => {}
        "episode" => return Err(SkipReason::TvEpisode.into()),
        _ => return Err(SkipReason::TvSeries.into()),
    }
    let film = NamedFilm {
        year: year_of_release(cells.named("releasedate")),
        original_title: title_in_key(cells.named("alpharangekey"), action),
        ..film_in(cells)?
    };
    let entered = day_in(cells.get(TableColumn::EnteredOn), context)?;
    let fact = match action {
        "watch" => viewing(watched_in_key(cells, context)?.or(entered)),
        _ => watchlist(entered),
    };
    Ok(RowContent::new(film, fact))
}

/// `watch-date-1631484000` has the moment in seconds since 1970.
fn watched_in_key(cells: &RowCells, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
    let key = cells.named("watchdaterangekey");
    let seconds = key.strip_prefix("watch-date-");
    let at = seconds
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    let Some(at) = at else {
        return Ok(None);
    };
    let read = ReadDay::of(at, context.zone).ok_or(SkipReason::BadDate)?;
    context.check_day(read.day)?;
    Ok(Some(read))
}

/// `watch-alpha-the-matrix` has the English title in small letters.
fn title_in_key(key: &str, action: &str) -> Option<String> {
    let words = key.strip_prefix(action)?.strip_prefix("-alpha-")?;
    let title = words.replace('-', " ").trim().to_owned();
    (!title.is_empty()).then_some(title)
}
