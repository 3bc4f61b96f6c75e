//! What the page shows: plain values, of films that there are and of members that there are not.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::member::{Model, Role};
use entity::{Audience, Rating, Visibility};

use crate::accounts::{Member, Viewer};
use crate::catalog::{Added, Hit, Ids, Known};
use crate::config::SourceName;
use crate::diary::{Entry, RawReview};
use crate::members::Owner;
use crate::posters::{Picture, Poster};
use crate::stats::{
    Day, Decade, Month, Named, Order, Overview, Seen, Share, Standing, Standings, Streak, Tally,
    Totals, Trends,
};
use crate::web::error::Told;
use crate::web::{Error, Fields};

/// The member whose page it would be.
const ME: i64 = 1;

/// The year that the charts are of.
pub const YEAR: i32 = 2025;

/// When all of it is looked at.
pub fn now() -> DateTime<Utc> {
    day(12, 31).and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A day of that year.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(YEAR, month, day).unwrap_or_default()
}

/// Who looks.
pub fn viewer() -> Viewer {
    let member = Member::from(Model {
        id: ME,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        password_hash: String::new(),
        role: Role::Member,
        time_zone: None,
        diary_visibility: Visibility::Public,
        disabled_at: None,
        created_at: now(),
    });
    Viewer {
        member: Some(member),
        zone: Tz::UTC,
    }
}

/// A poster of which only the colours are there.
pub fn picture() -> Poster {
    Poster::Here(Picture {
        hash: "0".repeat(32),
        height: 750,
        colors: "1d3b4fe0a8632c5f6bd97b4a14242e8c3b2e".to_owned(),
    })
}

/// A review in full.
pub fn entry() -> Entry {
    Entry {
        id: -1,
        movie_id: 1,
        poster: picture(),
        title: "In the Mood for Love".to_owned(),
        year: 2000,
        member_id: ME,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        rating: Rating::from_half_stars(9),
        liked: true,
        comment:
            "A corridor, a kettle, a slow walk for noodles. Nobody says it, and all of it is said."
                .to_owned(),
        spoiler: false,
        rewatch: true,
        watched_on: Some(day(12, 30)),
        visibility: Visibility::Members,
        audience: Audience::Members,
        version: 1,
        logged_at: now(),
        updated_at: now(),
        tags: vec!["at the cinema".to_owned(), "35 mm".to_owned()],
    }
}

/// Somebody else's, of which little is said.
pub fn bare_entry() -> Entry {
    Entry {
        id: -2,
        movie_id: 2,
        poster: Poster::Missing,
        title: "Stalker".to_owned(),
        year: 1979,
        member_id: ME + 1,
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
        ..entry()
    }
}

