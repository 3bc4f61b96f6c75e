//! Trakt's export: arrays of JSON in files that are numbered, in one folder or in several.

use serde_json::Value;

use super::trakt_items::{more_plays, rating_of_item, reason_to_skip_item, without_spoiler_marks};
use crate::transfer::files::film_items::{day_of_item, film_of_item, number_of};
use crate::transfer::files::part::{Part, TableLayout, last_name};
use crate::transfer::files::question::{Answers, Question, RowMeaning};
use crate::transfer::files::reader::{Recognition, RowContent, RowContext, ServiceReader};
use crate::transfer::files::row::{ImportedList, RowFact, SeenFilm};
use crate::transfer::files::values::day::parse_iso_day;
use crate::transfer::files::values::words::{Unfit, parse_comment, parse_title};

pub struct TraktReader;

impl ServiceReader for TraktReader {
    fn source(&self) -> &'static str {
        "trakt"
    }

    fn name(&self) -> &'static str {
        "Trakt"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On trakt.tv, open Settings → Data and request an export.",
            "You get a zip with JSON files. Choose it here as it is.",
            "It has your history, ratings, comments, watchlist, favorites and lists.",
        ]
    }

    fn recognise_items(&self, file: &str, array: Option<&str>, first: &Value) -> Recognition {
        if array.is_some() {
            return Recognition::Unknown;
        }
        let has = |name: &str| first.get(name).is_some();
        let is_title = ["movie", "show", "season", "episode", "person"]
            .into_iter()
            .any(has);
        match () {
            () if has("item_count") && has("privacy") && has("name") => Recognition::Aside("lists"),
            () if !is_title => Recognition::Unknown,
            () if has("collected_at") => Recognition::Ignored,
            () if has("comment") => Recognition::Part("comments"),
            () if has("rated_at") => Recognition::Part("ratings"),
            () if has("watched_at") => Recognition::Part("history"),
            () if has("last_watched_at") => Recognition::Part("sums"),
            () if has("listed_at") => Recognition::Part(kind_of_list(file)),
            () => Recognition::Unknown,
        }
    }

    /// The sums of plays repeat what the history tells.
    fn arrange(&self, parts: &mut Vec<Part>, ignored: &mut Vec<String>) {
        if parts.iter().any(|part| part.kind == "history") {
            parts.retain(|part| {
                let is_sum = part.kind == "sums";
                ignored.extend(is_sum.then(|| part.file.clone()));
                !is_sum
            });
        }
        parts.sort_by_cached_key(|part| (part.kind != "history", numbered_name(&part.file)));
    }

    fn questions(
        &self,
        part: &Part,
        _table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let choices = vec![RowMeaning::List, RowMeaning::Watchlist, RowMeaning::Likes];
        let is_answered = match answers.what {
            Some(RowMeaning::List) => answers.name.as_deref().is_some_and(is_name),
            what => what.is_some_and(|what| choices.contains(&what)),
        };
        if part.kind != "films" || is_answered {
            return Vec::new();
        }
        vec![Question::What {
            choices,
            suggested_name: String::new(),
        }]
    }

    fn list_of(&self, part: &Part, context: &RowContext) -> Result<Option<ImportedList>, Unfit> {
        let is_asked = part.kind == "films" && context.answers.what == Some(RowMeaning::List);
        if part.kind != "list" && !is_asked {
            return Ok(None);
        }
        let (number, words) = list_number(&part.file);
        if let Some(known) = context.lists_by_number.get(&number) {
            return Ok(Some(ImportedList {
                file: part.file.clone(),
                ..known.clone()
            }));
        }
        let name = context.answers.name.clone().filter(|_| is_asked);
        let name = parse_title(&name.unwrap_or(words))?;
        Ok(Some(ImportedList {
            key: format!("trakt:{number}"),
            file: part.file.clone(),
            name: name.unwrap_or_else(|| "List".to_owned()),
            ..ImportedList::default()
        }))
    }

    fn read_item(
        &self,
        part: &Part,
        _array: Option<&str>,
        item: &Value,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if let Some(reason) = reason_to_skip_item(item) {
            return Err(reason.into());
        }
        let film = film_of_item(&item["movie"])?;
        let meaning = context.answers.what.filter(|_| part.kind == "films");
        let kind = match meaning {
            Some(RowMeaning::Watchlist) => "watchlist",
            Some(RowMeaning::Likes) => "favorites",
            Some(_) => "list",
            None => part.kind.as_str(),
        };
        let content = RowContent::new(film, fact_in(kind, item, context)?);
        // History and lists number their entries. Sums count plays.
        Ok(match kind {
            "history" => content.with_key(number_of(&item["id"]).map(|id| id.to_string())),
            "sums" => content.with_more_plays(more_plays(item)?),
            _ => content,
        })
    }

    fn item_title(&self, item: &Value) -> String {
        let titles = ["movie", "show", "episode"].iter();
        let mut titles = titles.filter_map(|kind| item[kind]["title"].as_str());
        titles.next().unwrap_or_default().to_owned()
    }

    fn read_aside(&self, item: &Value, context: &mut RowContext) {
        let Some(number) = number_of(&item["ids"]["trakt"]) else {
            return;
        };
        let text = |name: &str| item[name].as_str().unwrap_or_default();
        let Ok(Some(name)) = parse_title(text("name")) else {
            return;
        };
        let created = parse_iso_day(text("created_at"), context.zone);
        let list = ImportedList {
            key: format!("trakt:{number}"),
            file: String::new(),
            name,
            created_on: created.map(|read| read.day),
            description: parse_comment(text("description")).unwrap_or_default(),
            ..ImportedList::default()
        };
        context.lists_by_number.insert(number.to_string(), list);
    }
}

