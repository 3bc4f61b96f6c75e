//! Parses the query string of a diary page. Invalid values count as absent, so that old or
//! mistyped links still show something. Only a bad cursor is an error.

use chrono::{Datelike, NaiveDate};
use entity::Rating;

use crate::diary::{Cursor, DiaryOrder, Filter, RatingFilter, month_key};
use crate::paths;
use crate::stats::{
    MonthRange, Period, first_day_of_month, last_day_of_month, parse_four_digit_year,
};
use crate::web::Error;
use crate::web::form::parse_day;

/// A tab of a diary page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiaryTab {
    #[default]
    Recent,
    /// Every film once, as posters.
    Films,
    Ratings,
    /// By month with filters, or as a calendar.
    History,
    Trends,
}

impl DiaryTab {
    /// In the order of the tab bar.
    pub const ALL: [Self; 5] = [
        Self::Recent,
        Self::Films,
        Self::Ratings,
        Self::History,
        Self::Trends,
    ];

    /// Value of `view` in the query string.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Films => "films",
            Self::Ratings => "ratings",
            Self::History => "history",
            Self::Trends => "trends",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Recent => "Recent",
            Self::Films => "Films",
            Self::Ratings => "Ratings",
            Self::History => "History",
            Self::Trends => "Trends",
        }
    }

    fn parse(name: &str) -> Self {
        let tab = Self::ALL.into_iter().find(|view| view.name() == name);
        tab.unwrap_or_default()
    }

    /// A query string that selects this tab and nothing else.
    pub fn params(self) -> paths::DiaryParams {
        paths::DiaryParams {
            view: self.name().to_owned(),
            ..paths::DiaryParams::default()
        }
    }
}

/// The parsed [`DiaryParams`](paths::DiaryParams).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiaryView {
    pub tab: DiaryTab,
    pub filter: Filter,
    pub order: DiaryOrder,
    pub cursor: Option<Cursor>,
    /// History: the key of the calendar's month, or of the month from which the list goes back.
    pub month: Option<i32>,
    pub is_calendar: bool,
    pub period: Period,
    /// Trends over all time: the year shown in the heat map.
    pub heat_map_year: Option<i32>,
}

impl DiaryView {
    pub fn parse(params: &paths::DiaryParams) -> Result<Self, Error> {
        let view = DiaryTab::parse(&params.view);
        Ok(Self {
            tab: view,
            filter: match view {
                DiaryTab::Recent | DiaryTab::Trends => Filter::default(),
                DiaryTab::Ratings => Filter {
                    rating: parse_rating_filter(params),
                    ..Filter::default()
                },
                DiaryTab::Films | DiaryTab::History => parse_filter(params),
            },
            order: match view {
                DiaryTab::Recent | DiaryTab::Trends => DiaryOrder::Day,
                DiaryTab::Ratings => DiaryOrder::Rating,
                DiaryTab::Films | DiaryTab::History => DiaryOrder::parse(&params.sort),
            },
            cursor: Cursor::parse_older(&params.older)?,
            month: parse_month(&params.month),
            is_calendar: params.layout == CALENDAR,
            period: Period::parse(&params.period),
            heat_map_year: parse_four_digit_year(&params.days),
        })
    }

    /// Where the list starts: after the cursor, or at the end of the selected month.
    pub fn start_cursor(&self) -> Option<Cursor> {
        let is_by_day = self.tab == DiaryTab::History && self.order == DiaryOrder::Day;
        let end = self.month.filter(|_| is_by_day);
        let end = end.map(|month| Cursor {
            key: last_day_of_month(month).num_days_from_ce().into(),
            id: i64::MAX,
        });
        self.cursor.or(end)
    }
}

/// Value of `as` for the calendar.
pub const CALENDAR: &str = "calendar";

fn parse_filter(params: &paths::DiaryParams) -> Filter {
    let day = parse_day(&params.day);
    let of_year = parse_four_digit_year(&params.year).map(|year| {
        let MonthRange { first, last } = MonthRange::of_year(year);
        (first_day_of_month(first), last_day_of_month(last))
    });
    let text = params.q.trim();
    Filter {
        days: day.map(|day| (day, day)).or(of_year),
        decade: params.decade.parse().ok().filter(|first| first % 10 == 0),
        rating: parse_rating_filter(params),
        liked: params.liked == YES,
        genre: Some(params.genre.clone()).filter(|slug| !slug.is_empty()),
        director: params.director.parse().ok(),
        rewatch: match params.rewatch.as_str() {
            YES => Some(true),
            "no" => Some(false),
            _ => None,
        },
        tag: Some(params.tag.trim().to_owned()).filter(|tag| !tag.is_empty()),
        text: (!text.is_empty()).then(|| text.to_owned()),
    }
}

/// Value of `liked` and `rewatch`.
pub const YES: &str = "yes";

/// Value of `rating` for reviews without a rating.
pub const UNRATED: &str = "none";

/// A range with one end reaches to the lowest or the highest rating. Its ends may be swapped.
fn parse_rating_filter(params: &paths::DiaryParams) -> Option<RatingFilter> {
    if params.rating == UNRATED {
        return Some(RatingFilter::Unrated);
    }
    if let Some(rating) = Rating::parse(&params.rating) {
        return Some(RatingFilter::exactly(rating));
    }
    let from = Rating::parse(&params.rating_from);
    let to = Rating::parse(&params.rating_to);
    let (lowest, highest) = (Rating::all().next()?, Rating::all().last()?);
    let (from, to) = match (from, to) {
        (None, None) => return None,
        (from, to) => (from.unwrap_or(lowest), to.unwrap_or(highest)),
    };
    Some(RatingFilter::Between(from.min(to), from.max(to)))
}

/// The month key for `2024-03`.
pub fn parse_month(text: &str) -> Option<i32> {
    let first = format!("{text}-01").parse::<NaiveDate>().ok()?;
    let key = (first.year() > 0).then(|| month_key(first));
    key.filter(|key| format_month(*key) == text)
}

/// `2024-03`, the reverse of `parse_month`.
pub fn format_month(key: i32) -> String {
    let first = first_day_of_month(key);
    format!("{:04}-{:02}", first.year(), first.month())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DiaryView, format_month, parse_month};
    use crate::paths::DiaryParams;

    #[test]
    fn months_parse_as_they_are_formatted() {
        for key in [12, 24290, 24299] {
            assert_eq!(parse_month(&format_month(key)), Some(key));
        }
        for bad in [
            "",
            "2024",
            "2024-13",
            "2024-03-01",
            "2024-3",
            "+2024-03",
            "0000-05",
            "march",
        ] {
            assert_eq!(parse_month(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn only_a_bad_cursor_is_an_error(texts in proptest::collection::vec(".*", 17)) {
            let mut texts = texts.into_iter();
            let mut text = || texts.next().unwrap_or_default();
            let params = DiaryParams {
                view: "history".to_owned(), layout: text(), month: text(), day: text(), year: text(),
                decade: text(), rating: text(), rating_from: text(), rating_to: text(),
                liked: text(), genre: text(), director: text(), rewatch: text(), tag: text(),
                q: text(), sort: text(), period: text(), days: text(), older: String::new(),
                signed_in: String::new(),
            };
            let view = DiaryView::parse(&params);
            prop_assert!(view.is_ok());
            let _ = view.map(|looked| looked.start_cursor());
        }
    }
}
