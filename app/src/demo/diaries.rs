//! Generates the demo's reviews: who watched what, when, and how they rated it.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use entity::{Rating, Visibility};

use super::comments::{CommentKind, CommentPicker};
use super::movies::DemoMovie;
use super::people::{DemoPerson, PEOPLE};
use super::seeded_rng::{SeededRng, WeightedIndex};
use crate::diary::Viewing;

/// The number of days that the diaries span: two and a half years.
pub(super) const DIARY_DAYS: u32 = 913;

#[derive(Clone, Debug)]
pub(super) struct DemoReview {
    /// The author's index into [`PEOPLE`].
    pub(super) person_index: usize,
    /// Index into the list of movies.
    pub(super) movie_index: usize,
    pub(super) viewing: Viewing,
    pub(super) logged_at: DateTime<Utc>,
}

/// The state of generating one member's diary.
struct Diarist<'a> {
    person: &'a DemoPerson,
    dice: SeededRng,
    /// How much they like each movie; 0 is average.
    liking: Vec<f64>,
    movie_weights: WeightedIndex,
    seen: Vec<bool>,
    /// Indexes of movies that they would watch again.
    loved: Vec<usize>,
}

/// All members' reviews up to `now`, in the order of logging.
pub(super) fn write_diaries(
    seed: u64,
    movies: &[DemoMovie],
    now: DateTime<Utc>,
) -> Vec<DemoReview> {
    let mut all: Vec<_> = PEOPLE
        .iter()
        .enumerate()
        .flat_map(|(place, person)| {
            let diary = draft_diary(seed, person, movies, now);
            diary.into_iter().map(move |draft| (place, draft))
        })
        .collect();
    all.sort_by_key(|(_, draft)| draft.logged_at);
    let mut words = CommentPicker::new(seed);
    let written = all.into_iter().map(|(person, draft)| {
        let comment = draft
            .comment_kind
            .map(|band| words.pick(band, &movies[draft.movie_index]));
        let comment = comment.unwrap_or_default();
        DemoReview {
            person_index: person,
            movie_index: draft.movie_index,
            viewing: Viewing {
                spoiler: draft.comment_kind == Some(CommentKind::Spoiler) && !comment.is_empty(),
                comment,
                ..draft.viewing
            },
            logged_at: draft.logged_at,
        }
    });
    written.collect()
}

/// A review without its comment, which depends on the comments logged before it.
struct DemoDraft {
    movie_index: usize,
    viewing: Viewing,
    logged_at: DateTime<Utc>,
    /// The kind of comment it gets, if any.
    comment_kind: Option<CommentKind>,
}

/// One member's diary up to `now`, in the order of days watched.
fn draft_diary(
    seed: u64,
    person: &DemoPerson,
    movies: &[DemoMovie],
    now: DateTime<Utc>,
) -> Vec<DemoDraft> {
    let mut dice = SeededRng::new(seed, person.username);
    let mut evenings = watch_days(&mut dice, person, now.date_naive());
    evenings.sort_unstable();
    let taste = liking_per_movie(&mut dice, person, movies);
    let draw = taste.iter().map(|liking| (liking.exp() * 1000.0) as u64);
    let mut diarist = Diarist {
        movie_weights: WeightedIndex::new(draw),
        seen: vec![false; movies.len()],
        loved: Vec::new(),
        person,
        dice,
        liking: taste,
    };
    evenings
        .into_iter()
        .map(|day| diarist.draft_review(day, now))
        .collect()
}

/// The days on which they watch something; a day may occur more than once.
fn watch_days(dice: &mut SeededRng, person: &DemoPerson, today: NaiveDate) -> Vec<NaiveDate> {
    let days: Vec<_> = (0..DIARY_DAYS)
        .filter_map(|ago| today.checked_sub_days(Days::new(ago.into())))
        .collect();
    let weights = days
        .iter()
        .map(|day| (watch_weight(person, *day) * 1000.0) as u64);
    let weights = WeightedIndex::new(weights);
    (0..person.review_count)
        .map(|_| days[weights.pick(dice)])
        .collect()
}