/// Lists of all kinds look alike. Their names tell them apart.
fn kind_of_list(file: &str) -> &'static str {
    let name = last_name(file);
    // Members name their lists as they like, but a list has a number.
    let number = name.split_once("list-").map(|(_, rest)| rest.as_bytes());
    match () {
        () if number.is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit)) => "list",
        () if name.contains("watchlist") => "watchlist",
        () if name.contains("favorites") || name.contains("favourites") => "favorites",
        () if name.contains("list-") => "list",
        () => "films",
    }
}

fn is_name(name: &str) -> bool {
    matches!(parse_title(name), Ok(Some(_)))
}

/// The number of a list and the words of its address: `lists-list-990001-an-older-name.json`.
fn list_number(file: &str) -> (String, String) {
    let name = last_name(file).trim_end_matches(".json");
    let name = name.split_once("list-").map_or(name, |(_, name)| name);
    let (number, words) = name.split_once('-').unwrap_or((name, name));
    (number.to_owned(), words.replace('-', " "))
}

/// A name whose numbers sort as numbers: page 2 comes before page 10.
fn numbered_name(file: &str) -> (String, u64) {
    let name = file.trim_end_matches(".json");
    let words = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[words.len()..].parse().unwrap_or(0);
    (words.to_owned(), number)
}

fn fact_in(kind: &str, item: &Value, context: &RowContext) -> Result<RowFact, Unfit> {
    let day = |value: &Value| day_of_item(value, context).map(|read| read.map(|read| read.day));
    let note = || parse_comment(item["notes"].as_str().unwrap_or_default());
    Ok(match kind {
        "ratings" => RowFact::Rating {
            rating: Some(rating_of_item(&item["rating"])?),
            rated_on: day(&item["rated_at"])?,
        },
        "comments" => {
            let comment = &item["comment"];
            let text = comment["comment"].as_str().unwrap_or_default();
            let plain = without_spoiler_marks(text);
            RowFact::Comment {
                spoiler: comment["spoiler"] == true || plain.len() < text.len(),
                comment: parse_comment(&plain)?,
                written_on: day(&comment["created_at"])?,
            }
        }
        "watchlist" => RowFact::on_watchlist(day(&item["listed_at"])?, note()?),
        "favorites" => RowFact::Like {
            liked_on: day(&item["listed_at"])?,
        },
        "list" => RowFact::on_list(
            context
                .list
                .as_ref()
                .map_or_else(String::new, |list| list.key.clone()),
            number_of(&item["rank"])
                .and_then(|rank| rank.try_into().ok())
                .unwrap_or(0),
            note()?,
        ),
        kind => {
            let at = if kind == "sums" {
                "last_watched_at"
            } else {
                "watched_at"
            };
            let read = day_of_item(&item[at], context)?;
            RowFact::Viewing(SeenFilm {
                watched_on: read.map(|read| read.day),
                watched_at: read.and_then(|read| read.at),
                ..SeenFilm::default()
            })
        }
    })
}
