//! How a diary is looked at.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::written;
use crate::members::{Looked, View};
use crate::paths::Look;
use crate::web::Error;

/// Which reviews of a diary, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct DiaryQuery {
    /// The order of the list.
    #[param(inline, required = false)]
    pub(in crate::api) order: DiaryOrder,
    /// Starts the list at the end of this month: reviews of movies watched up to and including it.
    /// Only in the order `day`.
    #[param(example = "2024-03", pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
    /// Only reviews of movies watched on this day.
    #[param(example = "2024-03-07")]
    day: Option<NaiveDate>,
    /// Only reviews of movies watched in this year.
    #[param(example = 2024, minimum = 1, maximum = 9999)]
    year: Option<u16>,
    /// Only reviews of movies that came out in this decade, given by its first year.
    #[param(example = 1990, minimum = 0, maximum = 9990, multiple_of = 10)]
    decade: Option<u16>,
    /// Only reviews with this rating in stars, or `none` for those without a rating.
    #[param(example = "4.5", pattern = r"^(none|[0-4](\.[05])?|5(\.0)?)$")]
    rating: Option<String>,
    /// Only reviews of movies of this genre, given by its slug.
    #[param(example = "science-fiction")]
    genre: Option<String>,
    /// Only reviews of movies by this director, given by the id of the person.
    director: Option<i64>,
    /// Only reviews of movies seen before (`true`) or not seen before (`false`).
    rewatch: Option<bool>,
    /// Only reviews of movies whose titles and directors contain all of these words, or reviews
    /// with this tag.
    query: Option<String>,
    /// The cursor in `next` of the page before.
    cursor: Option<String>,
}

/// What orders reviews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api) enum DiaryOrder {
    /// The day watched, the last one first; days that are not remembered last.
    #[default]
    Day,
    /// The rating, the best first.
    Rating,
}

/// Reviews of one film, or of all.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ReviewQuery {
    /// Only reviews of the movie of this id.
    pub(in crate::api) movie_id: Option<i64>,
    /// The cursor in `next` of the page before.
    #[param(required = false)]
    pub(in crate::api) cursor: String,
}

impl DiaryQuery {
    /// What the page of the diary makes of it. An address that makes no sense is a link on a
    /// page, but a mistake in a program, so it is told.
    pub(in crate::api) fn looked(self) -> Result<Looked, Error> {
        let looked = Looked::read(&self.look())?;
        let filter = &looked.filter;
        let is_understood = [
            ("month", self.month.is_none() || looked.month.is_some()),
            ("year", self.year.is_none() || filter.days.is_some()),
            ("decade", self.decade.is_none() || filter.decade.is_some()),
            ("rating", self.rating.is_none() || filter.rating.is_some()),
        ];
        if let Some((name, _)) = is_understood.iter().find(|(_, fits)| !fits) {
            return Err(Error::BadRequest(format!("There is no such {name}.")));
        }
        if self.order == DiaryOrder::Rating && self.month.is_some() {
            return Err(Error::BadRequest(
                "A month is where a list by the day begins; this one is by rating.".to_owned(),
            ));
        }
        Ok(looked)
    }

    fn look(&self) -> Look {
        let rewatch = self.rewatch.map(|rewatch| match rewatch {
            true => "yes",
            false => "no",
        });
        Look {
            month: self.month.clone().unwrap_or_default(),
            day: written(self.day),
            year: self
                .year
                .map(|year| format!("{year:04}"))
                .unwrap_or_default(),
            decade: written(self.decade),
            rating: self.rating.clone().unwrap_or_default(),
            genre: self.genre.clone().unwrap_or_default(),
            director: written(self.director),
            rewatch: rewatch.unwrap_or_default().to_owned(),
            q: self.query.clone().unwrap_or_default(),
            older: self.cursor.clone().unwrap_or_default(),
            ..View::History.look()
        }
    }
}
