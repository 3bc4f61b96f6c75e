//! Validation of the review form.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{Rating, Visibility};

use super::{NewReview, RawReview, ReviewEdit, Viewing};
use crate::catalog::MovieRef;
use crate::secret;
use crate::text::{self, folded_key};
use crate::web::FieldErrors;
use crate::web::form::{OUTDATED_FORM, is_ticked, parse_day};

const MAX_COMMENT_CHARS: usize = 10_000;

/// The most tags of a review, and the most characters of one tag.
const TAG_LIMITS: (usize, usize) = (10, 32);

impl RawReview {
    /// `today` is the current day in the member's time zone.
    pub fn check_new(&self, today: NaiveDate) -> Result<NewReview, FieldErrors> {
        let mut errors = FieldErrors::default();
        let movie_ref = self.raw_movie().check(today, &mut errors);
        let viewing = self.check_viewing(today, None, &mut errors);
        let key = errors.ok_or_add("", self.parse_key());
        match (movie_ref, viewing, key) {
            (Some(movie_ref), Some(viewing), Some(key)) if errors.is_empty() => Ok(NewReview {
                body_hash: body_hash(&movie_ref, &viewing),
                movie_ref,
                day_is_confirmed: self.is_day_confirmed(today),
                viewing,
                key,
            }),
            _ => Err(errors),
        }
    }

    /// `saved_day` is the day of the review so far, which is not checked again: for a member who has
    /// moved west, it may be tomorrow.
    pub fn check_edit(
        &self,
        today: NaiveDate,
        saved_day: Option<NaiveDate>,
    ) -> Result<ReviewEdit, FieldErrors> {
        let mut errors = FieldErrors::default();
        let version = self.version.parse().map_err(|_| OUTDATED_FORM.to_owned());
        let version = errors.ok_or_add("", version);
        match (version, self.check_viewing(today, saved_day, &mut errors)) {
            (Some(version), Some(viewing)) if errors.is_empty() => {
                Ok(ReviewEdit { version, viewing })
            }
            _ => Err(errors),
        }
    }

    pub fn is_day_confirmed(&self, today: NaiveDate) -> bool {
        self.confirmed_day == self.day_text(today).unwrap_or_default()
    }

    fn check_viewing(
        &self,
        today: NaiveDate,
        saved_day: Option<NaiveDate>,
        errors: &mut FieldErrors,
    ) -> Option<Viewing> {
        let rating = errors.ok_or_add("rating", self.parse_rating());
        let watched_on = errors.ok_or_add("watched_on", self.parse_watched_on(today, saved_day));
        let tags = errors.ok_or_add("tags", parse_tags(&self.tags));
        let comment = errors.lines("comment", &self.comment, MAX_COMMENT_CHARS);
        let visibility = Visibility::parse(&self.visibility);
        let visibility = visibility.ok_or_else(|| "Choose who can see it.".to_owned());
        let visibility = errors.ok_or_add("visibility", visibility);
        Some(Viewing {
            rating: rating?,
            liked: is_ticked(&self.liked),
            comment: comment?,
            spoiler: is_ticked(&self.spoiler),
            rewatch: self.changed_rewatch(),
            watched_on: watched_on?,
            tags: tags?,
            visibility: visibility?,
        })
    }

    fn parse_rating(&self) -> Result<Option<Rating>, String> {
        match self.rating.as_str() {
            "" => Ok(None),
            stars => Rating::parse(stars)
                .map(Some)
                .ok_or_else(|| "A rating is 0 to 5 stars, in half-star steps.".to_owned()),
        }
    }

    fn parse_watched_on(
        &self,
        today: NaiveDate,
        saved_day: Option<NaiveDate>,
    ) -> Result<Option<NaiveDate>, String> {
        let Some(day) = self.day_text(today) else {
            return Ok(None);
        };
        let first = NaiveDate::from_ymd_opt(1888, 1, 1).expect("a day");
        match parse_day(&day) {
            None => Err("Choose the day, or “I don’t remember”.".to_owned()),
            Some(day) if Some(day) == saved_day => Ok(saved_day),
            Some(day) if day > today => {
                Err("That day is in the future. Check the time zone in your settings.".to_owned())
            }
            Some(day) if day < first => Err("There were no films before 1888.".to_owned()),
            Some(day) => Ok(Some(day)),
        }
    }

    fn changed_rewatch(&self) -> Option<bool> {
        let rewatch = is_ticked(&self.rewatch);
        (rewatch != is_ticked(&self.rewatch_shown)).then_some(rewatch)
    }

    fn parse_key(&self) -> Result<String, String> {
        is_form_key(&self.key)
            .then(|| self.key.clone())
            .ok_or_else(|| OUTDATED_FORM.to_owned())
    }
}

/// A key has 16 to 64 characters: ASCII letters, digits, `-` and `_`.
pub fn is_form_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=64).contains(&key.len()) && key.bytes().all(fits)
}

