//! Sample statistics for the style guide.

use entity::Rating;

use super::samples::{SAMPLE_YEAR, VIEWER_ID, sample_date};
use crate::posters::Poster;
use crate::stats::{
    DayCount, DecadeStats, LastViewing, MemberListItem, MemberListPage, MemberOrder, MonthStats,
    NamedTally, Overview, RatingCount, Tally, Totals, Trends, WatchStreak,
};

fn sample_tally(reviews: u32) -> Tally {
    Tally {
        reviews,
        rated: reviews,
        half_stars: reviews * 7,
    }
}

fn sample_named_tally(id: i64, name: &str, slug: &str, reviews: u32) -> NamedTally {
    NamedTally {
        id,
        name: name.to_owned(),
        slug: slug.to_owned(),
        tally: sample_tally(reviews),
    }
}

pub fn sample_overview() -> Overview {
    let movies = [6, 9, 0, 4, 12, 7, 3, 1, 8, 15, 11, 5];
    let months = movies.into_iter().zip(SAMPLE_YEAR * 12..);
    Overview {
        movies: 74,
        tally: sample_tally(81),
        months: months
            .filter(|(movies, _)| *movies > 0)
            .map(|(movies, key)| MonthStats {
                key,
                tally: sample_tally(movies),
                rewatches: movies / 4,
            })
            .collect(),
        favourite_director: Some(sample_named_tally(1, "Agnès Varda", "", 9)),
    }
}

pub fn sample_trends() -> Trends {
    let decade = |(first, movies)| DecadeStats {
        first,
        tally: sample_tally(movies),
    };
    Trends {
        totals: Totals {
            movies: 74,
            tally: sample_tally(81),
            rewatches: 12,
            minutes: 8900,
            of_unknown_length: 2,
        },
        decades: [(1920, 3), (1960, 18), (1990, 24), (2000, 30)]
            .map(decade)
            .to_vec(),
        weekdays: [4, 6, 5, 9, 18, 24, 15],
        directors: vec![
            sample_named_tally(1, "Agnès Varda", "", 9),
            sample_named_tally(2, "Wong Kar-wai", "", 5),
        ],
        best_directors: Vec::new(),
        genres: vec![
            sample_named_tally(3, "Drama", "drama", 40),
            sample_named_tally(4, "Documentary", "documentary", 12),
        ],
        best_genres: Vec::new(),
        streak: Some(WatchStreak {
            first: sample_date(10, 3),
            last: sample_date(10, 9),
        }),
    }
}

pub fn sample_rating_counts() -> Vec<RatingCount> {
    let given = [0, 1, 0, 2, 4, 8, 16, 20, 11, 7, 3];
    let counts = Rating::all().zip(given);
    counts
        .map(|(rating, reviews)| RatingCount { rating, reviews })
        .collect()
}

pub fn sample_days() -> Vec<DayCount> {
    let days = sample_date(1, 3).iter_days().step_by(5).take(60);
    let movies = [1, 2, 1, 4, 1, 3].into_iter().cycle();
    days.zip(movies)
        .map(|(day, reviews)| DayCount { day, reviews })
        .collect()
}

pub fn sample_member_list() -> (MemberListPage, MemberOrder) {
    let member = |member, username: &str, movies| MemberListItem {
        member,
        username: username.to_lowercase().replace(' ', ""),
        display_name: username.to_owned(),
        movies,
        tally: sample_tally(movies),
        last_viewings: (1..=movies.min(4))
            .map(|movie| LastViewing {
                movie: movie.into(),
                title: "In the Mood for Love".to_owned(),
                year: Some(2000),
                poster: Poster::Missing,
                day: Some(sample_date(12, 30)),
            })
            .collect(),
    };
    let members = vec![
        member(VIEWER_ID, "Matinee", 74),
        member(VIEWER_ID + 1, "Night Owl", 0),
    ];
    let page = MemberListPage {
        members,
        after: None,
    };
    (page, MemberOrder::default())
}
