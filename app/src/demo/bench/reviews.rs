//! Generates reviews, day by day.

use chrono::{Days, NaiveDate, TimeDelta};
use entity::{Rating, Visibility};

use super::words::{SENTENCES, TAGS};
use super::{BenchPopulation, Scale, midnight};
use crate::demo::seeded_rng::{SeededRng, WeightedIndex};
use crate::diary::Viewing;
use crate::diary::commands::BulkReview;

/// The `head` of the movies' Zipf weights. With it, 900 of 25,000 reviews by many members are of
/// the most popular movie.
const POPULARITY_HEAD: u64 = 4;

/// Members-only and private reviews per thousand: first for the heavy member, then for all others.
/// The heavy member's diary is public; an eighth of the others are not.
const NON_PUBLIC_PER_MILLE: [(u64, u64); 2] = [(200, 100), (140, 60)];

pub(super) struct ReviewGenerator {
    dice: SeededRng,
    population: BenchPopulation,
    /// How much each of the other members writes.
    member_weights: WeightedIndex,
    /// How often each movie is watched.
    movie_weights: WeightedIndex,
    /// Each movie's typical rating, in half stars.
    movie_quality: Vec<f64>,
    shares: (u32, u32),
    /// How many reviews of each share are generated so far.
    written: (u32, u32),
    first: NaiveDate,
    days: u32,
    day: u32,
}

impl ReviewGenerator {
    pub(super) fn new(scale: Scale, population: BenchPopulation, first: NaiveDate) -> Self {
        let mut dice = SeededRng::new(scale.seed, "worth");
        let quality = population
            .movies
            .iter()
            .map(|_| 2.5 + dice.bell_curve() * 8.0);
        let others = population.members.len() as u64 - 1;
        Self {
            dice: SeededRng::new(scale.seed, "reviews"),
            member_weights: WeightedIndex::zipf(others, others / 5 + 2),
            movie_weights: WeightedIndex::zipf(population.movies.len() as u64, POPULARITY_HEAD),
            movie_quality: quality.collect(),
            shares: scale.review_counts(),
            written: (0, 0),
            first,
            days: scale.years.max(1) * 365,
            day: 0,
            population,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.day == self.days
    }

    /// The reviews of the next day in the order of logging; `None` after the last day.
    pub(super) fn next_day(&mut self) -> Option<Vec<BulkReview>> {
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
        // The heavy member skips some days and catches up on the next.
        let by_heavy = if self.dice.chance(120) && !self.is_done() {
            0
        } else {
            due.0 - self.written.0
        };
        let by_others = due.1 - self.written.1;
        self.written = (self.written.0 + by_heavy, due.1);
        let mut reviews: Vec<_> = (0..by_heavy).map(|_| self.heavy_review(date)).collect();
        reviews.extend((0..by_others).map(|_| self.other_review(date)));
        reviews.sort_by_key(|review| review.logged_at);
        Some(reviews)
    }

    /// The heavy member watches all movies equally often.
    fn heavy_review(&mut self, date: NaiveDate) -> BulkReview {
        let movie = self.dice.below(self.population.movies.len() as u64);
        self.random_review(0, usize::try_from(movie).unwrap_or(0), date)
    }

    fn other_review(&mut self, date: NaiveDate) -> BulkReview {
        let member = 1 + self.member_weights.pick(&mut self.dice);
        let movie = self.movie_weights.pick(&mut self.dice);
        self.random_review(member, movie, date)
    }

    fn random_review(&mut self, member: usize, movie: usize, date: NaiveDate) -> BulkReview {
        let quality = self.movie_quality[movie];
        let dice = &mut self.dice;
        let since = TimeDelta::seconds(dice.between(18 * 3600, 30 * 3600));
        let watched_on = (!dice.chance(30)).then_some(date);
        let rating = (!dice.chance(100))
            .then(|| random_rating(dice, quality))
            .flatten();
        let comment = if dice.chance(400) {
            random_comment(dice)
        } else {
            String::new()
        };
        let (id, diary) = self.population.members[member];
        let viewing = Viewing {
            liked: rating.is_some_and(|rating| rating.half_stars() >= 8) && dice.chance(500),
            spoiler: !comment.is_empty() && dice.chance(30),
            tags: random_tags(dice),
            visibility: random_visibility(dice, NON_PUBLIC_PER_MILLE[member.min(1)]),
            rating,
            comment,
            rewatch: None,
            watched_on,
        };
        BulkReview {
            member: id,
            diary,
            movie: self.population.movies[movie],
            viewing,
            logged_at: midnight(date) + since,
        }
    }
}

fn random_rating(dice: &mut SeededRng, quality: f64) -> Option<Rating> {
    let stars = quality + (dice.bell_curve() - 0.5) * 6.0;
    let half_stars = stars.round().clamp(0.0, 10.0) as i16;
    Rating::from_half_stars(half_stars)
}

fn random_comment(dice: &mut SeededRng) -> String {
    let most = usize::try_from(dice.between(20, 330)).unwrap_or(20);
    let mut comment = (*dice.pick(&SENTENCES)).to_owned();
    while comment.len() < most {
        let saying = *dice.pick(&SENTENCES);
        comment.push(' ');
        comment.push_str(saying);
    }
    comment
}

fn random_tags(dice: &mut SeededRng) -> Vec<String> {
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

fn random_visibility(dice: &mut SeededRng, (members, private): (u64, u64)) -> Visibility {
    match dice.below(1000) {
        thrown if thrown < private => Visibility::Private,
        thrown if thrown < private + members => Visibility::Members,
        _ => Visibility::Public,
    }
}
