//! Generates movies and their posters.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::words::{ADJECTIVES, FIRST_NAMES, GENRES, LAST_NAMES, NOUNS};
use super::{Scale, midnight};
use crate::catalog::MovieId;
use crate::catalog::commands::BulkMovie;
use crate::demo::seeded_rng::SeededRng;
use crate::posters::commands::StoredPoster;
use crate::secret::hex;
use crate::text::words_key;

const OLDEST_YEAR: i32 = 1920;

const MOVIES_PER_DIRECTOR: u32 = 3;

/// No two movies have the same title and year.
pub(super) fn bench_movies(scale: Scale, first: NaiveDate, today: NaiveDate) -> Vec<BulkMovie> {
    let mut dice = SeededRng::new(scale.seed, "films");
    let directors = director_names(scale);
    let mut taken = HashSet::new();
    let movies = (0..scale.movies.max(1)).map(|_| {
        let year = random_year(&mut dice, today.year());
        let title = loop {
            let title = random_title(&mut dice);
            if taken.insert((words_key(&title), year)) {
                break title;
            }
        };
        BulkMovie {
            title,
            original_title: None,
            year,
            directors: random_directors(&mut dice, &directors),
            runtime: random_runtime(&mut dice),
            genres: random_genres(&mut dice),
            created_at: midnight(first),
        }
    });
    movies.collect()
}

/// Four in five movies have a poster row. No files are drawn.
pub(super) fn bench_posters(
    scale: Scale,
    movies: &[MovieId],
) -> Vec<(MovieId, Option<StoredPoster>)> {
    let mut dice = SeededRng::new(scale.seed, "posters");
    let posters = movies.iter().map(|movie| {
        let mut bytes = |count: usize| {
            let some = std::iter::repeat_with(|| dice.next_u64().to_be_bytes());
            hex(&some.flatten().take(count).collect::<Vec<_>>())
        };
        let (hash, colors) = (bytes(16), bytes(18));
        let kept = (movie % 5 != 0).then_some(StoredPoster {
            hash,
            height: 750,
            colors,
        });
        (*movie, kept)
    });
    posters.collect()
}

/// Recent years are more frequent.
fn random_year(dice: &mut SeededRng, this_year: i32) -> i16 {
    let ago = dice.next_f64() * dice.next_f64() * f64::from(this_year - OLDEST_YEAR + 1);
    let year = this_year - ago as i32;
    i16::try_from(year).unwrap_or(i16::MAX)
}

fn random_title(dice: &mut SeededRng) -> String {
    let (like, thing, other) = (dice.pick(&ADJECTIVES), dice.pick(&NOUNS), dice.pick(&NOUNS));
    match dice.below(8) {
        0 | 1 => format!("The {like} {thing}"),
        2 => format!("{like} {thing}"),
        3 => format!("The {thing} and the {other}"),
        4 => format!("{thing} of the {like} {other}"),
        5 => format!("A {thing} in the {other}"),
        6 => format!("The {other}’s {thing}"),
        _ => format!("{like} {thing}, {like} {other}"),
    }
}

fn director_names(scale: Scale) -> Vec<String> {
    let mut dice = SeededRng::new(scale.seed, "directors");
    let mut taken = HashSet::new();
    let count = (scale.movies / MOVIES_PER_DIRECTOR).max(1);
    let names = (0..count).map(|number| {
        let name = format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
        if taken.insert(name.clone()) {
            name
        } else {
            // There are fewer names than directors.
            format!("{name} {}", roman_numeral(number))
        }
    });
    names.collect()
}

/// A Roman numeral, to tell directors of the same name apart.
fn roman_numeral(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number + 2;
    let mut roman = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            roman.push_str(sign);
            rest -= value;
        }
    }
    roman
}

fn random_directors(dice: &mut SeededRng, directors: &[String]) -> Vec<String> {
    let first = dice.pick(directors).clone();
    let second = dice.pick(directors).clone();
    if dice.chance(80) && words_key(&first) != words_key(&second) {
        vec![first, second]
    } else {
        vec![first]
    }
}

fn random_runtime(dice: &mut SeededRng) -> i16 {
    (60.0 + dice.bell_curve() * 100.0) as i16
}

fn random_genres(dice: &mut SeededRng) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for _ in 0..=dice.below(3) {
        let kind = *dice.pick(&GENRES);
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
    }
    kinds
}
