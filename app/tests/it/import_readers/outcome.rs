//! Reads an upload to its end and puts it in the words of the expected files.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use chrono_tz::Europe::Berlin;
use entity::Rating;
use movies_diary::transfer::{
    Answers, ImportRow, ImportUpload, Inspection, JoinRow, JoinWarning, JoinedFilm, JoinedReview,
    PartLayout, ReadItem, RowFact, RowPlace, SkippedRow, UploadError, content_of, join_film, read,
};
use serde_json::{Value, json};

use super::stand_in_catalog::{FoundFilm, StandInCatalog};

/// What is imported, as lists of the expected files.
#[derive(Default)]
pub struct Outcome {
    pub source: String,
    pub needs: Vec<&'static str>,
    pub parts: Vec<Value>,
    pub things: BTreeMap<&'static str, Vec<Value>>,
    rows: u64,
}

/// A day after all days in the fixtures.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day")
}

pub fn read_items(
    upload: &mut ImportUpload,
    inspection: &Inspection,
    answers: &Answers,
) -> Result<Vec<ReadItem>, UploadError> {
    let mut items = Vec::new();
    let mut keep = |item| {
        items.push(item);
        ControlFlow::Continue(())
    };
    read(upload, inspection, answers, (Berlin, today()), &mut keep)?;
    Ok(items)
}

pub fn read_all(
    upload: &mut ImportUpload,
    inspection: &Inspection,
    answers: &Answers,
) -> Result<Outcome, UploadError> {
    let questions = inspection.questions(&Answers::default());
    let mut outcome = Outcome {
        source: inspection.source.clone(),
        needs: questions.iter().map(|question| question.name()).collect(),
        parts: parts_of(inspection),
        rows: inspection.rows(),
        ..Outcome::default()
    };
    let catalog = StandInCatalog::open();
    let mut films: BTreeMap<FoundFilm, Vec<ImportRow>> = BTreeMap::new();
    let mut found_at = HashMap::new();
    let mut warnings = Vec::new();
    for item in read_items(upload, inspection, answers)? {
        match item {
            ReadItem::Row(row) => {
                let film = catalog.find(&row.film);
                found_at.insert(row.place.clone(), film.clone());
                films.entry(film).or_default().push(*row);
            }
            ReadItem::Skipped(row) => outcome.add("skipped", skipped(&row)),
            ReadItem::Warning(warning) => warnings.push(warning),
            ReadItem::List(list) => {
                let thing = json!({
                    "key": list.key, "name": list.name, "created": list.created_on,
                    "tags": list.tags, "description": list.description, "entries": [],
                });
                outcome.add("lists", thing);
            }
        }
    }
    for warning in warnings {
        let mut thing = serde_json::to_value(&warning).expect("JSON");
        let file = warning.file.unwrap_or_default();
        let array = warning.array;
        let film = warning
            .at
            .and_then(|at| found_at.get(&RowPlace { file, array, at }));
        if let Some(FoundFilm::Known(key)) = film {
            thing["film"] = key.as_str().into();
        }
        outcome.add("warnings", thing);
    }
    for (film, rows) in &films {
        let joined: Vec<JoinRow> = rows.iter().map(JoinRow::from).collect();
        outcome.add_film(film, rows, join_film(&joined));
    }
    for list in outcome.things.entry("lists").or_default() {
        if let Some(entries) = list["entries"].as_array_mut() {
            let row = |entry: &Value| {
                let row = &entry["source_row"];
                row["line"].as_u64().or(row["item"].as_u64())
            };
            entries.sort_by_key(|entry| (entry["position"].as_u64(), row(entry)));
        }
    }
    Ok(outcome)
}

fn parts_of(inspection: &Inspection) -> Vec<Value> {
    let parts = inspection.parts.iter().filter(|part| !part.is_aside);
    parts
        .map(|part| match &part.layout {
            PartLayout::Items => json!({"file": part.file, "rows": part.rows}),
            PartLayout::Table(table) => json!({
                "file": part.file, "rows": part.rows, "encoding": table.encoding,
                "separator": table.separator, "header_line": table.header_line,
            }),
        })
        .collect()
}

fn skipped(row: &SkippedRow) -> Value {
    json!({
        "reason": row.reason, "title": row.title, "source_row": row.place,
        "characters": row.characters.map(|(characters, _)| characters),
        "most": row.characters.map(|(_, most)| most),
    })
}

fn stars(rating: Option<Rating>) -> Value {
    rating.map_or(Value::Null, |rating| {
        (f64::from(rating.half_stars()) / 2.0).into()
    })
}

impl Outcome {
    pub fn add(&mut self, kind: &'static str, thing: Value) {
        self.things.entry(kind).or_default().push(thing);
    }

