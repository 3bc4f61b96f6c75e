//! The query strings of diaries and of lists of reviews.

use chrono::NaiveDate;
use entity::Rating;
use serde::Deserialize;
use utoipa::IntoParams;

use super::form_value;
use crate::diary::DiaryOrder;
use crate::members::{DiaryTab, DiaryView, YES};
use crate::paths::DiaryParams;
use crate::web::Error;

/// The filters and the order of a diary.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DiaryQuery {
    /// The order of the list.
    #[param(inline, required = false)]
    pub order: DiaryOrder,
    /// Starts the list at the end of this month: only reviews of movies watched in this month or
    /// earlier. Only with the order `day`.
    #[param(example = "2024-03", pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
    /// Only reviews of movies watched on this day.
    #[param(example = "2024-03-07")]
    day: Option<NaiveDate>,
    /// Only reviews of movies watched in this year.
    #[param(example = 2024, minimum = 1, maximum = 9999)]
    year: Option<u16>,
    /// Only reviews of movies released in this decade, given by its first year.
    #[param(example = 1990, minimum = 0, maximum = 9990, multiple_of = 10)]
    decade: Option<u16>,
    /// Only reviews with this rating in stars, or `none` for those without a rating.
    #[param(example = "4.5", pattern = r"^(none|[0-4](\.[05])?|5(\.0)?)$")]
    rating: Option<String>,
    /// Only reviews with at least this rating in stars.
    #[param(example = "4", pattern = r"^([0-4](\.[05])?|5(\.0)?)$")]
    rating_from: Option<String>,
    /// Only reviews with at most this rating in stars.
    #[param(example = "5", pattern = r"^([0-4](\.[05])?|5(\.0)?)$")]
    rating_to: Option<String>,
    /// Only reviews with a heart (`true`).
    liked: Option<bool>,
    /// Only reviews of movies of this genre, given by its slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only reviews of movies by this director, given by their id.
    director: Option<i64>,
    /// Only rewatches (`true`), or only first viewings (`false`).
    rewatch: Option<bool>,
    /// Only reviews with this tag.
    tag: Option<String>,
    /// Only reviews whose comment, or whose movie’s title and directors, have all of these words, or
    /// reviews with this tag.
    query: Option<String>,
    /// The `cursor` in the `next` address of the previous page.
    cursor: Option<String>,
}

/// The reviews of one movie, or of all.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ReviewQuery {
    /// Only reviews of the movie with this id.
    pub movie_id: Option<i64>,
    /// The `cursor` in the `next` address of the previous page.
    #[param(required = false)]
    pub cursor: String,
}

impl DiaryQuery {
    /// Converts to what the page of the diary uses. The page ignores an invalid filter, but here it
    /// is a 400, because it is a mistake in a program.
    pub fn into_view(self) -> Result<DiaryView, Error> {
        let view = DiaryView::parse(&self.to_params())?;
        let filter = &view.filter;
        let checks = [
            ("month", self.month.is_none() || view.month.is_some()),
            ("year", self.year.is_none() || filter.days.is_some()),
            ("decade", self.decade.is_none() || filter.decade.is_some()),
            ("rating", self.rating.is_none() || filter.rating.is_some()),
            ("rating_from", is_rating(self.rating_from.as_ref())),
            ("rating_to", is_rating(self.rating_to.as_ref())),
        ];
        if let Some((name, _)) = checks.iter().find(|(_, is_valid)| !is_valid) {
            return Err(Error::BadRequest(format!("The {name} is not valid.")));
        }
        if self.order != DiaryOrder::Day && self.month.is_some() {
            return Err(Error::BadRequest(
                "A month can only be combined with the order day.".to_owned(),
            ));
        }
        Ok(view)
    }

    fn to_params(&self) -> DiaryParams {
        let rewatch = self.rewatch.map(|rewatch| if rewatch { YES } else { "no" });
        DiaryParams {
            month: self.month.clone().unwrap_or_default(),
            day: form_value(self.day),
            year: self
                .year
                .map(|year| format!("{year:04}"))
                .unwrap_or_default(),
            decade: form_value(self.decade),
            rating: self.rating.clone().unwrap_or_default(),
            rating_from: self.rating_from.clone().unwrap_or_default(),
            rating_to: self.rating_to.clone().unwrap_or_default(),
            liked: if self.liked == Some(true) {
                YES.to_owned()
            } else {
                String::new()
            },
            tag: self.tag.clone().unwrap_or_default(),
            sort: self.order.name().to_owned(),
            genre: self.genre.clone().unwrap_or_default(),
            director: form_value(self.director),
            rewatch: rewatch.unwrap_or_default().to_owned(),
            q: self.query.clone().unwrap_or_default(),
            older: self.cursor.clone().unwrap_or_default(),
            ..DiaryTab::History.params()
        }
    }
}

fn is_rating(stars: Option<&String>) -> bool {
    stars.is_none_or(|stars| Rating::parse(stars).is_some())
}
