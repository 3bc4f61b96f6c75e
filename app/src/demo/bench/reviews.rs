//! Invented reviews, day by day.

use std::collections::HashSet;

use chrono::{Days, NaiveDate, TimeDelta};
use entity::{Rating, Visibility};

use super::words::{SAYINGS, TAGS};
use super::{Scale, Stock, morning};
use crate::demo::dice::{Dice, Weights};
use crate::diary::Viewing;
use crate::diary::commands::Stocked;

/// How the popularity of films falls: of 25,000 reviews by many members, 900 are of the
/// film that most have seen.
const HEAD: u64 = 4;

/// So many of a thousand reviews are for members only, and for their writers alone: by the
/// heavy one, whose diary is public, and by others, an eighth of whose diaries are not.
const NOT_PUBLIC: [(u64, u64); 2] = [(200, 100), (140, 60)];

/// Those who write, and how far they have come.
pub(super) struct Diarists {
    dice: Dice,
    stock: Stock,
    /// How much the others write.
    zeal: Weights,
    /// How often films are seen.
    fame: Weights,
    /// What the films are worth, in half stars.
    worth: Vec<f64>,
    /// Who has seen what.
    seen: HashSet<u64>,
    shares: (u32, u32),
    /// How many of these are written.
    written: (u32, u32),
    first: NaiveDate,
    days: u32,
    day: u32,
}

impl Diarists {
    pub(super) fn new(scale: Scale, stock: Stock, first: NaiveDate) -> Self {
        let mut dice = Dice::of(scale.seed, "worth");
        let worth = stock.movies.iter().map(|_| 2.5 + dice.bell() * 8.0);
        let others = stock.members.len() as u64 - 1;
        Self {
            dice: Dice::of(scale.seed, "reviews"),
            zeal: Weights::falling(others, others / 5 + 2),
            fame: Weights::falling(stock.movies.len() as u64, HEAD),
            worth: worth.collect(),
            seen: HashSet::new(),
            shares: scale.shares(),
            written: (0, 0),
            first,
            days: scale.years.max(1) * 365,
            day: 0,
            stock,
        }
    }

    /// Whether the last day is over.
    pub(super) fn is_done(&self) -> bool {
        self.day == self.days
    }

    /// The reviews of the next day, in the order in which they are logged; `None` when it
    /// is over.
    pub(super) fn next_day(&mut self) -> Option<Vec<Stocked>> {
        if self.is_done() {
            return None;
        }
        let date = self.first + Days::new(self.day.into());
        self.day += 1;
        let due = |share: u32| {
            let due = u64::from(share) * u64::from(self.day) / u64::from(self.days);
            u32::try_from(due).unwrap_or(u32::MAX)
        };
        let due = (due(self.shares.0), due(self.shares.1));
        // Not quite every day: what is not written today is written tomorrow.
        let by_heavy = match self.dice.chance(120) && !self.is_done() {
            true => 0,
            false => due.0 - self.written.0,
        };
        let by_others = due.1 - self.written.1;
        self.written = (self.written.0 + by_heavy, due.1);
        let mut reviews: Vec<_> = (0..by_heavy).map(|_| self.by_heavy(date)).collect();
        reviews.extend((0..by_others).map(|_| self.by_another(date)));
        reviews.sort_by_key(|review| review.logged_at);
        Some(reviews)
    }

    /// Whoever sees so many films sees all kinds.
    fn by_heavy(&mut self, date: NaiveDate) -> Stocked {
        let movie = self.dice.below(self.stock.movies.len() as u64);
        self.review(0, usize::try_from(movie).unwrap_or(0), date)
    }

    fn by_another(&mut self, date: NaiveDate) -> Stocked {
        let member = 1 + self.zeal.pick(&mut self.dice);
        let movie = self.fame.pick(&mut self.dice);
        self.review(member, movie, date)
    }

    fn review(&mut self, member: usize, movie: usize, date: NaiveDate) -> Stocked {
        let pair = member as u64 * self.stock.movies.len() as u64 + movie as u64;
        let rewatch = !self.seen.insert(pair);
        let worth = self.worth[movie];
        let dice = &mut self.dice;
        let since = TimeDelta::seconds(dice.between(18 * 3600, 30 * 3600));
        // A few do not remember the day.
        let watched_on = (!dice.chance(30)).then_some(date);
        let rating = (!dice.chance(100)).then(|| rating(dice, worth)).flatten();
        let comment = match dice.chance(400) {
            true => comment(dice),
            false => String::new(),
        };
        let (id, diary) = self.stock.members[member];
        let viewing = Viewing {
            liked: rating.is_some_and(|rating| rating.half_stars() >= 8) && dice.chance(500),
            spoiler: !comment.is_empty() && dice.chance(30),
            tags: tags(dice),
            visibility: visibility(dice, NOT_PUBLIC[member.min(1)]),
            rating,
            comment,
            rewatch,
            watched_on,
        };
        Stocked {
            member: id,
            diary,
            movie: self.stock.movies[movie],
            viewing,
            logged_at: morning(date) + since,
        }
    }
}

fn rating(dice: &mut Dice, worth: f64) -> Option<Rating> {
    let stars = worth + (dice.bell() - 0.5) * 6.0;
    let half_stars = stars.round().clamp(0.0, 10.0) as i16;
    Rating::from_half_stars(half_stars)
}

/// 20 to 400 characters.
fn comment(dice: &mut Dice) -> String {
    let most = usize::try_from(dice.between(20, 330)).unwrap_or(20);
    let mut comment = (*dice.pick(&SAYINGS)).to_owned();
    while comment.len() < most {
        let saying = *dice.pick(&SAYINGS);
        comment.push(' ');
        comment.push_str(saying);
    }
    comment
}

fn tags(dice: &mut Dice) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let count = match dice.below(10) {
        0..=6 => 0,
        7 | 8 => 1,
        _ => 2,
    };
    for _ in 0..count {
        let tag = *dice.pick(&TAGS);
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn visibility(dice: &mut Dice, (members, private): (u64, u64)) -> Visibility {
    match dice.below(1000) {
        thrown if thrown < private => Visibility::Private,
        thrown if thrown < private + members => Visibility::Members,
        _ => Visibility::Public,
    }
}