    pub fn counts(&self) -> Value {
        let count = |kind: &str| self.things.get(kind).map_or(0, Vec::len);
        let all = || self.things.values().flatten();
        let lengths = |name: &'static str| {
            all()
                .filter_map(move |thing| thing[name].as_array().map(Vec::len))
                .sum::<usize>()
        };
        json!({
            "rows": self.rows, "merged_rows": lengths("merged_rows"),
            "list_entries": lengths("entries"), "viewings": count("viewings"),
            "ratings_only": count("ratings_only"), "watchlist": count("watchlist"),
            "lists": count("lists"), "likes": count("likes"), "undecided": count("undecided"),
            "skipped": count("skipped"), "warnings": count("warnings"),
            "reviews_in_the_diary": count("viewings") + count("ratings_only"),
        })
    }

    fn add_film(&mut self, film: &FoundFilm, rows: &[ImportRow], joined: JoinedFilm) {
        for review in &joined.reviews {
            let kind = if review.is_rating_only {
                "ratings_only"
            } else {
                "viewings"
            };
            self.add_thing(kind, film, review_of(film, rows, review));
        }
        for row in &joined.watchlist {
            if let RowFact::Watchlist { added_on, note, .. } = &rows[*row].fact {
                let mut thing = thing_of(film, &rows[*row]);
                thing["added_on"] = json!(added_on);
                thing["note"] = json!(note);
                thing["what"] = "watchlist".into();
                self.add_thing("watchlist", film, thing);
            }
        }
        for like in &joined.likes {
            if let RowFact::Like { liked_on } = rows[like.row].fact {
                let mut thing = thing_of(film, &rows[like.row]);
                thing["liked_on"] = json!(liked_on);
                let day = like.review.and_then(|review| joined.reviews[review].day);
                thing["kept_on"] = json!(day);
                self.add_thing("likes", film, thing);
            }
        }
        for row in &joined.list_entries {
            self.add_list_entry(film, &rows[*row]);
        }
        for (row, reason) in &joined.skipped {
            let title = rows[*row].film.title.as_deref().unwrap_or_default();
            let thing = json!({"reason": reason, "title": title, "source_row": rows[*row].place});
            self.add("skipped", thing);
        }
        for warning in &joined.warnings {
            self.add_warning(film, rows, warning);
        }
    }

    fn add_thing(&mut self, kind: &'static str, film: &FoundFilm, mut thing: Value) {
        match film {
            FoundFilm::Undecided(reason, candidates, ..) => {
                thing["reason"] = json!(reason);
                thing["candidates"] = json!(candidates);
                self.add("undecided", thing);
            }
            _ => self.add(kind, thing),
        }
    }

    fn add_list_entry(&mut self, film: &FoundFilm, row: &ImportRow) {
        let RowFact::ListEntry {
            list,
            position,
            note,
            ..
        } = &row.fact
        else {
            return;
        };
        let mut thing = thing_of(film, row);
        thing["position"] = json!(position);
        thing["note"] = json!(note);
        let lists = self
            .things
            .get_mut("lists")
            .expect("lists come before their entries");
        let list = lists.iter_mut().find(|known| known["key"] == json!(list));
        let entries = list.expect("its list")["entries"].as_array_mut();
        entries.expect("entries").push(thing);
    }

    fn add_warning(&mut self, film: &FoundFilm, rows: &[ImportRow], warning: &JoinWarning) {
        let mut thing = serde_json::to_value(&rows[warning.row].place).expect("JSON");
        thing["code"] = json!(warning.code);
        if let FoundFilm::Known(key) = film {
            thing["film"] = key.as_str().into();
        }
        if let Some((kept, also)) = warning.ratings {
            thing["kept"] = stars(Some(kept));
            thing["also"] = stars(Some(also));
        }
        self.add("warnings", thing);
    }
}

/// What every thing says of its film.
fn thing_of(film: &FoundFilm, row: &ImportRow) -> Value {
    let mut ids = json!({});
    if let Some(id) = &row.film.imdb_id {
        ids["imdb"] = json!(id);
    }
    if let Some(id) = row.film.tmdb_id {
        ids["tmdb"] = json!(id);
    }
    let key = match film {
        FoundFilm::Known(key) => json!(key),
        _ => Value::Null,
    };
    json!({
        "film": key, "title": row.film.title, "year": row.film.year, "ids": ids,
        "source_row": row.place, "play": row.play,
    })
}

fn review_of(film: &FoundFilm, rows: &[ImportRow], review: &JoinedReview) -> Value {
    let row = &rows[review.row];
    let mut thing = thing_of(film, row);
    if let RowFact::Rating { rated_on, .. } = &row.fact {
        thing["rated_on"] = json!(rated_on);
    }
    let content = content_of(review, rows);
    thing["watched_on"] = json!(review.day);
    thing["rating"] = stars(review.rating);
    thing["rewatch"] = json!(review.rewatch);
    thing["liked"] = json!(content.liked);
    thing["spoiler"] = json!(content.spoiler);
    thing["tags"] = json!(content.tags);
    thing["comment"] = json!(content.comment);
    let merged: Vec<_> = review.merged.iter().map(|row| &rows[*row].place).collect();
    thing["merged_rows"] = json!(merged);
    thing
}
