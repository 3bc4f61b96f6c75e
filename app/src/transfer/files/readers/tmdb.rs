//! TMDB's ratings and watchlist.

use crate::transfer::files::film_cells::{film_in, rounded_rating_in, year_of_release};
use crate::transfer::files::part::{Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{NamedFilm, RowFact};
use crate::transfer::files::values::day::DayOrder;
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::words::Unfit;

pub struct TmdbReader;

impl ServiceReader for TmdbReader {
    fn source(&self) -> &'static str {
        "tmdb"
    }

    fn name(&self) -> &'static str {
        "TMDB"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On themoviedb.org, open your ratings or your watchlist in your profile, and export it as CSV.",
            "You get a CSV file for each. You can choose both here at once.",
            "TMDB doesn’t know when you saw a film, only when you rated it.",
        ]
    }

    /// Both files have one header. Only films that the member has rated have a mark.
    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        let is_ours = ["tmdbid", "type", "name", "daterated", "yourrating"]
            .into_iter()
            .all(has);
        match is_ours {
            true => Recognition::Part("films"),
            false => Recognition::Unknown,
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                "tmdbid" => TableColumn::TmdbId,
                "imdbid" => TableColumn::ImdbId,
                "type" => TableColumn::Type,
                "name" => TableColumn::Title,
                "yourrating" => TableColumn::Rating,
                "daterated" => TableColumn::EnteredOn,
                "releasedate" | "seasonnumber" | "episodenumber" => TableColumn::Named,
                // What others think.
                "rating" => TableColumn::Unused,
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
        // Series and films share numbers, so the type decides.
        if !cells.named("episodenumber").is_empty() {
            return Err(SkipReason::TvEpisode.into());
        }
        if !cells.named("seasonnumber").is_empty() {
            return Err(SkipReason::TvSeason.into());
        }
        if let Some(reason) = reason_to_skip(cells.get(TableColumn::Type)) {
            return Err(reason.into());
        }
        let film = NamedFilm {
            year: year_of_release(cells.named("releasedate")),
            ..film_in(cells)?
        };
        let day = context.day_in(cells.get(TableColumn::EnteredOn), DayOrder::DayFirst)?;
        let day = day.map(|read| read.day);
        let rating = rounded_rating_in(cells.get(TableColumn::Rating), 10, context)?;
        let fact = match rating {
            None => RowFact::on_watchlist(day, String::new()),
            Some(_) => RowFact::Rating {
                rating,
                rated_on: day,
            },
        };
        Ok(RowContent::new(film, fact))
    }
}
