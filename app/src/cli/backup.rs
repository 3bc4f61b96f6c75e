//! `movies-diary backup` and `movies-diary restore`.

use std::path::Path;

use movies_diary::backup::{ArchiveContents, EndedRun, create_backup, record_run, restore_backup};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::db::Db;
use movies_diary::posters::FileStore;
use movies_diary::web::ui::plural;
use movies_diary::web::ui::size::megabytes;

use super::CommandResult;

/// Unlike other commands, it does not migrate the database, which an older server may be using.
pub(crate) async fn run_backup(config: &Config, file: &Path, with_posters: bool) -> CommandResult {
    let db = Db::open_existing(&config.database_url).await?;
    let clock = Clock::default();
    let store = match with_posters {
        true => Some(FileStore::open(&config.poster_store)?),
        false => None,
    };
    let started_at = clock.now();
    let result = create_backup(&db, &clock, store.as_ref(), file).await;
    let run = EndedRun {
        started_at,
        file,
        is_automatic: false,
        result: &result,
    };
    // A failure to record it is no failure of the backup, which is complete. An older schema may
    // have no table for it.
    if db.find_problem().await.is_none()
        && let Err(error) = record_run(&db, &clock, run).await
    {
        tracing::warn!(%error, "the admin page will not show this backup");
    }
    db.close().await?;
    let report = result?;
    let mut lines = vec![format!(
        "Backed up {} to {} ({}), and read it back without errors.",
        describe(&report.contents),
        report.file.display(),
        megabytes(report.bytes),
    )];
    if report.missing_posters > 0 {
        lines.push(format!(
            "{} not complete in it, because files are missing: run `movies-diary posters verify`.",
            plural(report.missing_posters, "poster is", "posters are"),
        ));
    }
    Ok(lines.join("\n"))
}

pub(crate) async fn run_restore(config: &Config, file: &Path) -> CommandResult {
    let contents = restore_backup(file, &config.database_url, &config.poster_store).await?;
    Ok(format!(
        "Restored {} from the backup of {}. You can start the server now.",
        describe(&contents),
        contents.manifest.created_at.format("%-d %B %Y, %H:%M UTC"),
    ))
}

fn describe(contents: &ArchiveContents) -> String {
    format!(
        "{} of {} by {}, with {}",
        plural(contents.rows_of("review"), "review", "reviews"),
        plural(contents.rows_of("movie"), "film", "films"),
        plural(contents.rows_of("member"), "member", "members"),
        plural(contents.trailer.poster_files, "poster file", "poster files"),
    )
}
