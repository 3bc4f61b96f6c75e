//! Sample data for the style guide: real movies and invented members. No database is needed.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::member::{Model, Role};
use entity::{Audience, Rating, Visibility};
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::catalog::{CatalogQuery, ExternalIds, FoundFilm, Hit, KnownMovie, OnlineMatches};
use crate::config::SourceName;
use crate::diary::components::search_box::SearchPurpose;
use crate::diary::{Entry, RawReview};
use crate::members::DiaryOwner;
use crate::movies::components::suggestions::{SuggestionsView, catalog_suggestions, suggestions};
use crate::posters::Poster;
use crate::posters::commands::StoredPoster;
use crate::watchlist::queries::{MovieMark, MovieMarks};
use crate::web::error::ErrorMessage;
use crate::web::{Error, FieldErrors};

/// ID of the viewer, who also owns the sample diary.
pub const VIEWER_ID: i64 = 1;

pub const SAMPLE_YEAR: i32 = 2025;

pub fn sample_time() -> DateTime<Utc> {
    sample_date(12, 31)
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
}

pub fn sample_date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(SAMPLE_YEAR, month, day).unwrap_or_default()
}

pub fn sample_viewer() -> Viewer {
    let member = Member::from(Model {
        id: VIEWER_ID,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        password_hash: String::new(),
        role: Role::Member,
        time_zone: None,
        diary_visibility: Visibility::Public,
        disabled_at: None,
        created_at: sample_time(),
    });
    Viewer {
        is_before_setup: false,
        member: Some(member),
        zone: Tz::UTC,
    }
}

/// A poster whose file does not exist: the page shows its placeholder colours.
pub fn placeholder_poster() -> Poster {
    Poster::Available(StoredPoster {
        hash: "0".repeat(32),
        height: 750,
        colors: "1d3b4fe0a8632c5f6bd97b4a14242e8c3b2e".to_owned(),
    })
}

/// The viewer's own review with every field set.
pub fn full_entry() -> Entry {
    Entry {
        id: -1,
        movie_id: 1,
        poster: placeholder_poster(),
        title: "In the Mood for Love".to_owned(),
        year: Some(2000),
        member_id: VIEWER_ID,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        rating: Rating::from_half_stars(9),
        liked: true,
        comment:
            "A corridor, a kettle, a slow walk for noodles. Nobody says it, and all of it is said."
                .to_owned(),
        spoiler: false,
        rewatch: true,
        watched_on: Some(sample_date(12, 30)),
        visibility: Visibility::Members,
        audience: Audience::Members,
        version: 1,
        logged_at: sample_time(),
        updated_at: sample_time(),
        tags: vec!["at the cinema".to_owned(), "35 mm".to_owned()],
    }
}

/// Another member's review with as few fields as possible.
pub fn bare_entry() -> Entry {
    Entry {
        id: -2,
        movie_id: 2,
        poster: Poster::Missing,
        title: "Stalker".to_owned(),
        year: Some(1979),
        member_id: VIEWER_ID + 1,
        username: "nightowl".to_owned(),
        display_name: "Night Owl".to_owned(),
        rating: None,
        liked: false,
        comment: "They go in.".to_owned(),
        spoiler: true,
        rewatch: false,
        watched_on: None,
        visibility: Visibility::Public,
        audience: Audience::Public,
        tags: Vec::new(),
        ..full_entry()
    }
}

/// Raw form input with an invalid date.
pub fn typed_review() -> RawReview {
    RawReview {
        version: "1".to_owned(),
        rating: "3.5".to_owned(),
        watched_on: "2030-02-30".to_owned(),
        liked: "on".to_owned(),
        tags: "at the cinema, 35 mm".to_owned(),
        comment: "A corridor, a kettle".to_owned(),
        visibility: Visibility::Public.name().to_owned(),
        ..RawReview::default()
    }
}

/// The first error belongs to no field, so that none of the sample forms takes the focus.
pub fn field_errors() -> FieldErrors {
    let mut errors =
        FieldErrors::single("", "Nothing was saved yet. Please check the marked fields.");
    errors.add("watched_on", "This day is in the future.");
    errors.add("display_name", "This field is required.");
    errors.add("year", "Enter a year with four digits.");
    errors
}

fn known_movie(id: i64, title: &str, year: i16, director: &str) -> KnownMovie {
    KnownMovie {
        id,
        title: title.to_owned(),
        year: Some(year),
        imdb_id: None,
        tmdb_id: None,
        directors: vec![director.to_owned()],
    }
}

pub fn known_movies() -> Vec<KnownMovie> {
    vec![
        known_movie(1, "In the Mood for Love", 2000, "Wong Kar-wai"),
        known_movie(2, "Stalker", 1979, "Andrei Tarkovsky"),
        known_movie(3, "Cléo from 5 to 7", 1962, "Agnès Varda"),
        known_movie(4, "Man with a Movie Camera", 1929, "Dziga Vertov"),
    ]
}

/// Results from an online catalog.
pub fn catalog_results() -> OnlineMatches {
    OnlineMatches {
        existing: Vec::new(),
        hits: vec![Hit {
            source: SourceName::Wikidata,
            ids: ExternalIds::default(),
            title: "Yi Yi".to_owned(),
            original_title: None,
            year: Some(2000),
            directors: vec!["Edward Yang".to_owned()],
        }],
        is_incomplete: true,
    }
}

/// One film is seen, the other saved for later.
pub fn movie_marks() -> MovieMarks {
    let seen = MovieMark {
        is_seen: true,
        rating: Rating::from_half_stars(8),
        ..MovieMark::default()
    };
    let saved = MovieMark {
        is_on_watchlist: true,
        ..MovieMark::default()
    };
    Some(HashMap::from([(1, seen), (2, saved)]))
}

pub fn diary_owner() -> DiaryOwner {
    DiaryOwner {
        id: VIEWER_ID,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        is_public: true,
        shows_watchlist: true,
        created_at: sample_time(),
        zone: None,
        revision: None,
    }
}

pub fn sample_error_messages() -> Vec<ErrorMessage> {
    let errors = [
        Error::NotFound,
        Error::from_status(StatusCode::FORBIDDEN),
        Error::WrongAddress {
            reason: "Go to https://films.example.org and try again.".to_owned(),
            page_url: "https://films.example.org".to_owned(),
        },
        Error::OtherMember,
        Error::SignInRequired,
        Error::TooManyRequests {
            retry_after: Duration::from_secs(90),
        },
        Error::QuotaExceeded {
            rule: "You can upload up to 200 pictures, or 200 MB, a day.",
            retry_after: Duration::from_secs(5 * 60 * 60),
        },
        Error::Busy,
        Error::Internal(String::new()),
    ];
    errors.iter().map(Error::message).collect()
}

pub fn suggestions_below_box() -> Markup {
    let view = SuggestionsView {
        typed: "love",
        query: &CatalogQuery::parse("love"),
        purpose: SearchPurpose::Log,
        films: &known_movies()
            .into_iter()
            .map(FoundFilm::Known)
            .collect::<Vec<_>>(),
        posters: &HashMap::new(),
        asks_online: false,
    };
    html! {
        (suggestions(&view))
        (catalog_suggestions(SearchPurpose::Log, &catalog_results()))
    }
}
