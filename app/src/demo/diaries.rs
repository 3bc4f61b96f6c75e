//! What the demo's members have seen, when, and how they liked it.

use std::collections::VecDeque;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use entity::{Rating, Visibility};

use super::dice::{Dice, Weights};
use super::films::{Band, Film, phrases, said_of};
use super::people::{PEOPLE, Person};
use crate::diary::Viewing;

/// Over how many days the diaries go: two and a half years.
pub(super) const DAYS: u32 = 913;

/// One review.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// The place of its writer among all.
    pub(super) person: usize,
    /// The place of the film among all.
    pub(super) film: usize,
    pub(super) viewing: Viewing,
    pub(super) logged_at: DateTime<Utc>,
}

/// Who writes, and what they have written so far.
struct Diarist<'a> {
    person: &'a Person,
    dice: Dice,
    /// How much they like each film, about 0 for one like any other.
    taste: Vec<f64>,
    draw: Weights,
    seen: Vec<bool>,
    /// Those that they would see again.
    loved: Vec<usize>,
}

/// Everybody's diaries up to `now`, in the order in which they are logged.
pub(super) fn write(seed: u64, films: &[Film], now: DateTime<Utc>) -> Vec<Written> {
    let mut all: Vec<_> = PEOPLE
        .iter()
        .enumerate()
        .flat_map(|(place, person)| {
            let diary = diary(seed, person, films, now);
            diary.into_iter().map(move |draft| (place, draft))
        })
        .collect();
    all.sort_by_key(|(_, draft)| draft.logged_at);
    let mut words = Words::new(seed);
    let written = all.into_iter().map(|(person, draft)| {
        let comment = draft.band.map(|band| words.find(band, &films[draft.film]));
        let comment = comment.unwrap_or_default();
        Written {
            person,
            film: draft.film,
            viewing: Viewing {
                spoiler: draft.band == Some(Band::Spoiler) && !comment.is_empty(),
                comment,
                ..draft.viewing
            },
            logged_at: draft.logged_at,
        }
    });
    written.collect()
}

/// A review that has no words yet.
struct Draft {
    film: usize,
    viewing: Viewing,
    logged_at: DateTime<Utc>,
    /// Which words it is to have.
    band: Option<Band>,
}

/// The diary of `person` up to `now`, by the days.
fn diary(seed: u64, person: &Person, films: &[Film], now: DateTime<Utc>) -> Vec<Draft> {
    let mut dice = Dice::of(seed, person.username);
    let mut evenings = evenings(&mut dice, person, now.date_naive());
    evenings.sort_unstable();
    let taste = taste(&mut dice, person, films);
    let draw = taste.iter().map(|liking| (liking.exp() * 1000.0) as u64);
    let mut diarist = Diarist {
        draw: Weights::new(draw),
        seen: vec![false; films.len()],
        loved: Vec::new(),
        person,
        dice,
        taste,
    };
    evenings
        .into_iter()
        .map(|day| diarist.review(day, now))
        .collect()
}

/// The days on which they see something; some more than once.
fn evenings(dice: &mut Dice, person: &Person, today: NaiveDate) -> Vec<NaiveDate> {
    let days: Vec<_> = (0..DAYS)
        .filter_map(|ago| today.checked_sub_days(Days::new(ago.into())))
        .collect();
    let weights = days
        .iter()
        .map(|day| (appetite(person, *day) * 1000.0) as u64);
    let weights = Weights::new(weights);
    (0..person.reviews)
        .map(|_| days[weights.pick(dice)])
        .collect()
}

fn appetite(person: &Person, day: NaiveDate) -> f64 {
    let of_week = match day.weekday() {
        Weekday::Fri => f64::midpoint(1.0, person.weekends),
        Weekday::Sat | Weekday::Sun => person.weekends,
        Weekday::Mon => 0.7,
        _ => 1.0,
    };
    let of_year = match (day.month(), day.day()) {
        _ if is_festival(person, day) => 5.0,
        (month, _) if month == person.dry_month => 0.06,
        (12, 24..) => 1.8,
        _ => 1.0,
    };
    of_week * of_year
}

/// Two weeks of a film festival.
fn is_festival(person: &Person, day: NaiveDate) -> bool {
    let (month, first) = person.festival;
    let begins = NaiveDate::from_ymd_opt(day.year(), month, first);
    begins.is_some_and(|begins| (0..14).contains(&(day - begins).num_days()))
}

fn taste(dice: &mut Dice, person: &Person, films: &[Film]) -> Vec<f64> {
    let favourites = [(); 3]
        .map(|()| dice.pick(films).directors.clone())
        .concat();
    let liking = films.iter().map(|film| {
        let of_kind = |kinds: &[&str]| {
            let fitting = film.genres.iter().filter(|genre| kinds.contains(genre));
            fitting.count().min(2) as f64
        };
        let decade = film.year / 10 * 10;
        let mut liking = of_kind(person.loves) - 1.2 * of_kind(person.shuns);
        if person.decades.contains(&decade) {
            liking += 0.7;
        }
        if film.directors.iter().any(|name| favourites.contains(name)) {
            liking += 1.6;
        }
        liking + (dice.bell() - 0.5) * 3.0
    });
    liking.collect()
}

