//! `movies-diary import`: brings a member’s diary from another service.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use axum::extract::FromRef;
use entity::import::ImportState;
use entity::import_film::ImportFilmState;
use entity::import_outcome::RowState;
use movies_diary::AppState;
use movies_diary::accounts::{Member, queries::find_by_username};
use movies_diary::queue::QueueOutcome;
use movies_diary::transfer::messages::{reason_message, refusal_message};
use movies_diary::transfer::queries::{
    ImportDetails, ImportFilm, ImportRowView, ROWS_PER_PAGE, RowFilter, find_import, import_films,
    import_rows,
};
use movies_diary::transfer::work::{ImportWorker, work_on_next};
use movies_diary::transfer::{
    Answers, BeginImportError, ImportCounts, ImportOptions, ImportRequest, InspectFilesError,
    begin_import, commands, remove_objects, stage_files,
};
use movies_diary::web::ui::plural;
use tokio_util::sync::CancellationToken;

use super::{CommandResult, ImportArguments};

/// How long to wait for a running server that has the import, or the database, at the moment.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// An import of this command.
struct OwnImport<'a> {
    state: &'a AppState,
    worker: ImportWorker,
    member: Member,
    id: i64,
}

pub(crate) async fn run_import(state: &AppState, arguments: ImportArguments) -> CommandResult {
    let import = begin(state, &arguments).await?;
    let read = import.work_to_end().await?;
    let counts = match read.summary.state {
        ImportState::Ready => read.summary.counts.unwrap_or_default(),
        _ => return import.give_up(&read).await,
    };
    import.print_films_and_rows().await?;
    print(&describe(&counts))?;
    if arguments.dry_run {
        import.delete().await?;
        return Ok("Nothing was imported: this was a dry run.".to_owned());
    }
    let AppState { db, events, .. } = state;
    commands::confirm_import(db, events, import.member.id, import.id, None).await?;
    let written = import.work_to_end().await?;
    import.report_written(&written).await
}

async fn begin<'a>(
    state: &'a AppState,
    arguments: &ImportArguments,
) -> Result<OwnImport<'a>, Box<dyn Error>> {
    let name = arguments.member.trim().to_lowercase();
    let member = find_by_username(&state.db, &name).await?;
    let member = Member::from(member.ok_or("there is no member with that username")?);
    let zone = member.zone.unwrap_or_else(|| state.site.zone());
    let request = ImportRequest {
        options: arguments.options(member.diary_visibility),
        answers: parse_answers(arguments.answers.as_deref())?,
        zone,
        today: state.clock.today(zone),
    };
    let worker = ImportWorker::from_ref(state);
    let form = stage_files(state.posters.store(), &arguments.files).await?;
    let begun = begin_import(&worker, member.id, form, request).await;
    let id = begun.map_err(|error| match error {
        BeginImportError::Files(InspectFilesError::Refused(refused)) => refusal_message(&refused),
        error => error.to_string(),
    })?;
    Ok(OwnImport {
        state,
        worker,
        member,
        id,
    })
}

fn parse_answers(json: Option<&str>) -> Result<Answers, String> {
    let answers: Answers = match json {
        Some(json) => serde_json::from_str(json)
            .map_err(|error| format!("the answers cannot be read: {error}"))?,
        None => Answers::default(),
    };
    match answers.rating_out_of.is_some() && answers.rating_scale().is_none() {
        true => Err("rating_out_of is a whole number from 1 to 1000".to_owned()),
        false => Ok(answers),
    }
}

impl ImportArguments {
    fn options(&self, diary_visibility: entity::Visibility) -> ImportOptions {
        let chosen = self.visibility.as_deref();
        let chosen = chosen.and_then(entity::Visibility::parse);
        ImportOptions {
            visibility: chosen.unwrap_or(diary_visibility),
            rated_on_is_watched_on: self.rated_day_is_watched_day,
            likes: !self.no_likes,
            lists: !self.no_lists,
            watchlist: !self.no_watchlist,
            ..ImportOptions::default()
        }
    }
}