fn watch_weight(person: &DemoPerson, day: NaiveDate) -> f64 {
    let of_week = match day.weekday() {
        Weekday::Fri => f64::midpoint(1.0, person.weekend_factor),
        Weekday::Sat | Weekday::Sun => person.weekend_factor,
        Weekday::Mon => 0.7,
        _ => 1.0,
    };
    let of_year = match (day.month(), day.day()) {
        _ if is_festival_day(person, day) => 5.0,
        (month, _) if month == person.quiet_month => 0.06,
        (12, 24..) => 1.8,
        _ => 1.0,
    };
    of_week * of_year
}

/// Whether the day is in the two weeks of their film festival.
fn is_festival_day(person: &DemoPerson, day: NaiveDate) -> bool {
    let (month, first) = person.festival_start;
    let begins = NaiveDate::from_ymd_opt(day.year(), month, first);
    begins.is_some_and(|begins| (0..14).contains(&(day - begins).num_days()))
}

fn liking_per_movie(dice: &mut SeededRng, person: &DemoPerson, movies: &[DemoMovie]) -> Vec<f64> {
    let favourites = [(); 3]
        .map(|()| dice.pick(movies).directors.clone())
        .concat();
    let liking = movies.iter().map(|movie| {
        let of_kind = |kinds: &[&str]| {
            let fitting = movie.genres.iter().filter(|genre| kinds.contains(genre));
            fitting.count().min(2) as f64
        };
        let decade = movie.year / 10 * 10;
        let mut liking = of_kind(person.favourite_genres) - 1.2 * of_kind(person.disliked_genres);
        if person.favourite_decades.contains(&decade) {
            liking += 0.7;
        }
        if movie.directors.iter().any(|name| favourites.contains(name)) {
            liking += 1.6;
        }
        liking + (dice.bell_curve() - 0.5) * 3.0
    });
    liking.collect()
}

impl Diarist<'_> {
    fn draft_review(&mut self, day: NaiveDate, now: DateTime<Utc>) -> DemoDraft {
        let (movie, rewatch) = self.choose_movie();
        let (day, logged_at) = self.log_time(day, now);
        let rating = self.choose_rating(movie, rewatch);
        let band = self.choose_comment_kind(rating, rewatch);
        let dice = &mut self.dice;
        let is_loved = rating.is_some_and(|rating| rating.half_stars() >= 8);
        if is_loved && !self.loved.contains(&movie) {
            self.loved.push(movie);
        }
        let liked = is_loved && dice.chance(600);
        // An unknown day would count as before the first viewing.
        let has_forgotten_day = dice.chance(25);
        let viewing = Viewing {
            liked,
            spoiler: false,
            comment: String::new(),
            rewatch: None,
            watched_on: (!has_forgotten_day || rewatch).then_some(day),
            tags: demo_tags(dice, self.person, day),
            visibility: match dice.below(100) {
                0..3 => Visibility::Private,
                3..9 => Visibility::Members,
                _ => Visibility::Public,
            },
            rating,
        };
        DemoDraft {
            movie_index: movie,
            viewing,
            logged_at,
            comment_kind: band,
        }
    }

    /// A movie, and whether it is a rewatch: one that they loved, or one that they have not seen
    /// while there are any.
    fn choose_movie(&mut self) -> (usize, bool) {
        if !self.loved.is_empty() && self.dice.chance(90) {
            return (*self.dice.pick(&self.loved), true);
        }
        for _ in 0..60 {
            let movie = self.movie_weights.pick(&mut self.dice);
            if !self.seen[movie] {
                self.seen[movie] = true;
                return (movie, false);
            }
        }
        let movie = self.movie_weights.pick(&mut self.dice);
        let is_seen = std::mem::replace(&mut self.seen[movie], true);
        (movie, is_seen)
    }

    /// When it is logged: the same evening or the next morning. Days that would end in the future
    /// are moved back.
    fn log_time(&mut self, day: NaiveDate, now: DateTime<Utc>) -> (NaiveDate, DateTime<Utc>) {
        let hour = if self.dice.chance(250) {
            24 + 7
        } else {
            self.person.log_hour
        };
        let since = hour * 3600 + self.dice.between(0, 3 * 3600 - 1);
        let mut logged_at = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::seconds(since);
        let mut day = day;
        while logged_at > now {
            logged_at -= TimeDelta::days(1);
            day = day - Days::new(1);
        }
        (day, logged_at)
    }

    fn choose_rating(&mut self, movie: usize, rewatch: bool) -> Option<Rating> {
        if self.dice.chance(self.person.unrated_per_mille) {
            return None;
        }
        let again = if rewatch { 1.0 } else { 0.0 };
        let liking = self.liking[movie].clamp(-2.5, 2.5);
        let mood = (self.dice.bell_curve() - 0.5) * 4.0;
        let stars = 6.0 + self.person.rating_bias + liking + mood + again;
        Rating::from_half_stars(stars.round().clamp(1.0, 10.0) as i16)
    }

    /// The kind of comment it gets, if any.
    fn choose_comment_kind(
        &mut self,
        rating: Option<Rating>,
        rewatch: bool,
    ) -> Option<CommentKind> {
        if !self.dice.chance(self.person.comment_per_mille) {
            return None;
        }
        Some(match rating.map(Rating::half_stars) {
            _ if self.dice.chance(25) => CommentKind::Spoiler,
            _ if rewatch && self.dice.chance(700) => CommentKind::Rewatch,
            Some(0..=4) => CommentKind::Low,
            Some(8..) => CommentKind::High,
            _ => CommentKind::Middle,
        })
    }
}

