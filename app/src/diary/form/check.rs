//! Parsing the form of a review.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::{Rating, Visibility};

use super::{Change, NewReview, RawReview, Viewing};
use crate::catalog::Claim;
use crate::secret;
use crate::text::{self, key};
use crate::web::Fields;
use crate::web::form::is_ticked;

/// The most characters of a comment.
const COMMENT: usize = 10_000;

/// The most tags of a review, and the most characters of one.
const TAGS: (usize, usize) = (10, 32);

/// A form whose hidden fields make no sense.
pub(super) const STALE: &str = "This form is an old one. Reload the page and try again.";

impl RawReview {
    /// Checks a new review; `today` is the member's.
    pub fn check_new(&self, today: NaiveDate) -> Result<NewReview, Fields> {
        let mut errors = Fields::default();
        let claim = self.film().check(today, &mut errors);
        let viewing = self.viewing(today, &mut errors);
        let key = errors.keep("", self.checked_key());
        match (claim, viewing, key) {
            (Some(claim), Some(viewing), Some(key)) if errors.is_empty() => Ok(NewReview {
                body_hash: body_hash(&claim, &viewing),
                claim,
                viewing,
                key,
            }),
            _ => Err(errors),
        }
    }

    /// Checks a changed review; `today` is the member's.
    pub fn check_change(&self, today: NaiveDate) -> Result<Change, Fields> {
        let mut errors = Fields::default();
        let version = self.version.parse().map_err(|_| STALE.to_owned());
        let version = errors.keep("", version);
        match (version, self.viewing(today, &mut errors)) {
            (Some(version), Some(viewing)) if errors.is_empty() => Ok(Change { version, viewing }),
            _ => Err(errors),
        }
    }

    fn viewing(&self, today: NaiveDate, errors: &mut Fields) -> Option<Viewing> {
        let rating = errors.keep("rating", self.rating());
        let watched_on = errors.keep("watched_on", self.watched_on(today));
        let tags = errors.keep("tags", tags(&self.tags));
        let comment = errors.lines("comment", &self.comment, COMMENT);
        let visibility = Visibility::parse(&self.visibility);
        let visibility = visibility.ok_or_else(|| "Choose who may see it.".to_owned());
        let visibility = errors.keep("visibility", visibility);
        Some(Viewing {
            rating: rating?,
            liked: is_ticked(&self.liked),
            comment: comment?,
            spoiler: is_ticked(&self.spoiler),
            rewatch: is_ticked(&self.rewatch),
            watched_on: watched_on?,
            tags: tags?,
            visibility: visibility?,
        })
    }

    fn rating(&self) -> Result<Option<Rating>, String> {
        match self.rating.as_str() {
            "" => Ok(None),
            stars => Rating::parse(stars)
                .map(Some)
                .ok_or_else(|| "A rating is 0 to 5 stars, in halves.".to_owned()),
        }
    }

    fn watched_on(&self, today: NaiveDate) -> Result<Option<NaiveDate>, String> {
        if is_ticked(&self.day_unknown) {
            return Ok(None);
        }
        let first = NaiveDate::from_ymd_opt(1888, 1, 1).expect("a day");
        match self.watched_on.trim().parse::<NaiveDate>() {
            Err(_) => Err("Choose the day, or tick “I don’t remember”.".to_owned()),
            Ok(day) if day > today => {
                Err("That day has not come yet. Your time zone is in the settings.".to_owned())
            }
            Ok(day) if day < first => Err("There were no films then.".to_owned()),
            Ok(day) => Ok(Some(day)),
        }
    }

    fn checked_key(&self) -> Result<String, String> {
        is_key(&self.key)
            .then(|| self.key.clone())
            .ok_or_else(|| STALE.to_owned())
    }
}

/// Whether this can be the key of a form.
pub fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=64).contains(&key.len()) && key.bytes().all(fits)
}

/// Tags, each once. A form has room for many more than a review, so it stops early.
fn tags(raw: &str) -> Result<Vec<String>, String> {
    let (most, longest) = TAGS;
    let too_many = || format!("A review has at most {most} tags.");
    let mut tags = Vec::new();
    let mut keys = HashSet::new();
    for raw in raw.split(',').filter(|raw| !raw.trim().is_empty()) {
        let tag = text::line(raw, longest).map_err(|unfit| match unfit {
            text::Unfit::TooLong { most } => format!("A tag has at most {most} characters."),
            text::Unfit::Control => unfit.told(),
        })?;
        let key = key(&tag);
        if !key.is_empty() && keys.insert(key) {
            tags.push(tag);
        }
        if tags.len() > most {
            return Err(too_many());
        }
    }
    Ok(tags)
}

/// One text for one review, whatever order its form was in.
fn body_hash(claim: &Claim, viewing: &Viewing) -> String {
    let text = |value: Option<String>| value.unwrap_or_default();
    let movie = match claim {
        Claim::Known(id) => vec![id.to_string()],
        Claim::Typed(typed) => vec![
            typed.title.clone(),
            typed.year.to_string(),
            typed.directors.join(","),
            text(typed.ids.imdb_id.clone()),
            text(typed.ids.tmdb_id.map(|id| id.to_string())),
            text(typed.ids.wikidata_id.clone()),
        ],
    };
    let said = [
        text(viewing.rating.map(|rating| rating.to_string())),
        viewing.liked.to_string(),
        viewing.comment.clone(),
        viewing.spoiler.to_string(),
        viewing.rewatch.to_string(),
        text(viewing.watched_on.map(|day| day.to_string())),
        viewing.tags.join(","),
        viewing.visibility.name().to_owned(),
    ];
    let parts: Vec<_> = movie.into_iter().chain(said).collect();
    secret::hash(parts.join("\u{1f}").as_bytes())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::Visibility;
    use proptest::prelude::*;

    use super::{RawReview, tags};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, 7).expect("a day")
    }

    fn raw() -> RawReview {
        RawReview {
            title: "The Matrix".to_owned(),
            year: "1999".to_owned(),
            ..RawReview::today(today(), Visibility::Public)
        }
    }

    #[test]
    fn an_untouched_form_with_a_title_and_a_year_is_a_review() {
        let new = raw().check_new(today()).expect("it is valid");
        assert_eq!(new.viewing.watched_on, Some(today()));
        assert_eq!(new.viewing.rating, None);
    }

    #[test]
    fn every_error_stands_beside_its_field() {
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
            assert!(errors.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_forgotten_day_is_no_error_but_an_empty_one_is() {
        let mut raw = raw();
        raw.watched_on.clear();
        assert!(raw.check_new(today()).is_err());
        raw.day_unknown = "on".to_owned();
        let new = raw.check_new(today()).expect("it is valid");
        assert_eq!(new.viewing.watched_on, None);
    }

    #[test]
    fn tags_count_once_and_ten_at_most() {
        assert_eq!(
            tags("Noir, noir , , with Ada"),
            Ok(vec!["Noir".to_owned(), "with Ada".to_owned()])
        );
        assert!(tags("1,2,3,4,5,6,7,8,9,10,11").is_err());
    }

    #[test]
    fn another_review_has_another_hash() {
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
        fn comments_are_kept_as_typed_but_for_the_ends(comment in "[^\\p{Cc}]{0,200}") {
            let raw = RawReview { comment: comment.clone(), ..raw() };
            let new = raw.check_new(today()).expect("it is valid");
            prop_assert_eq!(new.viewing.comment, comment.trim());
        }
    }
}
