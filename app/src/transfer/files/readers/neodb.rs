//! NeoDB's CSV export: marks and reviews, a file for each kind of work.

use crate::transfer::files::film_cells::{exact_rating_in, tags_of};
use crate::transfer::files::part::{Part, TableLayout, last_name, squashed};
use crate::transfer::files::question::{Answers, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::{SkipReason, WarningCode};
use crate::transfer::files::row::{NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::day::DayOrder;
use crate::transfer::files::values::identifiers::{imdb_id_in, tmdb_id_in};
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title, year_in};

pub struct NeoDbReader;

/// Files of works without a screen.
const OTHER_WORKS: [&str; 5] = ["book_", "music_", "game_", "podcast_", "performance_"];

impl ServiceReader for NeoDbReader {
    fn source(&self) -> &'static str {
        "neodb"
    }

    fn name(&self) -> &'static str {
        "NeoDB"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On your NeoDB site, open Settings → Data, and export as CSV.",
            "You get a zip. Choose it here as it is.",
            "Films come with mark, day, rating, comment, tags and review.",
        ]
    }

    fn recognise_table(&self, file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        if !["title", "info", "links", "timestamp"].into_iter().all(has) {
            return Recognition::Unknown;
        }
        let is_other = OTHER_WORKS
            .iter()
            .any(|kind| last_name(file).starts_with(kind));
        match () {
            () if is_other => Recognition::Ignored,
            () if has("status") => Recognition::Part("marks"),
            // Notes are taken while watching.
            () if has("progress") => Recognition::Ignored,
            () if has("content") => Recognition::Part("reviews"),
            () => Recognition::Unknown,
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let mut titles = [TableColumn::Title, TableColumn::Note].into_iter();
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                // The film's, then the review's.
                "title" => return titles.next(),
                "timestamp" => TableColumn::EnteredOn,
                "rating" => TableColumn::Rating,
                "comment" | "content" => TableColumn::Comment,
                "tags" => TableColumn::Tags,
                "info" | "links" | "status" => TableColumn::Named,
                _ => return None,
            })
        };
        table.header.iter().map(column).collect()
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if let Some(reason) = reason_to_skip_work(cells) {
            return Err(reason.into());
        }
        let film = film_of_work(cells)?;
        let day = context.day_in(cells.get(TableColumn::EnteredOn), DayOrder::DayFirst)?;
        let text = parse_comment(cells.get(TableColumn::Comment))?;
        if part.kind == "reviews" {
            let comment = [cells.get(TableColumn::Note), &text].join("\n\n");
            let fact = RowFact::Comment {
                comment: parse_comment(&comment)?,
                spoiler: false,
                written_on: day.map(|read| read.day),
            };
            return Ok(RowContent::new(film, fact));
        }
        let rating = exact_rating_in(cells, TableColumn::Rating, 10)?;
        let fact = match cells.named("status") {
            // The time of a mark is the day that its member gave it.
            "complete" => RowFact::Viewing(SeenFilm {
                watched_on: day.map(|read| read.day),
                watched_at: day.and_then(|read| read.at),
                rating,
                comment: text,
                tags: tags_of(&cells.get(TableColumn::Tags).replace('|', ","), context),
                ..SeenFilm::default()
            }),
            "wishlist" => {
                if rating.is_some() {
                    context.warn(WarningCode::RatingWithoutViewing);
                }
                RowFact::on_watchlist(day.map(|read| read.day), text)
            }
            _ => return Err(SkipReason::NotFinished.into()),
        };
        Ok(RowContent::new(film, fact))
    }
}

/// By the first link, which leads to the work at NeoDB: `https://neodb.social/tv/season/…`.
fn reason_to_skip_work(cells: &RowCells) -> Option<SkipReason> {
    let link = cells.named("links").split_whitespace().next()?;
    let mut path = link.split('/').skip(3);
    match (path.next()?, path.next()) {
        ("tv", Some("season")) => Some(SkipReason::TvSeason),
        ("tv", Some("episode")) => Some(SkipReason::TvEpisode),
        ("tv", _) => Some(SkipReason::TvSeries),
        ("game", _) => Some(SkipReason::Game),
        ("podcast", _) => Some(SkipReason::Podcast),
        ("book" | "album" | "performance", _) => Some(SkipReason::NotAViewing),
        _ => None,
    }
}

/// `info` is `imdb:tt0133093 year:1999 director:Lana Wachowski/Lilly Wachowski`.
fn film_of_work(cells: &RowCells) -> Result<NamedFilm, Unfit> {
    let (facts, directors) = match cells.named("info").split_once("director:") {
        Some((facts, directors)) => (facts, directors),
        None => (cells.named("info"), ""),
    };
    let fact = |name: &str| {
        let mut facts = facts.split_whitespace();
        facts.find_map(|fact| fact.strip_prefix(name)).unwrap_or("")
    };
    let mut links = cells.named("links").split_whitespace();
    let tmdb_id = links.find_map(|link| {
        let (_, id) = link.split_once("themoviedb.org/movie/")?;
        tmdb_id_in(id.split(['-', '/', '?']).next()?)
    });
    let directors = directors.split('/').map(str::trim);
    let film = NamedFilm {
        title: parse_title(cells.get(TableColumn::Title))?,
        year: year_in(fact("year:")).unwrap_or_default(),
        imdb_id: imdb_id_in(fact("imdb:")),
        tmdb_id,
        directors: directors
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        ..NamedFilm::default()
    };
    let is_named = film.title.is_some() || film.imdb_id.is_some() || film.tmdb_id.is_some();
    is_named.then_some(film).ok_or(SkipReason::NoTitle.into())
}
