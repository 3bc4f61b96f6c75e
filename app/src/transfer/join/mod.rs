//! Puts together what the rows of one film say: which viewing a rating, a heart or a review belongs
//! to, which rows tell the same thing twice, and which viewings are rewatches.
//!
//! It needs to know only which rows are of one film. Undecided rows of one title and year can be
//! joined in the same way.

mod content;
mod duplicates;
mod joined;
mod rows;
mod sittings;
mod viewings;

use chrono::{NaiveDate, TimeDelta};

use super::files::reasons::{SkipReason, WarningCode};
use super::files::values::words::MAX_COMMENT;
use duplicates::{Numbered, without_duplicates};
use sittings::join_sittings;
use viewings::viewings_of;

pub use content::{ReviewContent, content_of};
pub use joined::{JoinWarning, JoinedFilm, JoinedLike, JoinedReview};
pub use rows::{JoinFact, JoinRow};

/// Two plays closer than this are told, because one of them may be a mistake.
const CLOSE: TimeDelta = TimeDelta::minutes(30);

/// Joins the rows of one film, in the order in which they were read.
pub fn join_film(rows: &[JoinRow]) -> JoinedFilm {
    let mut joined = JoinedFilm::default();
    let rows = without_duplicates(rows, &mut joined.skipped);
    let sittings = join_sittings(&rows, &mut joined.skipped);
    joined.reviews = viewings_of(&rows, sittings);
    joined.warn_of_close_plays();
    joined.add_comments(&rows);
    joined.add_ratings(&rows);
    joined.add_watched(&rows);
    joined.add_likes(&rows);
    for (row, known) in &rows {
        match known.fact {
            JoinFact::Watchlist => joined.watchlist.push(*row),
            JoinFact::ListEntry { .. } => joined.list_entries.push(*row),
            JoinFact::DeletedViewing { .. } => joined.deleted.push(*row),
            JoinFact::Correction => joined.corrections.push(*row),
            JoinFact::Picture => joined.pictures.push(*row),
            JoinFact::AboutAccount => {}
            _ => {}
        }
    }
    joined
}

impl JoinedFilm {
    fn warn_of_close_plays(&mut self) {
        for pair in self.reviews.windows(2) {
            if let (Some(first), Some(second)) = (pair[0].at, pair[1].at)
                && second - first < CLOSE
            {
                self.warnings.push(JoinWarning {
                    code: WarningCode::PlaysCloseTogether,
                    row: pair[1].row,
                    ratings: None,
                });
            }
        }
    }

    /// Words about a film without a viewing make one, on a day unknown.
    fn add_comments(&mut self, rows: &Numbered) {
        for (row, known) in rows {
            let JoinFact::Comment { day, characters } = known.fact else {
                continue;
            };
            let Some(place) = self.review_up_to(day) else {
                self.reviews.push(JoinedReview {
                    characters,
                    ..JoinedReview::of_row(*row)
                });
                continue;
            };
            let review = &mut self.reviews[place];
            // Two texts are separated by an empty line.
            if review.characters + characters + 2 > MAX_COMMENT {
                self.skipped.push((*row, SkipReason::CommentTooLong));
                continue;
            }
            review.characters += characters + 2;
            review.words_from.push(*row);
            review.merged.push(*row);
        }
    }

    /// A viewing with a rating of its own keeps it.
    fn add_ratings(&mut self, rows: &Numbered) {
        for (row, known) in rows {
            let JoinFact::Rating { rating, day } = known.fact else {
                continue;
            };
            let Some(place) = self.review_up_to(day) else {
                self.reviews.push(JoinedReview {
                    rating,
                    is_rating_only: true,
                    ..JoinedReview::of_row(*row)
                });
                continue;
            };
            let review = &mut self.reviews[place];
            review.merged.push(*row);
            match (review.rating, rating) {
                (Some(kept), Some(other)) if kept != other => self.warnings.push(JoinWarning {
                    code: WarningCode::RatingDiffers,
                    row: *row,
                    ratings: Some((kept, other)),
                }),
                (kept, rating) => review.rating = kept.or(rating),
            }
        }
    }