/// A form as it was typed.
pub fn typed() -> RawReview {
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

/// What is wrong with a form. The first takes no cursor: it is of no field.
pub fn errors() -> Fields {
    let mut errors = Fields::one("", "Nothing was saved yet: please look at what is marked.");
    errors.add("watched_on", "This day has not come yet.");
    errors.add("display_name", "This is needed.");
    errors.add("year", "A year of four digits.");
    errors
}

fn known(id: i64, title: &str, year: i16, director: &str) -> Known {
    Known {
        id,
        title: title.to_owned(),
        year,
        imdb_id: None,
        tmdb_id: None,
        directors: vec![director.to_owned()],
    }
}

/// Films that are here.
pub fn films() -> Vec<Known> {
    vec![
        known(1, "In the Mood for Love", 2000, "Wong Kar-wai"),
        known(2, "Stalker", 1979, "Andrei Tarkovsky"),
        known(3, "Cléo from 5 to 7", 1962, "Agnès Varda"),
        known(4, "Man with a Movie Camera", 1929, "Dziga Vertov"),
    ]
}

/// What the catalog knows besides.
pub fn found() -> Added {
    Added {
        known: Vec::new(),
        hits: vec![Hit {
            source: SourceName::Wikidata,
            ids: Ids::default(),
            title: "Yi Yi".to_owned(),
            original_title: None,
            year: Some(2000),
            directors: vec!["Edward Yang".to_owned()],
        }],
        is_cut_short: true,
    }
}

/// Whose diary it is.
pub fn owner() -> Owner {
    Owner {
        id: ME,
        username: "matinee".to_owned(),
        display_name: "Matinee".to_owned(),
        is_public: true,
        created_at: now(),
        revision: None,
    }
}

fn tally(reviews: u32) -> Tally {
    Tally {
        reviews,
        rated: reviews,
        half_stars: reviews * 7,
    }
}

fn named(id: i64, name: &str, slug: &str, reviews: u32) -> Named {
    Named {
        id,
        name: name.to_owned(),
        slug: slug.to_owned(),
        tally: tally(reviews),
    }
}

/// A diary in a glance.
pub fn overview() -> Overview {
    let films = [6, 9, 0, 4, 12, 7, 3, 1, 8, 15, 11, 5];
    let months = films.into_iter().zip(YEAR * 12..);
    Overview {
        movies: 74,
        tally: tally(81),
        months: months
            .filter(|(films, _)| *films > 0)
            .map(|(films, key)| Month {
                key,
                tally: tally(films),
                rewatches: films / 4,
            })
            .collect(),
        favourite: Some(named(1, "Agnès Varda", "", 9)),
    }
}

/// A year in numbers.
pub fn trends() -> Trends {
    let decade = |(first, films)| Decade {
        first,
        tally: tally(films),
    };
    Trends {
        totals: Totals {
            movies: 74,
            tally: tally(81),
            rewatches: 12,
            minutes: 8900,
            of_unknown_length: 2,
        },
        decades: [(1920, 3), (1960, 18), (1990, 24), (2000, 30)]
            .map(decade)
            .to_vec(),
        weekdays: [4, 6, 5, 9, 18, 24, 15],
        directors: vec![
            named(1, "Agnès Varda", "", 9),
            named(2, "Wong Kar-wai", "", 5),
        ],
        best_directors: Vec::new(),
        genres: vec![
            named(3, "Drama", "drama", 40),
            named(4, "Documentary", "documentary", 12),
        ],
        best_genres: Vec::new(),
        streak: Some(Streak {
            first: day(10, 3),
            last: day(10, 9),
        }),
    }
}

/// How often each rating was given.
pub fn shares() -> Vec<Share> {
    let given = [0, 1, 0, 2, 4, 8, 16, 20, 11, 7, 3];
    let shares = Rating::all().zip(given);
    shares
        .map(|(rating, reviews)| Share { rating, reviews })
        .collect()
}

/// Days with films.
pub fn days() -> Vec<Day> {
    let days = day(1, 3).iter_days().step_by(5).take(60);
    let films = [1, 2, 1, 4, 1, 3].into_iter().cycle();
    days.zip(films)
        .map(|(day, reviews)| Day { day, reviews })
        .collect()
}

/// Members, and in which order.
pub fn standings() -> (Standings, Order) {
    let member = |member, username: &str, films| Standing {
        member,
        username: username.to_lowercase().replace(' ', ""),
        display_name: username.to_owned(),
        movies: films,
        tally: tally(films),
        last: (films > 0).then(|| Seen {
            movie: 1,
            title: "In the Mood for Love".to_owned(),
            year: 2000,
            day: Some(day(12, 30)),
        }),
    };
    let members = vec![member(ME, "Matinee", 74), member(ME + 1, "Night Owl", 0)];
    let standings = Standings {
        members,
        after: None,
    };
    (standings, Order::default())
}

/// What can go wrong, as it is told.
pub fn troubles() -> Vec<Told> {
    let errors = [
        Error::NotFound,
        Error::OtherSite,
        Error::SomebodyElse,
        Error::SignIn,
        Error::TooMany {
            retry_after: Duration::from_secs(90),
        },
        Error::Busy,
        Error::Internal(String::new()),
    ];
    errors.iter().map(Error::told).collect()
}