fn demo_tags(dice: &mut SeededRng, person: &DemoPerson, day: NaiveDate) -> Vec<String> {
    const TAGS: [&str; 10] = [
        "cinema",
        "at home",
        "with friends",
        "film club",
        "35mm",
        "late show",
        "on a train",
        "double bill",
        "restored",
        "open air",
    ];
    let mut tags = Vec::new();
    if is_festival_day(person, day) && dice.chance(700) {
        tags.push("festival".to_owned());
    }
    if dice.chance(220) {
        tags.push((*dice.pick(&TAGS)).to_owned());
    }
    tags
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::{DateTime, TimeDelta};

    use super::{DIARY_DAYS, DemoReview, write_diaries};
    use crate::demo::movies::demo_movies;
    use crate::demo::people::PEOPLE;

    #[test]
    fn diaries_are_deterministic_and_never_in_the_future() {
        let movies = demo_movies();
        for hour in [0, 7, 13, 23] {
            let now = DateTime::from_timestamp(20_509 * 86_400 + hour * 3600, 0);
            let now = now.expect("a time");
            let written = write_diaries(1, &movies, now);
            let again = write_diaries(1, &movies, now);
            let viewings = |all: &[DemoReview]| {
                let viewings = all.iter().map(|review| review.viewing.clone());
                viewings.collect::<Vec<_>>()
            };
            assert_eq!(viewings(&written), viewings(&again));
            for (place, person) in PEOPLE.iter().enumerate() {
                let theirs = written.iter().filter(|review| review.person_index == place);
                assert_eq!(theirs.count(), person.review_count);
            }
            for review in written {
                assert!(review.logged_at <= now);
                let day = review.viewing.watched_on;
                let logged_on = review.logged_at.date_naive();
                let late = day.map_or(0, |day| (logged_on - day).num_days());
                assert!((0..=1).contains(&late), "{late} days");
                assert!(now - review.logged_at < TimeDelta::days(i64::from(DIARY_DAYS) + 3));
            }
        }
    }

    #[test]
    fn ratings_are_spread_and_half_of_the_reviews_have_comments() {
        let now = DateTime::from_timestamp(1_772_000_000, 0).expect("a time");
        let all = write_diaries(1, &demo_movies(), now);
        let share = |is: &dyn Fn(&DemoReview) -> bool| {
            all.iter().filter(|review| is(review)).count() * 100 / all.len()
        };
        let words = share(&|review| !review.viewing.comment.is_empty());
        assert!((48..65).contains(&words), "{words} %");
        let mut seen = HashSet::new();
        let is_rewatch =
            |review: &&DemoReview| !seen.insert((review.person_index, review.movie_index));
        let rewatches = all.iter().filter(is_rewatch).count() * 100 / all.len();
        assert!((5..40).contains(&rewatches), "{rewatches} %");
        let high = share(&|review| {
            let rating = review.viewing.rating;
            rating.is_some_and(|rating| rating.half_stars() >= 8)
        });
        assert!((20..60).contains(&high), "{high} %");
        for page in all.chunks(20) {
            let mut comments: Vec<_> = page.iter().map(|review| &review.viewing.comment).collect();
            comments.retain(|comment| !comment.is_empty());
            comments.sort();
            let count = comments.len();
            comments.dedup();
            assert_eq!(
                comments.len(),
                count,
                "a comment is repeated within one page"
            );
        }
    }
}
