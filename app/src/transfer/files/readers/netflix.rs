//! Netflix's viewing history: the short one of a profile, and the one of all profiles with how long
//! each was watched.

use super::netflix_titles::reason_to_skip_title;
use crate::transfer::files::film_cells::{check_profile, date_question, film_in, profile_question};
use crate::transfer::files::part::{Part, TableLayout};
use crate::transfer::files::question::{Answers, Question, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{NamedFilm, RowFact, SeenFilm, Sitting};
use crate::transfer::files::values::day::ReadDay;
use crate::transfer::files::values::words::Unfit;

pub struct NetflixReader;

impl ServiceReader for NetflixReader {
    fn source(&self) -> &'static str {
        "netflix"
    }

    fn name(&self) -> &'static str {
        "Netflix"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "Set the language of your profile to English first.",
            "Open Account → Profiles → your profile → Viewing activity → Download all.",
            "Or request all data at netflix.com/account/getmyinfo, which also says how long you watched.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let header: Vec<_> = table.header.iter().map(|name| name.trim()).collect();
        let has = |name: &str| header.contains(&name);
        match header[..] {
            ["Title", "Date"] => Recognition::Part("history"),
            _ if has("Profile Name") && has("Start Time") && has("Duration") && has("Title") => {
                Recognition::Part("activity")
            }
            _ => Recognition::Unknown,
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match name.trim() {
                "Title" => TableColumn::Title,
                "Date" => TableColumn::WatchedOn,
                "Profile Name" => TableColumn::Profile,
                "Start Time" | "Duration" | "Bookmark" | "Supplemental Video Type" => {
                    TableColumn::Named
                }
                "Attributes" | "Device Type" | "Latest Bookmark" | "Country" => TableColumn::Unused,
                _ => return None,
            })
        };
        table.header.iter().map(column).collect()
    }

    fn questions(
        &self,
        _part: &Part,
        table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let profile = table.and_then(|table| profile_question(table, answers));
        let days = table.and_then(|table| date_question(table, answers));
        profile.into_iter().chain(days).collect()
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        check_profile(cells, context)?;
        if !cells.named("supplementalvideotype").is_empty() {
            return Err(SkipReason::Trailer.into());
        }
        if let Some(reason) = reason_to_skip_title(cells.get(TableColumn::Title)) {
            return Err(reason.into());
        }
        let film = NamedFilm {
            may_be_series: true,
            ..film_in(cells)?
        };
        let (watched, sitting) = match part.kind.as_str() {
            "history" => (cells.day(TableColumn::WatchedOn, context)?, None),
            _ => {
                let (watched, sitting) = sitting_in(cells, context)?;
                (Some(watched), Some(sitting))
            }
        };
        Ok(RowContent::new(
            film,
            RowFact::Viewing(SeenFilm {
                watched_on: watched.map(|read| read.day),
                watched_at: watched.and_then(|read| read.at),
                sitting,
                ..SeenFilm::default()
            }),
        ))
    }
}

/// When a sitting ended, and how much was watched. A film that goes past midnight is of the day on
/// which it ended, as from media servers.
fn sitting_in(cells: &RowCells, context: &RowContext) -> Result<(ReadDay, Sitting), Unfit> {
    let began = context.utc_day_in(cells.named("starttime"))?;
    let began = began.and_then(|read| read.at).ok_or(SkipReason::BadDate)?;
    let played = seconds_in(cells.named("duration")).ok_or(SkipReason::BadDate)?;
    let ended = began + chrono::TimeDelta::seconds(played.into());
    let ended = ReadDay::of(ended, context.zone).ok_or(SkipReason::BadDate)?;
    context.check_day(ended.day)?;
    let sitting = Sitting {
        played,
        stopped_at: seconds_in(cells.named("bookmark")).unwrap_or(played),
    };
    Ok((ended, sitting))
}

/// `02:14:30`.
fn seconds_in(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    let number = |part: &str| part.parse().ok().filter(|number: &u32| *number < 100);
    Some((number(hours)? * 60 + number(minutes)?) * 60 + number(seconds)?)
}