impl Diarist<'_> {
    fn review(&mut self, day: NaiveDate, now: DateTime<Utc>) -> Draft {
        let (film, rewatch) = self.choose();
        let (day, logged_at) = self.time(day, now);
        let rating = self.rate(film, rewatch);
        let band = self.band(rating, rewatch);
        let dice = &mut self.dice;
        let is_loved = rating.is_some_and(|rating| rating.half_stars() >= 8);
        if is_loved && !self.loved.contains(&film) {
            self.loved.push(film);
        }
        let viewing = Viewing {
            liked: is_loved && dice.chance(600),
            spoiler: false,
            comment: String::new(),
            rewatch,
            // Seen some time, when exactly is forgotten.
            watched_on: (!dice.chance(25)).then_some(day),
            tags: tags(dice, self.person, day),
            visibility: match dice.below(100) {
                0..3 => Visibility::Private,
                3..9 => Visibility::Members,
                _ => Visibility::Public,
            },
            rating,
        };
        Draft {
            film,
            viewing,
            logged_at,
            band,
        }
    }

    /// A film, and whether they have seen it before: one that they loved, or one that is new
    /// to them, as long as there are any.
    fn choose(&mut self) -> (usize, bool) {
        if !self.loved.is_empty() && self.dice.chance(90) {
            return (*self.dice.pick(&self.loved), true);
        }
        for _ in 0..60 {
            let film = self.draw.pick(&mut self.dice);
            if !self.seen[film] {
                self.seen[film] = true;
                return (film, false);
            }
        }
        let film = self.draw.pick(&mut self.dice);
        let is_seen = std::mem::replace(&mut self.seen[film], true);
        (film, is_seen)
    }

    /// Logged the same evening or the next morning. What would be still to come was a day
    /// earlier.
    fn time(&mut self, day: NaiveDate, now: DateTime<Utc>) -> (NaiveDate, DateTime<Utc>) {
        let hour = match self.dice.chance(250) {
            true => 24 + 7,
            false => self.person.hour,
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

    fn rate(&mut self, film: usize, rewatch: bool) -> Option<Rating> {
        if self.dice.chance(self.person.unrated) {
            return None;
        }
        let again = if rewatch { 1.0 } else { 0.0 };
        let liking = self.taste[film].clamp(-2.5, 2.5);
        let mood = (self.dice.bell() - 0.5) * 4.0;
        let stars = 6.0 + self.person.kindness + liking + mood + again;
        Rating::from_half_stars(stars.round().clamp(1.0, 10.0) as i16)
    }

    /// Which words it has, if any.
    fn band(&mut self, rating: Option<Rating>, rewatch: bool) -> Option<Band> {
        if !self.dice.chance(self.person.words) {
            return None;
        }
        Some(match rating.map(Rating::half_stars) {
            _ if self.dice.chance(25) => Band::Spoiler,
            _ if rewatch && self.dice.chance(700) => Band::Rewatch,
            Some(0..=4) => Band::Low,
            Some(8..) => Band::High,
            _ => Band::Middle,
        })
    }
}

/// Finds words: other ones than lately, whoever used them.
struct Words {
    dice: Dice,
    /// Of each band, and those of it that were used last.
    phrases: [(Vec<&'static str>, VecDeque<&'static str>); Band::ALL.len()],
}

impl Words {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::of(seed, "words"),
            phrases: Band::ALL.map(|band| (phrases(band), VecDeque::new())),
        }
    }

    /// Empty where there are none that fit.
    fn find(&mut self, band: Band, film: &Film) -> String {
        let (phrases, used) = &mut self.phrases[band as usize];
        for _ in 0..phrases.len() * 4 {
            let phrase = *self.dice.pick(phrases);
            if used.contains(&phrase) {
                continue;
            }
            if let Some(comment) = said_of(phrase, film) {
                used.push_back(phrase);
                if used.len() > phrases.len() * 2 / 3 {
                    used.pop_front();
                }
                return comment;
            }
        }
        String::new()
    }
}

fn tags(dice: &mut Dice, person: &Person, day: NaiveDate) -> Vec<String> {
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
    if is_festival(person, day) && dice.chance(700) {
        tags.push("festival".to_owned());
    }
    if dice.chance(220) {
        tags.push((*dice.pick(&TAGS)).to_owned());
    }
    tags
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::{DAYS, Written, write};
    use crate::demo::films::films;
    use crate::demo::people::PEOPLE;

    #[test]
    fn diaries_are_the_same_each_time_and_nothing_in_them_is_still_to_come() {
        let films = films();
        for hour in [0, 7, 13, 23] {
            let now = DateTime::from_timestamp(20_509 * 86_400 + hour * 3600, 0);
            let now = now.expect("a time");
            let written = write(1, &films, now);
            let again = write(1, &films, now);
            let viewings = |all: &[Written]| {
                let viewings = all.iter().map(|review| review.viewing.clone());
                viewings.collect::<Vec<_>>()
            };
            assert_eq!(viewings(&written), viewings(&again));
            for (place, person) in PEOPLE.iter().enumerate() {
                let theirs = written.iter().filter(|review| review.person == place);
                assert_eq!(theirs.count(), person.reviews);
            }
            for review in written {
                assert!(review.logged_at <= now);
                let day = review.viewing.watched_on;
                let logged_on = review.logged_at.date_naive();
                let late = day.map_or(0, |day| (logged_on - day).num_days());
                assert!((0..=1).contains(&late), "{late} days");
                assert!(now - review.logged_at < TimeDelta::days(i64::from(DAYS) + 3));
            }
        }
    }

    #[test]
    fn ratings_follow_taste_and_half_of_the_reviews_have_words() {
        let now = DateTime::from_timestamp(1_772_000_000, 0).expect("a time");
        let all = write(1, &films(), now);
        let share = |is: &dyn Fn(&Written) -> bool| {
            all.iter().filter(|review| is(review)).count() * 100 / all.len()
        };
        let words = share(&|review| !review.viewing.comment.is_empty());
        assert!((48..65).contains(&words), "{words} %");
        let rewatches = share(&|review| review.viewing.rewatch);
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
            assert_eq!(comments.len(), count, "somebody repeats what was just said");
        }
    }
}
