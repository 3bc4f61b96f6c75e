//! Films to add to a list, one a line: a title with its year, an id or a link. Lines that fit
//! several movies, or none, are asked about, with the other lines carried along.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::DbErr;

use super::queries::{LineMatch, match_line};
use crate::catalog::{FoundFilm, LocalCatalog, MovieId, MovieRef};
use crate::db::Db;
use crate::diary::RawMovie;
use crate::web::FieldErrors;
use crate::web::ui::title_with_year;

/// The most lines that can be added at once.
pub const MAX_LINES: usize = 200;

/// The most characters of a line that is searched for, as in the box to log a film.
const MAX_LINE_CHARS: usize = 300;

/// What the member has answered about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineChoice {
    Existing(MovieId),
    /// A film of the local catalog, as a line that means no other.
    InCatalog(String),
    /// A new movie, as it is typed.
    AsTyped,
    LeaveOut,
}

pub const AS_TYPED: &str = "new";
pub const LEAVE_OUT: &str = "none";

/// Before the line that means a film of the catalog.
const IN_CATALOG: &str = "film ";

/// The value of the choice of a film.
pub fn choice_value(film: &FoundFilm) -> String {
    match film {
        FoundFilm::Known(movie) => movie.id.to_string(),
        FoundFilm::InCatalog(hit) => {
            let name = title_with_year(&hit.title, hit.year);
            let id = hit.ids.imdb_id.as_deref().unwrap_or_default();
            format!("{IN_CATALOG}{name} {id}").trim_end().to_owned()
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawLine {
    pub text: String,
    pub choice: Option<LineChoice>,
}

impl RawLine {
    /// A film of the catalog replaces what was typed, and the next form carries it along.
    fn with_chosen_film(self) -> Self {
        match self.choice {
            Some(LineChoice::InCatalog(text)) => Self { text, choice: None },
            _ => self,
        }
    }
}

/// A line, and which movie it means.
#[derive(Clone, Debug)]
pub struct MatchedLine {
    pub text: String,
    pub matched: LineMatch,
}

impl MatchedLine {
    pub fn is_decided(&self) -> bool {
        matches!(self.matched, LineMatch::Decided(_))
    }
}

/// Parses the fields of both forms: `lines`, with all lines, and `line-0`, `choice-0` and so on.
/// `None` if there is another field, or an answer that no form has.
pub fn parse_lines(fields: Vec<(String, String)>) -> Option<Vec<RawLine>> {
    let mut asked: BTreeMap<usize, RawLine> = BTreeMap::new();
    let mut typed = String::new();
    for (name, value) in fields {
        match name.split_once('-') {
            None if name == "lines" => typed = value,
            Some(("line", number)) => asked.entry(number.parse().ok()?).or_default().text = value,
            Some(("choice", number)) => {
                let line = asked.entry(number.parse().ok()?).or_default();
                line.choice = Some(parse_choice(&value)?);
            }
            _ => return None,
        }
    }
    let typed = typed.lines().map(|text| RawLine {
        text: text.to_owned(),
        choice: None,
    });
    let lines = asked.into_values().chain(typed);
    Some(lines.filter(|line| !line.text.trim().is_empty()).collect())
}

fn parse_choice(value: &str) -> Option<LineChoice> {
    match value {
        AS_TYPED => Some(LineChoice::AsTyped),
        LEAVE_OUT => Some(LineChoice::LeaveOut),
        film => match film.strip_prefix(IN_CATALOG) {
            Some(line) => Some(LineChoice::InCatalog(line.to_owned())),
            None => film.parse().ok().map(LineChoice::Existing),
        },
    }
}

/// The lines that are not left out, in their order.
pub async fn match_lines(
    db: &Db,
    local: &LocalCatalog,
    lines: Vec<RawLine>,
    today: NaiveDate,
) -> Result<Vec<MatchedLine>, DbErr> {
    let mut matched = Vec::with_capacity(lines.len());
    for line in lines {
        let RawLine { text, choice } = line.with_chosen_film();
        let outcome = match choice {
            Some(LineChoice::LeaveOut) => continue,
            Some(LineChoice::Existing(id)) => LineMatch::Decided(MovieRef::Existing(id)),
            Some(LineChoice::AsTyped) => as_typed(&text, today),
            _ if text.chars().count() > MAX_LINE_CHARS => undecided(TOO_LONG),
            _ => match_line(db, local, &text, today).await?,
        };
        matched.push(MatchedLine {
            text,
            matched: outcome,
        });
    }
    Ok(matched)
}

const TOO_LONG: &str = "This line is too long. Shorten it to the film’s title and year.";

fn undecided(fault: &str) -> LineMatch {
    LineMatch::Undecided {
        candidates: Vec::new(),
        fault: Some(fault.to_owned()),
    }
}

fn as_typed(text: &str, today: NaiveDate) -> LineMatch {
    let mut errors = FieldErrors::default();
    match RawMovie::from_typed(text, today).check(today, &mut errors) {
        Some(movie) => LineMatch::Decided(movie),
        None => undecided(
            errors
                .iter()
                .next()
                .map_or(TOO_LONG, |(_, message)| message),
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LineChoice, RawLine, parse_lines};

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn line(text: &str, choice: Option<LineChoice>) -> RawLine {
        RawLine {
            text: text.to_owned(),
            choice,
        }
    }

    #[test]
    fn lines_and_answers_are_parsed() {
        let parsed = parse_lines(fields(&[("lines", "Heat (1995)\r\n\n  \nRan")]));
        assert_eq!(
            parsed,
            Some(vec![line("Heat (1995)", None), line("Ran", None)])
        );
        let answered = fields(&[
            ("line-10", "c"),
            ("line-2", "b"),
            ("choice-2", "7"),
            ("line-0", "a"),
            ("choice-0", "new"),
            ("choice-10", "none"),
            ("line-11", "d"),
            ("choice-11", "film Heat (1995) tt0113277"),
        ]);
        let expected = vec![
            line("a", Some(LineChoice::AsTyped)),
            line("b", Some(LineChoice::Existing(7))),
            line("c", Some(LineChoice::LeaveOut)),
            line(
                "d",
                Some(LineChoice::InCatalog("Heat (1995) tt0113277".to_owned())),
            ),
        ];
        assert_eq!(parse_lines(answered), Some(expected));
        for bad in [
            ("colour", "red"),
            ("line-x", "a"),
            ("choice-0", "maybe"),
            ("line-", "a"),
            ("lines-0", "a"),
        ] {
            assert_eq!(parse_lines(fields(&[bad])), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_typed_line_is_lost(lines in prop::collection::vec("[a-z(]{1,9}", 0..20)) {
            let parsed = parse_lines(vec![("lines".to_owned(), lines.join("\n"))]);
            let texts: Vec<_> = parsed.expect("lines").into_iter().map(|line| line.text).collect();
            prop_assert_eq!(texts, lines);
        }
    }
}
