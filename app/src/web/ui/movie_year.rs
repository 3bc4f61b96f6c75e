//! The year of a movie, which may be unknown.

use maud::{Markup, html};

pub fn movie_year(year: Option<i16>) -> Markup {
    html! {
        @match year {
            Some(year) => span.year { (year) },
            None => span.year { "year unknown" },
        }
    }
}

/// `Heat (1995)`, or just the title if the year is unknown.
pub fn title_with_year(title: &str, year: Option<i16>) -> String {
    match year {
        Some(year) => format!("{title} ({year})"),
        None => title.to_owned(),
    }
}
