//! The review form: the raw fields as posted, and the validated review.

mod check;
mod day;
mod movie;

pub use check::is_form_key;
pub use day::DayChoice;
pub use movie::RawMovie;

use chrono::{Datelike, NaiveDate};
use entity::{Rating, Visibility};
use serde::Deserialize;

use crate::catalog::{KnownMovie, MovieRef};
use crate::config::SourceName;
use crate::diary::Entry;
use crate::paths;
use crate::secret;
use crate::web::FieldErrors;
use crate::web::url_checks::local_path;

/// The review form as posted. A new review has a `key` and a movie, an edit has a `version`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawReview {
    /// Identifies the member who opened the form. Empty if any signed-in member may send it.
    pub by: String,
    /// Address of the page of this form alone, to come back to.
    pub page: String,
    /// Idempotency key: a form that is posted twice is logged once.
    pub key: String,
    /// Version of the review that the edit is based on.
    pub version: String,
    /// Id of a movie in our database. If it is empty, `title` to `wikidata_id` describe the movie.
    pub movie: String,
    pub title: String,
    pub year: String,
    /// Names, separated by commas.
    pub director: String,
    pub imdb_id: String,
    pub tmdb_id: String,
    pub wikidata_id: String,
    /// Catalog source whose search result was chosen, or empty.
    pub source: String,
    /// Stars, or empty for no rating.
    pub rating: String,
    /// The name of a `DayChoice`, or empty: then `watched_on` and `day_unknown` say the day.
    pub day: String,
    /// The day on which the form was opened, as `YYYY-MM-DD`.
    pub today: String,
    /// A day as `YYYY-MM-DD`.
    pub watched_on: String,
    /// The values of `day` and `watched_on` when the form was shown.
    pub day_shown: String,
    pub watched_on_shown: String,
    /// Checkbox: the member does not remember the day.
    pub day_unknown: String,
    /// The day before the release about which the form asked: sending the same day again confirms
    /// it.
    pub confirmed_day: String,
    /// Checkbox: the member had seen the movie before.
    pub rewatch: String,
    /// The value of `rewatch` when the form was shown.
    pub rewatch_shown: String,
    pub liked: String,
    /// Tags, separated by commas.
    pub tags: String,
    /// Checkbox: the comment gives the plot away.
    pub spoiler: String,
    pub comment: String,
    pub visibility: String,
}

/// One viewing of a movie, validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewing {
    pub rating: Option<Rating>,
    pub liked: bool,
    /// Empty when there is none.
    pub comment: String,
    /// Whether the comment gives the plot away.
    pub spoiler: bool,
    /// Whether the member had seen the movie before, if they changed the box. `None` lets a new
    /// review follow the days watched, and keeps the mark of an edited one.
    pub rewatch: Option<bool>,
    /// `None` when the member does not remember the day.
    pub watched_on: Option<NaiveDate>,
    /// Without duplicates, in the order typed.
    pub tags: Vec<String>,
    pub visibility: Visibility,
}

/// A validated review, ready to be logged.
#[derive(Clone, Debug)]
pub struct NewReview {
    pub movie_ref: MovieRef,
    pub viewing: Viewing,
    /// Whether a day before the release is meant.
    pub day_is_confirmed: bool,
    /// Idempotency key: a review is logged once per key.
    pub key: String,
    /// Reveals when the same key comes with a different review.
    pub body_hash: String,
}

/// A validated edit of a review.
#[derive(Clone, Debug)]
pub struct ReviewEdit {
    /// The version that the edit is based on.
    pub version: i32,
    pub viewing: Viewing,
}

impl Viewing {
    /// Whether it was watched before this year.
    pub fn is_before(&self, year: i16) -> bool {
        let watched_in = self.watched_on.map(|day| day.year());
        watched_in.is_some_and(|watched_in| watched_in < year.into())
    }
}

pub fn before_release(released_in: i16) -> FieldErrors {
    let question =
        format!("This film came out in {released_in}. If the day is right, submit the form again.");
    FieldErrors::single("watched_on", question)
}

impl RawReview {
    /// An empty form for a movie watched today.
    pub fn for_today(today: NaiveDate, visibility: Visibility) -> Self {
        Self {
            key: new_form_key(),
            watched_on: today.to_string(),
            visibility: visibility.name().to_owned(),
            ..Self::default()
        }
    }

    /// Fills in a movie from our database.
    #[must_use]
    pub fn for_movie(mut self, movie: &KnownMovie, is_rewatch: bool) -> Self {
        self.movie = movie.id.to_string();
        self.rewatch = checkbox_value(is_rewatch);
        self.rewatch_shown.clone_from(&self.rewatch);
        self
    }

    /// Fills in the movie that the text in the search box describes.
    #[must_use]
    pub fn for_typed(self, typed: &str, today: NaiveDate) -> Self {
        let movie = RawMovie::from_typed(typed, today);
        Self {
            title: movie.title,
            year: movie.year,
            director: movie.director,
            imdb_id: movie.imdb_id,
            tmdb_id: movie.tmdb_id,
            wikidata_id: movie.wikidata_id,
            ..self
        }
    }

    /// Fills in a movie chosen from the catalog's search results.
    #[must_use]
    pub fn for_choice(self, choice: &paths::NewReviewParams) -> Self {
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

    /// Says on which page the form is, unless it came back from there.
    #[must_use]
    pub fn on_page(mut self, address: impl ToString) -> Self {
        self.page = local_path(&self.page).unwrap_or_else(|| address.to_string());
        self
    }

    /// Asks about a day before the release. Sending the form again confirms it.
    pub fn ask_about_day(&mut self, today: NaiveDate, released_in: i16) -> FieldErrors {
        self.confirmed_day = self.day_text(today).unwrap_or_default();
        before_release(released_in)
    }

    pub fn source(&self) -> Option<SourceName> {
        SourceName::parse(&self.source)
    }

    /// The form that edits `entry`.
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
            day_unknown: checkbox_value(entry.watched_on.is_none()),
            rewatch: checkbox_value(entry.rewatch),
            rewatch_shown: checkbox_value(entry.rewatch),
            liked: checkbox_value(entry.liked),
            tags: entry.tags.join(", "),
            spoiler: checkbox_value(entry.spoiler),
            comment: entry.comment.clone(),
            visibility: entry.visibility.name().to_owned(),
            ..Self::default()
        }
    }

    /// Whether the movie is described by its title instead of an id.
    pub fn is_by_hand(&self) -> bool {
        self.movie.is_empty()
    }

    pub fn raw_movie(&self) -> RawMovie {
        RawMovie {
            movie: self.movie.clone(),
            title: self.title.clone(),
            year: self.year.clone(),
            director: self.director.clone(),
            imdb_id: self.imdb_id.clone(),
            tmdb_id: self.tmdb_id.clone(),
            wikidata_id: self.wikidata_id.clone(),
            ..RawMovie::default()
        }
    }
}

pub fn new_form_key() -> String {
    secret::SecretCode::mint().expose().to_owned()
}

/// What a browser sends for a checkbox.
pub fn checkbox_value(is_ticked: bool) -> String {
    if is_ticked {
        "on".to_owned()
    } else {
        String::new()
    }
}