impl OwnImport<'_> {
    /// Works until nothing is left to do before somebody decides. Queued imports of others may get
    /// their turn, and a running server may take this one over.
    async fn work_to_end(&self) -> Result<ImportDetails, Box<dyn Error>> {
        let stop = CancellationToken::new();
        loop {
            let import = find_import(&self.state.db, self.member.id, self.id).await?;
            let import = import.ok_or("the import was deleted in the meantime")?;
            let goes_on = match import.summary.state {
                ImportState::Reading | ImportState::Undoing => true,
                ImportState::Writing => !import.summary.is_paused,
                _ => false,
            };
            if !goes_on {
                return Ok(import);
            }
            let outcome = work_on_next(&self.worker, &stop).await?;
            if outcome != QueueOutcome::Worked {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        }
    }

    /// Removes an import that cannot be written, and says why.
    async fn give_up(&self, import: &ImportDetails) -> CommandResult {
        let why = match import.summary.state {
            ImportState::Failed => {
                "the files could not be read to their end. Import them again".to_owned()
            }
            ImportState::Questions => {
                let questions = serde_json::to_string_pretty(&import.questions)?;
                let names: Vec<_> = import.questions.iter().map(|one| one.name()).collect();
                let names = names.join(", ");
                format!(
                    "{questions}\nthe file leaves this open: {names}. Nothing was imported. Answer \
                     with --answers, such as --answers '{{\"rating_out_of\": 10}}'"
                )
            }
            state => {
                return Err(format!("somebody else took over: the import is {state:?}").into());
            }
        };
        self.delete().await?;
        Err(why.into())
    }

    async fn delete(&self) -> Result<(), Box<dyn Error>> {
        let objects = commands::delete_import(&self.state.db, self.member.id, self.id).await?;
        remove_objects(&self.worker, &objects).await;
        Ok(())
    }

    async fn report_written(&self, import: &ImportDetails) -> CommandResult {
        let counts = import.summary.counts.unwrap_or_default();
        if import.summary.state != ImportState::Done {
            let state = import.summary.state;
            return Err(format!("the import was stopped: it is {state:?}").into());
        }
        self.print_rows(RowState::Failed).await?;
        let number = self.id;
        let failed = match counts.failed {
            0 => String::new(),
            failed => format!(" {failed} could not be written."),
        };
        Ok(format!(
            "Imported: {} written, {} there already.{failed} This is import {number}; the settings \
             of {} show it, and can take it back.",
            plural(counts.written, "entry", "entries"),
            counts.duplicates,
            self.member.username,
        ))
    }

    /// What needs a decision, and what is left out, with file and line.
    async fn print_films_and_rows(&self) -> Result<(), Box<dyn Error>> {
        self.print_undecided_films().await?;
        self.print_rows(RowState::Undecided).await?;
        self.print_rows(RowState::Skipped).await
    }

    async fn print_undecided_films(&self) -> Result<(), Box<dyn Error>> {
        let (db, state) = (&self.state.db, Some(ImportFilmState::Undecided));
        let mut after = 0;
        loop {
            let page = import_films(db, self.id, state, after).await?;
            for film in &page.films {
                print(&describe_film(film))?;
            }
            match page.films.last().filter(|_| page.has_more) {
                Some(last) => after = last.number,
                None => return Ok(()),
            }
        }
    }

    async fn print_rows(&self, state: RowState) -> Result<(), Box<dyn Error>> {
        let mut filter = RowFilter {
            states: vec![state],
            after: 0,
        };
        loop {
            let rows = import_rows(&self.state.db, self.id, filter.clone(), ROWS_PER_PAGE).await?;
            for row in &rows.rows {
                print(&describe_row(row))?;
            }
            match rows.rows.last().filter(|_| rows.has_more) {
                Some(last) => filter.after = last.row,
                None => return Ok(()),
            }
        }
    }
}

fn describe_film(film: &ImportFilm) -> String {
    let year = film.named.year.map(|year| format!(" ({year})"));
    let choices = film.candidates.iter().map(|candidate| {
        let year = candidate.year.map(|year| format!(" ({year})"));
        format!("{}{}", candidate.title, year.unwrap_or_default())
    });
    let choices: Vec<_> = choices.collect();
    let choices = match choices.is_empty() {
        true => String::new(),
        false => format!(" It may be {}.", choices.join(" or ")),
    };
    format!(
        "Undecided: {}{}, in {}.{choices}",
        film.named
            .title
            .as_deref()
            .unwrap_or("a film without a title"),
        year.unwrap_or_default(),
        plural(film.rows, "row", "rows"),
    )
}

/// As compilers write places: `diary.csv:12: …`.
fn describe_row(row: &ImportRowView) -> String {
    let what = match row.state {
        RowState::Undecided => "undecided",
        RowState::Failed => "failed",
        _ => "skipped",
    };
    let title = match row.title.as_str() {
        "" => String::new(),
        title => format!(" {title}:"),
    };
    let why = row.reason.as_deref().unwrap_or_default();
    let why = reason_message(why, row.detail.as_ref());
    let array = row.array.as_deref();
    let array = array.map(|array| format!("{array}:")).unwrap_or_default();
    format!("{}:{array}{}: {what}:{title} {why}", row.file, row.line)
}

fn describe(counts: &ImportCounts) -> String {
    format!(
        "{}: {}, {}, {} for the watchlist, {} with {}, {}.\n\
         {} there already, {} undecided, {} skipped, {}.",
        plural(counts.rows, "row", "rows"),
        plural(counts.viewings, "viewing", "viewings"),
        plural(
            counts.ratings_only,
            "rating without one",
            "ratings without one"
        ),
        plural(counts.watchlist, "film", "films"),
        plural(counts.lists, "list", "lists"),
        plural(counts.list_entries, "film", "films"),
        plural(counts.likes, "like", "likes"),
        counts.duplicates,
        counts.undecided,
        counts.skipped,
        plural(counts.warnings, "warning", "warnings"),
    )
}

/// Control characters of a file must not reach the terminal.
fn print(words: &str) -> io::Result<()> {
    let is_harmless = |one: char| one == '\n' || !one.is_control();
    let words: String = words.chars().filter(|one| is_harmless(*one)).collect();
    writeln!(io::stdout(), "{words}")
}
