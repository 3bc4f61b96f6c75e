//! Yamtrack's CSV: all that it tracks, and lists in newer versions.

use serde_json::Value;

use crate::transfer::files::film_cells::{film_in, rounded_rating_in};
use crate::transfer::files::part::{Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::{SkipReason, WarningCode};
use crate::transfer::files::row::{ImportedList, NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::day::DayOrder;
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::identifiers::tmdb_id_in;
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title, split_tags};

pub struct YamtrackReader;

/// Media without a screen.
const OTHER_MEDIA: [&str; 4] = ["manga", "book", "comic", "boardgame"];

impl ServiceReader for YamtrackReader {
    fn source(&self) -> &'static str {
        "yamtrack"
    }

    fn name(&self) -> &'static str {
        "Yamtrack"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "In your Yamtrack, open Settings → Export Data, and export a CSV.",
            "Choose the file here as it is.",
            "Films come with day, score and notes. Series, games and books are left out.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        match ["mediaid", "mediatype", "status", "progress"]
            .into_iter()
            .all(has)
        {
            true => Recognition::Part("tracked"),
            false => Recognition::Unknown,
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                "title" => TableColumn::Title,
                "mediatype" => TableColumn::Type,
                "score" => TableColumn::Rating,
                "enddate" => TableColumn::WatchedOn,
                "notes" => TableColumn::Comment,
                "mediaid" | "source" | "status" | "progress" | "rowtype" | "listuid"
                | "listname" | "listdescription" | "listtags" | "listitemdateadded" => {
                    TableColumn::Named
                }
                // `progressed_at` is the day of a click there.
                "image"
                | "seasonnumber"
                | "episodenumber"
                | "startdate"
                | "progressedat"
                | "createdat"
                | "listvisibility"
                | "listallowrecommendations"
                | "listsource"
                | "listsourceid" => TableColumn::Unused,
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
        let row_type = cells.named("rowtype");
        if row_type == "list" {
            let list = list_in(part, cells)?;
            context.row_lists.push(list);
            return Err(SkipReason::NotAViewing.into());
        }
        let film = film_of_media(cells)?;
        if row_type == "list_item" {
            let list = list_in(part, cells)?;
            let entry = RowFact::on_list(list.key.clone(), 0, String::new());
            context.row_lists.push(list);
            return Ok(RowContent::new(film, entry));
        }
        Ok(RowContent::new(film, fact_of_media(cells, context)?))
    }

    fn row_title<'a>(&self, cells: &RowCells<'a>) -> &'a str {
        match cells.get(TableColumn::Title) {
            "" => cells.named("listname"),
            title => title,
        }
    }
}

fn film_of_media(cells: &RowCells) -> Result<NamedFilm, Unfit> {
    let media_type = cells.get(TableColumn::Type).to_lowercase();
    if let Some(reason) = reason_to_skip(&media_type) {
        return Err(reason.into());
    }
    if OTHER_MEDIA.contains(&media_type.as_str()) {
        return Err(SkipReason::NotAViewing.into());
    }
    // MyAnimeList, where anime comes from, has films, too: they have one episode.
    let is_anime = media_type == "anime";
    let episodes = cells.named("progress").parse().unwrap_or(0_u32);
    if is_anime && episodes > 1 {
        return Err(SkipReason::TvSeries.into());
    }
    let mut film = film_in(cells)?;
    film.may_be_series = is_anime;
    // The oldest versions have no `source`, and films only of TMDB.
    let source = cells.named("source").to_lowercase();
    if ["", "tmdb"].contains(&source.as_str()) && !is_anime {
        film.tmdb_id = tmdb_id_in(cells.named("mediaid"));
    }
    Ok(film)
}

fn fact_of_media(cells: &RowCells, context: &mut RowContext) -> Result<RowFact, Unfit> {
    let comment = parse_comment(cells.get(TableColumn::Comment))?;
    let day = context.day_in(cells.get(TableColumn::WatchedOn), DayOrder::DayFirst)?;
    match cells.named("status").to_lowercase().as_str() {
        "completed" => Ok(RowFact::Viewing(SeenFilm {
            watched_on: day.map(|read| read.day),
            watched_at: day.and_then(|read| read.at),
            rating: rounded_rating_in(cells.get(TableColumn::Rating), 10, context)?,
            comment,
            ..SeenFilm::default()
        })),
        "planning" => {
            if !cells.get(TableColumn::Rating).is_empty() {
                context.warn(WarningCode::RatingWithoutViewing);
            }
            Ok(RowFact::on_watchlist(None, comment))
        }
        _ => Err(SkipReason::NotFinished.into()),
    }
}

/// The list that a row is, or is in. Its own row comes first and tells more.
fn list_in(part: &Part, cells: &RowCells) -> Result<ImportedList, Unfit> {
    let tags: Value = serde_json::from_str(cells.named("listtags")).unwrap_or_default();
    let tags = tags.as_array().into_iter().flatten();
    let tags: Vec<&str> = tags.filter_map(Value::as_str).collect();
    Ok(ImportedList {
        key: format!("yamtrack:{}", cells.named("listuid")),
        file: part.file.clone(),
        name: parse_title(cells.named("listname"))?.ok_or(SkipReason::NoTitle)?,
        tags: split_tags(&tags.join(",")).tags,
        description: parse_comment(cells.named("listdescription"))?,
        ..ImportedList::default()
    })
}
