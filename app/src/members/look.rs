//! How a diary is looked at, out of what stands in the address. What makes no sense there is
//! as if it were not said: an address is a link, and nothing that somebody filled in.

use chrono::{Datelike, NaiveDate};
use entity::Rating;

use crate::diary::{Cursor, Filter, Wanted, month_key};
use crate::paths;
use crate::stats::{Months, Period, first_day, last_day, year};
use crate::web::Error;

/// What of a diary is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The latest entries.
    #[default]
    Recent,
    /// By rating.
    Ratings,
    /// By month, filtered.
    History,
    /// In numbers.
    Trends,
}

impl View {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Recent, Self::Ratings, Self::History, Self::Trends];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Ratings => "ratings",
            Self::History => "history",
            Self::Trends => "trends",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Recent => "Recent",
            Self::Ratings => "Ratings",
            Self::History => "History",
            Self::Trends => "Trends",
        }
    }

    fn parse(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|view| view.name() == name);
        known.unwrap_or_default()
    }

    /// The address of it, of nothing else said.
    pub fn look(self) -> paths::Look {
        paths::Look {
            view: self.name().to_owned(),
            ..paths::Look::default()
        }
    }
}

/// How a diary is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// What is shown of it.
    pub view: View,
    /// Which reviews.
    pub filter: Filter,
    /// Where the list goes on.
    pub cursor: Option<Cursor>,
    /// The month from which the list goes back, or of the calendar.
    pub month: Option<i32>,
    /// As a calendar rather than a list.
    pub is_calendar: bool,
    /// Which time the numbers are over.
    pub period: Period,
    /// The year of which every day is shown.
    pub days: Option<i32>,
}

impl Looked {
    /// Reads it. A cursor is the one thing that nobody writes by hand.
    pub fn read(look: &paths::Look) -> Result<Self, Error> {
        let view = View::parse(&look.view);
        Ok(Self {
            view,
            filter: match view {
                View::Recent | View::Trends => Filter::default(),
                View::Ratings => Filter {
                    rating: wanted(&look.rating),
                    ..Filter::default()
                },
                View::History => filter(look),
            },
            cursor: Cursor::read(&look.older)?,
            month: month(&look.month),
            is_calendar: look.form == CALENDAR,
            period: Period::parse(&look.period),
            days: year(&look.days),
        })
    }

    /// Where the list starts: after the cursor, or at the end of the month that is asked for.
    pub fn start(&self) -> Option<Cursor> {
        let end = self.month.filter(|_| self.view == View::History);
        let end = end.map(|month| Cursor {
            key: last_day(month).num_days_from_ce().into(),
            id: i64::MAX,
        });
        self.cursor.or(end)
    }
}

/// The name of the calendar in addresses.
pub const CALENDAR: &str = "calendar";

fn filter(look: &paths::Look) -> Filter {
    let day = look.day.parse::<NaiveDate>().ok();
    let of_year = year(&look.year).map(|year| {
        let Months { first, last } = Months::of_year(year);
        (first_day(first), last_day(last))
    });
    let text = look.q.trim();
    Filter {
        days: day.map(|day| (day, day)).or(of_year),
        decade: look.decade.parse().ok().filter(|first| first % 10 == 0),
        rating: wanted(&look.rating),
        genre: Some(look.genre.clone()).filter(|slug| !slug.is_empty()),
        director: look.director.parse().ok(),
        rewatch: match look.rewatch.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        text: (!text.is_empty()).then(|| text.to_owned()),
    }
}

/// What stands in an address for reviews without a rating.
pub const UNRATED: &str = "none";

fn wanted(rating: &str) -> Option<Wanted> {
    match rating {
        UNRATED => Some(Wanted::None),
        stars => Rating::parse(stars).map(Wanted::Stars),
    }
}

/// A month as it stands in an address, `2024-03`, by its key.
pub fn month(text: &str) -> Option<i32> {
    let first = format!("{text}-01").parse::<NaiveDate>().ok()?;
    let key = (first.year() > 0).then(|| month_key(first));
    key.filter(|key| month_name(*key) == text)
}

/// A month as it stands in an address.
pub fn month_name(key: i32) -> String {
    let first = first_day(key);
    format!("{:04}-{:02}", first.year(), first.month())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Looked, month, month_name};
    use crate::paths::Look;

    #[test]
    fn months_are_read_as_they_are_written() {
        for key in [12, 24290, 24299] {
            assert_eq!(month(&month_name(key)), Some(key));
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
            assert_eq!(month(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_address_is_an_error_but_for_its_cursor(texts in proptest::collection::vec(".*", 12)) {
            let mut texts = texts.into_iter();
            let mut text = || texts.next().unwrap_or_default();
            let look = Look {
                view: "history".to_owned(), form: text(), month: text(), day: text(), year: text(),
                decade: text(), rating: text(), genre: text(), director: text(), rewatch: text(),
                q: text(), period: text(), days: text(), older: String::new(),
            };
            let looked = Looked::read(&look);
            prop_assert!(looked.is_ok());
            let _ = looked.map(|looked| looked.start());
        }
    }
}
