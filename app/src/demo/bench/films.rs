//! Invented films.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::words::{FAMILY, FIRST, GENRES, LIKE, THINGS};
use super::{Scale, morning};
use crate::catalog::MovieId;
use crate::catalog::commands::Stocked;
use crate::demo::dice::Dice;
use crate::posters::commands::Kept;
use crate::secret::hex;
use crate::text::key;

/// The year of the oldest of them.
const OLDEST: i32 = 1920;

/// Of how many films there is one director.
const FILMS_OF_ONE: u32 = 3;

/// All films: no two of them of one title and year.
pub(super) fn films(scale: Scale, first: NaiveDate, today: NaiveDate) -> Vec<Stocked> {
    let mut dice = Dice::of(scale.seed, "films");
    let directors = directors(scale);
    let mut taken = HashSet::new();
    let films = (0..scale.movies.max(1)).map(|_| {
        let year = year(&mut dice, today.year());
        let title = loop {
            let title = title(&mut dice);
            if taken.insert((key(&title), year)) {
                break title;
            }
        };
        Stocked {
            title,
            original_title: None,
            year,
            directors: directed(&mut dice, &directors),
            runtime: runtime(&mut dice),
            genres: kinds(&mut dice),
            created_at: morning(first),
        }
    });
    films.collect()
}

/// Four of five have a poster, as far as pages tell: no file is drawn for it.
pub(super) fn posters(scale: Scale, movies: &[MovieId]) -> Vec<(MovieId, Option<Kept>)> {
    let mut dice = Dice::of(scale.seed, "posters");
    let posters = movies.iter().map(|movie| {
        let mut bytes = |count: usize| {
            let some = std::iter::repeat_with(|| dice.roll().to_be_bytes());
            hex(&some.flatten().take(count).collect::<Vec<_>>())
        };
        let (hash, colors) = (bytes(16), bytes(18));
        let kept = (movie % 5 != 0).then_some(Kept {
            hash,
            height: 750,
            colors,
        });
        (*movie, kept)
    });
    posters.collect()
}

/// More of this century than of the silent days.
fn year(dice: &mut Dice, this_year: i32) -> i16 {
    let ago = dice.unit() * dice.unit() * f64::from(this_year - OLDEST + 1);
    let year = this_year - ago as i32;
    i16::try_from(year).unwrap_or(i16::MAX)
}

fn title(dice: &mut Dice) -> String {
    let (like, thing, other) = (dice.pick(&LIKE), dice.pick(&THINGS), dice.pick(&THINGS));
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

fn directors(scale: Scale) -> Vec<String> {
    let mut dice = Dice::of(scale.seed, "directors");
    let mut taken = HashSet::new();
    let count = (scale.movies / FILMS_OF_ONE).max(1);
    let names = (0..count).map(|number| {
        let name = format!("{} {}", dice.pick(&FIRST), dice.pick(&FAMILY));
        match taken.insert(name.clone()) {
            true => name,
            // There are fewer names than people.
            false => format!("{name} {}", roman(number)),
        }
    });
    names.collect()
}

/// A number as families write it.
fn roman(number: u32) -> String {
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

fn directed(dice: &mut Dice, directors: &[String]) -> Vec<String> {
    let first = dice.pick(directors).clone();
    let second = dice.pick(directors).clone();
    match dice.chance(80) && key(&first) != key(&second) {
        true => vec![first, second],
        false => vec![first],
    }
}

fn runtime(dice: &mut Dice) -> i16 {
    (60.0 + dice.bell() * 100.0) as i16
}

fn kinds(dice: &mut Dice) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for _ in 0..=dice.below(3) {
        let kind = *dice.pick(&GENRES);
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
    }
    kinds
}