    fn add_watched(&mut self, rows: &Numbered) {
        for (row, known) in rows {
            if known.fact != JoinFact::Watched {
                continue;
            }
            match self.reviews.last_mut() {
                Some(review) => review.merged.push(*row),
                None => self.reviews.push(JoinedReview::of_row(*row)),
            }
        }
    }

    fn add_likes(&mut self, rows: &Numbered) {
        for (row, known) in rows {
            let JoinFact::Like { day } = known.fact else {
                continue;
            };
            let review = self.review_up_to(day);
            match review {
                Some(review) => self.reviews[review].is_liked = true,
                None => self.warnings.push(JoinWarning {
                    code: WarningCode::LikedNotWatched,
                    row: *row,
                    ratings: None,
                }),
            }
            self.likes.push(JoinedLike { row: *row, review });
        }
    }

    /// The latest viewing up to the day on which something was said, or the first one after.
    /// Without a day, the latest of all.
    fn review_up_to(&self, said_on: Option<NaiveDate>) -> Option<usize> {
        let before = match said_on {
            Some(_) => self.reviews.partition_point(|review| review.day <= said_on),
            None => self.reviews.len(),
        };
        (!self.reviews.is_empty()).then(|| before.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::Rating;

    use super::{JoinFact, JoinRow, JoinedFilm, join_film};
    use crate::transfer::files::reasons::{SkipReason, WarningCode};

    /// A day of January 2024.
    fn on(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2024, 1, day)
    }

    fn stars(stars: &str) -> Option<Rating> {
        Rating::parse(stars)
    }

    fn seen(day: Option<NaiveDate>, rating: Option<Rating>) -> JoinRow {
        JoinRow {
            own_key: None,
            fact: JoinFact::Viewing {
                day,
                at: None,
                rating,
                rewatch: None,
                is_review: false,
                characters: 0,
                sitting: None,
            },
        }
    }

    /// A row of Letterboxd, which has a key and says what a rewatch is.
    fn entry(key: &str, day: Option<NaiveDate>, is_review: bool) -> JoinRow {
        JoinRow {
            own_key: Some(key.to_owned()),
            fact: JoinFact::Viewing {
                day,
                at: None,
                rating: None,
                rewatch: Some(false),
                is_review,
                characters: 10,
                sitting: None,
            },
        }
    }

    fn row(fact: JoinFact) -> JoinRow {
        let own_key = None;
        JoinRow { own_key, fact }
    }

    fn rated(day: Option<NaiveDate>, rating: Option<Rating>) -> JoinRow {
        row(JoinFact::Rating { rating, day })
    }

    fn liked(day: Option<NaiveDate>) -> JoinRow {
        row(JoinFact::Like { day })
    }

    /// Each review as its row, its rating, whether it is a rewatch or liked, and the rows in it.
    fn told(film: &JoinedFilm) -> Vec<String> {
        let reviews = film.reviews.iter().map(|review| {
            let rating = review
                .rating
                .map_or("-".to_owned(), |rating| rating.to_string());
            let rewatch = if review.rewatch { " again" } else { "" };
            let liked = if review.is_liked { " liked" } else { "" };
            format!(
                "{}: {rating}{rewatch}{liked} {:?}",
                review.row, review.merged
            )
        });
        reviews.collect()
    }

    #[test]
    fn what_is_said_of_a_film_goes_to_the_latest_viewing_up_to_that_day() {
        let viewings = [seen(on(9), None), seen(on(2), None), seen(None, None)];
        for (said, place) in [
            (on(1), "2"),
            (on(2), "1"),
            (on(8), "1"),
            (on(9), "0"),
            (on(30), "0"),
            (None, "0"),
        ] {
            let [a, b, c] = viewings.clone();
            let film = join_film(&[a, b, c, rated(said, stars("4")), liked(said)]);
            let given = told(&film);
            let given: Vec<_> = given.iter().filter(|text| text.contains("[3]")).collect();
            assert_eq!(given.len(), 1);
            assert!(
                given[0].starts_with(&format!("{place}: 4")),
                "{said:?}: {given:?}"
            );
            assert!(given[0].contains("liked"), "{said:?}: {given:?}");
        }
        // Said before the only viewing.
        let film = join_film(&[seen(on(9), None), rated(on(1), stars("4"))]);
        assert_eq!(told(&film), ["0: 4 [1]"]);
    }

    #[test]
    fn stars_of_a_viewing_are_its_own() {
        let film = join_film(&[seen(on(1), stars("4")), rated(on(2), stars("4.5"))]);
        assert_eq!(told(&film), ["0: 4 [1]"]);
        assert_eq!(film.warnings[0].code, WarningCode::RatingDiffers);
        assert_eq!(film.warnings[0].ratings, stars("4").zip(stars("4.5")));
        let film = join_film(&[seen(on(1), stars("4")), rated(on(2), stars("4"))]);
        assert!(film.warnings.is_empty());
    }

    #[test]
    fn a_rating_or_a_mark_alone_is_one_review_on_a_day_unknown() {
        let rows = [
            rated(on(1), stars("4")),
            row(JoinFact::Watched),
            liked(on(3)),
        ];
        let film = join_film(&rows);
        assert_eq!(told(&film), ["0: 4 liked [1]"]);
        assert!(film.reviews[0].is_rating_only);
        assert_eq!(film.reviews[0].day, None);
        let film = join_film(&rows[1..2]);
        assert_eq!(told(&film), ["0: - []"]);
        assert!(!film.reviews[0].is_rating_only);
    }

    #[test]
    fn a_heart_makes_no_viewing() {
        let film = join_film(&[liked(on(1))]);
        assert_eq!(film.reviews.len(), 0);
        assert_eq!(film.likes[0].review, None);
        assert_eq!(film.warnings[0].code, WarningCode::LikedNotWatched);
    }

    #[test]
    fn every_viewing_but_the_first_is_a_rewatch_where_nobody_says_so() {
        let film = join_film(&[seen(on(9), None), seen(None, None), seen(on(2), None)]);
        assert_eq!(told(&film), ["1: - []", "2: - again []", "0: - again []"]);
        let film = join_film(&[entry("a", on(1), false), entry("b", on(2), false)]);
        assert_eq!(told(&film), ["0: - []", "1: - []"]);
    }

    #[test]
    fn reviews_are_joined_with_entries_by_their_key() {
        let film = join_film(&[
            entry("a", on(1), false),
            entry("b", on(1), false),
            entry("b", on(1), true),
            entry("c", None, true),
            entry("a", on(1), false),
        ]);
        assert_eq!(told(&film), ["3: - []", "0: - []", "1: - [2]"]);
        assert_eq!(film.reviews[2].words_from, [2]);
        assert_eq!(film.skipped, [(4, SkipReason::Duplicate)]);
    }

    #[test]
    fn plays_may_be_the_same_but_what_is_said_of_a_film_is_said_once() {
        let film = join_film(&[
            seen(on(1), None),
            seen(on(1), None),
            rated(on(3), stars("3")),
            rated(on(5), stars("5")),
            rated(on(4), stars("4")),
            row(JoinFact::Watchlist),
            row(JoinFact::Watchlist),
        ]);
        assert_eq!(told(&film), ["0: - []", "1: 5 again [3]"]);
        let skipped: Vec<_> = film.skipped.iter().map(|(row, _)| *row).collect();
        assert_eq!(skipped, [2, 4, 6]);
    }

    #[test]
    fn comments_are_added_only_as_long_as_they_fit() {
        let comment = |characters| {
            row(JoinFact::Comment {
                day: on(3),
                characters,
            })
        };
        let film = join_film(&[seen(on(1), None), comment(9_000), comment(1_000)]);
        assert_eq!(told(&film), ["0: - [1]"]);
        assert_eq!(film.skipped, [(2, SkipReason::CommentTooLong)]);
        let film = join_film(&[comment(5), rated(on(1), stars("4"))]);
        assert_eq!(told(&film), ["0: 4 [1]"]);
        assert!(!film.reviews[0].is_rating_only);
    }
}