/// Splits the tags at commas and drops duplicates. Stops at the first tag too many, because a
/// form can hold far more tags than a review.
fn parse_tags(raw: &str) -> Result<Vec<String>, String> {
    let (most, longest) = TAG_LIMITS;
    let too_many = || format!("A review can have at most {most} tags.");
    let mut tags = Vec::new();
    let mut keys = HashSet::new();
    for raw in raw.split(',').filter(|raw| !raw.trim().is_empty()) {
        let tag = text::clean_line(raw, longest).map_err(|error| match error {
            text::TextError::TooLong { max: most } => {
                format!("A tag can have at most {most} characters.")
            }
            error => error.message(),
        })?;
        let key = folded_key(&tag);
        if !key.is_empty() && keys.insert(key) {
            tags.push(tag);
        }
        if tags.len() > most {
            return Err(too_many());
        }
    }
    Ok(tags)
}

/// The same review has the same hash, whatever the order of its form fields.
fn body_hash(movie_ref: &MovieRef, viewing: &Viewing) -> String {
    let text = |value: Option<String>| value.unwrap_or_default();
    let movie = match movie_ref {
        MovieRef::Existing(id) => vec![id.to_string()],
        MovieRef::Entered(typed) => vec![
            typed.title.clone(),
            text(typed.year.map(|year| year.to_string())),
            typed.directors.join(","),
            text(typed.ids.imdb_id.clone()),
            text(typed.ids.tmdb_id.map(|id| id.to_string())),
            text(typed.ids.wikidata_id.clone()),
        ],
    };
    let viewing_parts = [
        text(viewing.rating.map(|rating| rating.to_string())),
        viewing.liked.to_string(),
        viewing.comment.clone(),
        viewing.spoiler.to_string(),
        text(viewing.rewatch.map(|rewatch| rewatch.to_string())),
        text(viewing.watched_on.map(|day| day.to_string())),
        viewing.tags.join(","),
        viewing.visibility.name().to_owned(),
    ];
    let parts: Vec<_> = movie.into_iter().chain(viewing_parts).collect();
    secret::sha256_hex(parts.join("\u{1f}").as_bytes())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::Visibility;
    use proptest::prelude::*;

    use super::{RawReview, parse_tags};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, 7).expect("a day")
    }

    fn raw() -> RawReview {
        RawReview {
            title: "The Matrix".to_owned(),
            year: "1999".to_owned(),
            ..RawReview::for_today(today(), Visibility::Public)
        }
    }

    #[test]
    fn a_form_with_a_title_and_a_year_is_valid() {
        let new = raw().check_new(today()).expect("it is valid");
        assert_eq!(new.viewing.watched_on, Some(today()));
        assert_eq!(new.viewing.rating, None);
    }

    #[test]
    fn each_invalid_field_has_its_own_error() {
        let bad = RawReview {
            title: " ".to_owned(),
            year: "99".to_owned(),
            rating: "5.5".to_owned(),
            watched_on: "2024-03-08".to_owned(),
            comment: "\0".to_owned(),
            tags: "x".repeat(33),
            visibility: "friends".to_owned(),
            ..raw()
        };
        let errors = bad.check_new(today()).expect_err("all of them are wrong");
        for field in [
            "title",
            "year",
            "rating",
            "watched_on",
            "comment",
            "tags",
            "visibility",
        ] {
            assert!(errors.get(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_missing_day_is_an_error_unless_marked_unknown() {
        let mut raw = raw();
        raw.watched_on.clear();
        assert!(raw.check_new(today()).is_err());
        raw.day_unknown = "on".to_owned();
        let new = raw.check_new(today()).expect("it is valid");
        assert_eq!(new.viewing.watched_on, None);
    }

    #[test]
    fn duplicate_tags_are_dropped_and_eleven_refused() {
        assert_eq!(
            parse_tags("Noir, noir , , with Ada"),
            Ok(vec!["Noir".to_owned(), "with Ada".to_owned()])
        );
        assert!(parse_tags("1,2,3,4,5,6,7,8,9,10,11").is_err());
    }

    #[test]
    fn different_reviews_have_different_hashes() {
        let one = raw().check_new(today()).expect("it is valid");
        let same = raw().check_new(today()).expect("it is valid");
        let other = RawReview {
            liked: "on".to_owned(),
            ..raw()
        };
        let other = other.check_new(today()).expect("it is valid");
        assert_eq!(one.body_hash, same.body_hash);
        assert_ne!(one.body_hash, other.body_hash);
        assert_ne!(one.key, same.key);
    }

    proptest! {
        #[test]
        fn comments_are_only_trimmed(
            comment in "[^\\p{Cc}\\p{Cn}\\p{M}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]{0,200}"
        ) {
            let raw = RawReview { comment: comment.clone(), ..raw() };
            let new = raw.check_new(today()).expect("it is valid");
            prop_assert_eq!(new.viewing.comment, comment.trim());
        }
    }
}
