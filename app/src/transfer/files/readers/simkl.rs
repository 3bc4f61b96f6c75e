//! Simkl's backup, as CSV and as JSON.

use entity::Rating;
use serde_json::Value;

use crate::transfer::files::film_cells::{exact_rating_in, film_in};
use crate::transfer::files::film_items::{day_of_item, film_of_item, text_of};
use crate::transfer::files::part::{Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::{SkipReason, WarningCode};
use crate::transfer::files::row::{NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::day::{DayOrder, ReadDay};
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::mark::Mark;
use crate::transfer::files::values::words::{Unfit, parse_comment};

pub struct SimklReader;

const ARRAYS: [&str; 3] = ["movies", "shows", "anime"];

impl ServiceReader for SimklReader {
    fn source(&self) -> &'static str {
        "simkl"
    }

    fn name(&self) -> &'static str {
        "Simkl"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "Open simkl.com/apps/backup and download a backup. Simkl may ask for a VIP account.",
            "Choose the zip, the JSON or the CSV here as it is.",
            "Films come with day, rating and memo; what you plan to watch goes to your watchlist.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        match has("simklid") && has("title") && has("watchlist") {
            true => Recognition::Part("table"),
            false => Recognition::Unknown,
        }
    }

    fn recognise_items(&self, _file: &str, array: Option<&str>, first: &Value) -> Recognition {
        let is_ours = array.is_some_and(|array| self.reads_array(array))
            && first["status"].is_string()
            && (first["movie"].is_object() || first["show"].is_object());
        match is_ours {
            true => Recognition::Part("backup"),
            false => Recognition::Unknown,
        }
    }

    fn reads_array(&self, array: &str) -> bool {
        ARRAYS.contains(&array)
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                "title" => TableColumn::Title,
                "type" => TableColumn::Type,
                "year" => TableColumn::Year,
                "watcheddate" => TableColumn::WatchedOn,
                "rating" => TableColumn::Rating,
                "memo" => TableColumn::Comment,
                "tmdb" => TableColumn::TmdbId,
                "imdb" => TableColumn::ImdbId,
                "watchlist" | "lastepwatched" => TableColumn::Named,
                "simklid" | "tvdb" => TableColumn::Unused,
                _ => return None,
            })
        };
        table.header.iter().map(column).collect()
    }

    fn read_cells(
        &self,
        _part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let kind = cells.get(TableColumn::Type);
        if let Some(reason) = reason_to_skip(kind) {
            return Err(reason.into());
        }
        // Films among the anime have no episodes. Series that nobody has begun have none, either.
        let is_anime = kind.eq_ignore_ascii_case("anime");
        if is_anime && !cells.named("lastepwatched").is_empty() {
            return Err(SkipReason::TvSeries.into());
        }
        let film = NamedFilm {
            may_be_series: is_anime,
            ..film_in(cells)?
        };
        let entry = SimklEntry {
            status: cells.named("watchlist"),
            // Simkl writes the day first, and sometimes the year.
            watched: context.day_in(cells.get(TableColumn::WatchedOn), DayOrder::DayFirst)?,
            added: None,
            rating: exact_rating_in(cells, TableColumn::Rating, 10)?,
            comment: parse_comment(cells.get(TableColumn::Comment))?,
        };
        Ok(RowContent::new(film, entry.fact(context)?))
    }

    fn read_item(
        &self,
        _part: &Part,
        array: Option<&str>,
        item: &Value,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let is_film = match array {
            Some("anime") => item["anime_type"] == "movie",
            array => array == Some("movies"),
        };
        if !is_film {
            return Err(SkipReason::TvSeries.into());
        }
        let named = match &item["movie"] {
            Value::Null => &item["show"],
            movie => movie,
        };
        let entry = SimklEntry {
            status: item["status"].as_str().unwrap_or_default(),
            watched: day_of_item(&item["last_watched_at"], context)?,
            added: day_of_item(&item["added_to_watchlist_at"], context)?,
            rating: rating_of(&item["user_rating"])?,
            comment: parse_comment(&text_of(&item["memo"]["text"]))?,
        };
        Ok(RowContent::new(film_of_item(named)?, entry.fact(context)?))
    }

    fn item_title(&self, item: &Value) -> String {
        let mut titles = ["movie", "show"]
            .iter()
            .filter_map(|kind| item[kind]["title"].as_str());
        titles.next().unwrap_or_default().to_owned()
    }
}

fn rating_of(value: &Value) -> Result<Option<Rating>, Unfit> {
    let text = text_of(value);
    if text.is_empty() {
        return Ok(None);
    }
    let rating = Mark::parse(&text).and_then(|mark| mark.exact_rating(10));
    rating.map(Some).ok_or(SkipReason::BadRating.into())
}

/// What both forms of the backup say of a film.
struct SimklEntry<'a> {
    status: &'a str,
    watched: Option<ReadDay>,
    added: Option<ReadDay>,
    rating: Option<Rating>,
    comment: String,
}

impl SimklEntry<'_> {
    fn fact(self, context: &mut RowContext) -> Result<RowFact, Unfit> {
        match self.status {
            "completed" => Ok(RowFact::Viewing(SeenFilm {
                watched_on: self.watched.map(|read| read.day),
                watched_at: self.watched.and_then(|read| read.at),
                rating: self.rating,
                comment: self.comment,
                ..SeenFilm::default()
            })),
            "plantowatch" => {
                if self.rating.is_some() {
                    context.warn(WarningCode::RatingWithoutViewing);
                }
                Ok(RowFact::on_watchlist(
                    self.added.map(|read| read.day),
                    self.comment,
                ))
            }
            _ => Err(SkipReason::NotFinished.into()),
        }
    }
}
