//! Ryot's complete export in JSON. One item says all about a work: viewings, reviews and collections.

use serde_json::Value;

use crate::transfer::files::film_cells::rounded_rating_in;
use crate::transfer::files::film_items::{day_of_item, text_of};
use crate::transfer::files::part::Part;
use crate::transfer::files::reader::{Recognition, RowContent, RowContext, ServiceReader};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{ImportedList, NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::identifiers::tmdb_id_in;
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title};

pub struct RyotReader;

/// The works of a member, in newer and in older exports.
const ARRAYS: [&str; 2] = ["metadata", "media"];

/// Collections that Ryot fills itself.
const OWN_COLLECTIONS: [&str; 6] = [
    "Completed",
    "In Progress",
    "Monitoring",
    "Owned",
    "Reminders",
    "Custom",
];

impl ServiceReader for RyotReader {
    fn source(&self) -> &'static str {
        "ryot"
    }

    fn name(&self) -> &'static str {
        "Ryot"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "In your Ryot, open Settings → Imports and Exports → Export, and start an export.",
            "Download the JSON file when it is ready, and choose it here as it is.",
            "Films come with viewings, ratings, reviews, watchlist and collections.",
        ]
    }

    fn recognise_items(&self, _file: &str, array: Option<&str>, first: &Value) -> Recognition {
        let is_ours = array.is_some_and(|array| self.reads_array(array))
            && first["lot"].is_string()
            && first["seen_history"].is_array();
        match is_ours {
            true => Recognition::Part("works"),
            false => Recognition::Unknown,
        }
    }

    fn reads_array(&self, array: &str) -> bool {
        ARRAYS.contains(&array)
    }

    fn read_item(
        &self,
        part: &Part,
        _array: Option<&str>,
        item: &Value,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        match item["lot"].as_str().unwrap_or_default() {
            "movie" => {}
            // Ryot keeps anime by episodes.
            "anime" => return Err(SkipReason::TvSeries.into()),
            lot => {
                return Err(reason_to_skip(lot)
                    .unwrap_or(SkipReason::NotAViewing)
                    .into());
            }
        }
        let film = film_of_work(item)?;
        let seen = item["seen_history"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let mut facts = Vec::new();
        for seen in seen.iter().filter(|seen| is_finished(seen)) {
            facts.push(viewing_of(seen, context)?);
        }
        for review in item["reviews"].as_array().into_iter().flatten() {
            facts.extend(facts_of_review(review, context)?);
        }
        for collection in item["collections"].as_array().into_iter().flatten() {
            facts.extend(fact_of_collection(part, collection, context)?);
        }
        let mut facts = facts.into_iter();
        let nothing = match seen.is_empty() {
            true => SkipReason::NotAViewing,
            false => SkipReason::NotFinished,
        };
        let first = facts.next().ok_or(nothing)?;
        Ok(RowContent {
            further: facts.collect(),
            ..RowContent::new(film, first)
        })
    }

    fn item_title(&self, item: &Value) -> String {
        text_of(&item["source_id"])
    }
}

/// `source_id` is the title. Works have no year, but mostly an id.
fn film_of_work(item: &Value) -> Result<NamedFilm, Unfit> {
    let is_tmdb = item["source"] == "tmdb";
    let id = tmdb_id_in(&text_of(&item["identifier"]));
    let film = NamedFilm {
        title: parse_title(&text_of(&item["source_id"]))?,
        tmdb_id: id.filter(|_| is_tmdb),
        ..NamedFilm::default()
    };
    let is_named = film.title.is_some() || film.tmdb_id.is_some();
    is_named.then_some(film).ok_or(SkipReason::NoTitle.into())
}

fn is_finished(seen: &Value) -> bool {
    let progress = text_of(&seen["progress"]).parse().unwrap_or(100.0_f64);
    let state = seen["state"].as_str().unwrap_or("completed");
    progress >= 100.0 && state == "completed"
}

fn viewing_of(seen: &Value, context: &RowContext) -> Result<RowFact, Unfit> {
    // Where Ryot knows only the day, it writes midnight UTC.
    let ended = text_of(&seen["ended_on"]);
    let ended = ended.strip_suffix("T00:00:00Z").unwrap_or(&ended);
    let read = day_of_item(&ended.into(), context)?;
    Ok(RowFact::Viewing(SeenFilm {
        watched_on: read.map(|read| read.day),
        watched_at: read.and_then(|read| read.at),
        ..SeenFilm::default()
    }))
}

/// A rating out of 100, words, or both.
fn facts_of_review(review: &Value, context: &mut RowContext) -> Result<Vec<RowFact>, Unfit> {
    let review_on = day_of_item(&review["review"]["date"], context)?;
    let review_on = review_on.map(|read| read.day);
    let rating = rounded_rating_in(&text_of(&review["rating"]), 100, context)?;
    let rating = rating.map(|rating| RowFact::Rating {
        rating: Some(rating),
        rated_on: review_on,
    });
    let comment = parse_comment(&text_of(&review["review"]["text"]))?;
    let comment = (!comment.is_empty()).then(|| RowFact::Comment {
        comment,
        spoiler: review["review"]["spoiler"] == true,
        written_on: review_on,
    });
    Ok(rating.into_iter().chain(comment).collect())
}

/// Older exports have only the name of a collection.
fn fact_of_collection(
    part: &Part,
    collection: &Value,
    context: &mut RowContext,
) -> Result<Option<RowFact>, Unfit> {
    let name = collection.as_str();
    let name = name.or_else(|| collection["collection_name"].as_str());
    let name = parse_title(name.unwrap_or_default())?.unwrap_or_default();
    if name == "Watchlist" {
        let added = day_of_item(&collection["created_on"], context)?;
        return Ok(Some(RowFact::on_watchlist(
            added.map(|read| read.day),
            String::new(),
        )));
    }
    if name.is_empty() || OWN_COLLECTIONS.contains(&name.as_str()) {
        return Ok(None);
    }
    let list = format!("ryot:{name}");
    context.row_lists.push(ImportedList {
        key: list.clone(),
        file: part.file.clone(),
        name,
        ..ImportedList::default()
    });
    Ok(Some(RowFact::on_list(list, 0, String::new())))
}
