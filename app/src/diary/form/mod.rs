//! The form of a review: raw as it comes, checked as it is used.

mod check;
mod film;

pub use check::is_key;
pub use film::RawFilm;

use chrono::NaiveDate;
use entity::{Rating, Visibility};
use serde::Deserialize;

use crate::catalog::{Claim, Known};
use crate::config::SourceName;
use crate::diary::Entry;
use crate::paths;
use crate::secret;

/// A review as it comes: a new one with `key` and a movie, or a changed one with
/// `version`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawReview {
    /// The mark of whoever opened the form; empty where it does not matter.
    pub by: String,
    /// Makes a form that is posted twice count once.
    pub key: String,
    /// The version that is changed.
    pub version: String,
    /// The id of a movie that is known here.
    pub movie: String,
    /// Or its title, typed by hand,
    pub title: String,
    /// the year,
    pub year: String,
    /// the directors,
    pub director: String,
    /// its number at IMDb,
    pub imdb_id: String,
    /// at TMDB,
    pub tmdb_id: String,
    /// and at Wikidata;
    pub wikidata_id: String,
    /// the source in whose list it was chosen, if it was.
    pub source: String,
    /// Stars, or nothing.
    pub rating: String,
    /// A day as `YYYY-MM-DD`.
    pub watched_on: String,
    /// Ticked: they do not remember the day.
    pub day_unknown: String,
    /// Ticked: they had seen it before.
    pub rewatch: String,
    /// Ticked: a heart.
    pub liked: String,
    /// With commas between them.
    pub tags: String,
    /// Ticked: the comment gives the plot away.
    pub spoiler: String,
    /// As typed.
    pub comment: String,
    /// The name of a visibility.
    pub visibility: String,
}

/// What is said of one viewing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewing {
    /// Stars.
    pub rating: Option<Rating>,
    /// A heart.
    pub liked: bool,
    /// The words; empty if none.
    pub comment: String,
    /// They give the plot away.
    pub spoiler: bool,
    /// Seen before.
    pub rewatch: bool,
    /// The day, if it is remembered.
    pub watched_on: Option<NaiveDate>,
    /// Tags, each once.
    pub tags: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
}

/// A new review that can be logged.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// Which movie.
    pub claim: Claim,
    /// What is said of it.
    pub viewing: Viewing,
    /// Makes it count once.
    pub key: String,
    /// Tells another review with the same key.
    pub body_hash: String,
}

/// A changed review that can be saved.
#[derive(Clone, Debug)]
pub struct Change {
    /// The version that was changed.
    pub version: i32,
    /// What is said now.
    pub viewing: Viewing,
}

impl RawReview {
    /// An empty form for a viewing today.
    pub fn today(today: NaiveDate, visibility: Visibility) -> Self {
        Self {
            key: mint_key(),
            watched_on: today.to_string(),
            visibility: visibility.name().to_owned(),
            ..Self::default()
        }
    }

    /// The same for a movie that is known here.
    #[must_use]
    pub fn of(mut self, movie: &Known, is_rewatch: bool) -> Self {
        self.movie = movie.id.to_string();
        self.rewatch = ticked(is_rewatch);
        self
    }

    /// The same for a movie that was chosen from the catalog's answers.
    #[must_use]
    pub fn found(self, choice: &paths::Choice) -> Self {
        Self {
            title: choice.title.clone(),
            year: choice.year.clone(),
            director: choice.director.clone(),
            imdb_id: choice.imdb.clone(),
            tmdb_id: choice.tmdb.clone(),
            wikidata_id: choice.wikidata.clone(),
            source: choice.source.clone(),
            ..self
        }
    }

    /// The source in whose list the movie was chosen.
    pub fn source(&self) -> Option<SourceName> {
        SourceName::parse(&self.source)
    }

    /// The form that changes `entry`.
    pub fn from_entry(entry: &Entry) -> Self {
        Self {
            version: entry.version.to_string(),
            rating: entry
                .rating
                .map(|rating| rating.to_string())
                .unwrap_or_default(),
            watched_on: entry
                .watched_on
                .map(|day| day.to_string())
                .unwrap_or_default(),
            day_unknown: ticked(entry.watched_on.is_none()),
            rewatch: ticked(entry.rewatch),
            liked: ticked(entry.liked),
            tags: entry.tags.join(", "),
            spoiler: ticked(entry.spoiler),
            comment: entry.comment.clone(),
            visibility: entry.visibility.name().to_owned(),
            ..Self::default()
        }
    }

    /// Whether the movie is typed by hand.
    pub fn is_by_hand(&self) -> bool {
        self.movie.is_empty()
    }

    /// The fields that say which movie.
    pub fn film(&self) -> RawFilm {
        RawFilm {
            movie: self.movie.clone(),
            title: self.title.clone(),
            year: self.year.clone(),
            director: self.director.clone(),
            imdb_id: self.imdb_id.clone(),
            tmdb_id: self.tmdb_id.clone(),
            wikidata_id: self.wikidata_id.clone(),
        }
    }
}

/// A key for a new form.
pub fn mint_key() -> String {
    secret::Code::mint().expose().to_owned()
}

/// What a checkbox sends.
pub fn ticked(is_ticked: bool) -> String {
    match is_ticked {
        true => "on".to_owned(),
        false => String::new(),
    }
}
