//! How the review form asks for the day.

use chrono::{Days, NaiveDate};

use super::RawReview;
use crate::web::form::{is_ticked, parse_day};

/// The field `day` of the form. Without it, `watched_on` and `day_unknown` say the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayChoice {
    Today,
    Yesterday,
    /// That of the field `watched_on`.
    Other,
    Unknown,
}

impl DayChoice {
    pub const ALL: [Self; 4] = [Self::Today, Self::Yesterday, Self::Other, Self::Unknown];

    pub fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

impl RawReview {
    /// The day that the form calls today: the one on which it was opened.
    pub fn day_of_form(&self, today: NaiveDate) -> NaiveDate {
        parse_day(&self.today).unwrap_or(today)
    }

    /// Whether the day was typed, without choosing “Other day” first.
    fn is_day_typed(&self) -> bool {
        self.watched_on.trim() != self.watched_on_shown && self.day == self.day_shown
    }

    /// The choice that was sent.
    fn sent_choice(&self) -> Option<DayChoice> {
        if is_ticked(&self.day_unknown) {
            return Some(DayChoice::Unknown);
        }
        DayChoice::parse(&self.day).filter(|_| !self.is_day_typed())
    }

    /// The choice that the form shows.
    pub fn day_choice(&self, today: NaiveDate) -> DayChoice {
        let today = self.day_of_form(today);
        let day = parse_day(self.watched_on.trim());
        match self.sent_choice() {
            Some(chosen) => chosen,
            None if day == Some(today) => DayChoice::Today,
            None if day.is_some() && day == yesterday_of(today) => DayChoice::Yesterday,
            None => DayChoice::Other,
        }
    }

    /// The day as text; `None` for an unknown day.
    pub(super) fn day_text(&self, today: NaiveDate) -> Option<String> {
        let form_day = self.day_of_form(today);
        match self.sent_choice() {
            Some(DayChoice::Today) => Some(form_day.to_string()),
            Some(DayChoice::Yesterday) => yesterday_of(form_day).map(|day| day.to_string()),
            Some(DayChoice::Unknown) => None,
            Some(DayChoice::Other) | None => Some(self.watched_on.trim().to_owned()),
        }
    }
}

fn yesterday_of(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(1))
}
