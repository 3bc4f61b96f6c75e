//! `movies-diary catalog`: builds the local catalog, and checks the sources of movie facts.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use movies_diary::catalog::local::{
    BuiltCatalog, CatalogBuilder, CatalogInfo, CatalogOrigin, LocalCatalog,
    delete_abandoned_builds, read_film_list,
};
use movies_diary::catalog::wikidata_build::{BuildActivity, BuildStage, BuildStarter, BuildStatus};
use movies_diary::catalog::{CatalogBuilds, OnlineCatalog, SourceFacts};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::db::create_private_folder;
use movies_diary::outgoing::OutgoingClient;

use super::{CatalogCommand, CommandResult};

pub(crate) async fn run_catalog(config: &Config, command: CatalogCommand) -> CommandResult {
    match command {
        CatalogCommand::Check => check_sources(config).await,
        CatalogCommand::Build {
            file: Some(file), ..
        } => build_from_file(config, &file).await,
        CatalogCommand::Build { restart, .. } => build_from_wikidata(config, restart).await,
        CatalogCommand::Status => Ok(describe_status(config).await),
    }
}

async fn catalog_builds(config: &Config) -> CatalogBuilds {
    let local = LocalCatalog::open_in(&config.data_dir).await;
    CatalogBuilds::new(Arc::new(config.clone()), Clock::default(), Arc::new(local))
}

async fn build_from_wikidata(config: &Config, restart: bool) -> CommandResult {
    create_private_folder(&config.data_dir)?;
    let builds = catalog_builds(config).await;
    if restart {
        builds.forget_work().await?;
    }
    let build = builds.run(BuildStarter::CommandLine, tokio::time::sleep);
    Ok(describe_catalog(&build.await?))
}

async fn describe_status(config: &Config) -> String {
    let builds = catalog_builds(config).await;
    let catalog = match builds.catalog_info().await {
        Some(info) => describe_catalog(&info),
        None => "There is no local catalog. The server puts its starter there at the next start."
            .to_owned(),
    };
    let report = builds.report().await;
    let build = report.latest.and_then(|latest| match report.activity {
        BuildActivity::Idle => describe_ended(&latest),
        BuildActivity::Requested | BuildActivity::RunningHere | BuildActivity::RunningElsewhere => {
            Some(format!("A build is running. {}", latest.progress_text()))
        }
    });
    let lines: Vec<_> = [Some(catalog), build].into_iter().flatten().collect();
    lines.join("\n")
}

/// `None` if there is nothing to say about a build that is not running.
fn describe_ended(latest: &BuildStatus) -> Option<String> {
    let day = latest.updated_at.format("%-d %b %Y, %H:%M UTC");
    let progress = latest.progress_text();
    match latest.stage {
        BuildStage::Installed => None,
        BuildStage::Failed => {
            let error = latest.error.as_deref().unwrap_or_default();
            Some(format!(
                "The latest build failed on {day}: {error}. {progress}"
            ))
        }
        BuildStage::Stopped | BuildStage::Fetching | BuildStage::Writing => Some(format!(
            "The latest build was interrupted on {day}. {progress} `movies-diary catalog build` \
             goes on with it."
        )),
    }
}

/// How every SQLite file begins.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";

async fn build_from_file(config: &Config, file: &Path) -> CommandResult {
    let folder = &config.data_dir;
    create_private_folder(folder)?;
    delete_abandoned_builds(folder).await?;
    let unreadable = |error| format!("{} cannot be read: {error}", file.display());
    let built = if is_sqlite(file).map_err(unreadable)? {
        BuiltCatalog::copy_of(file, folder).await?
    } else {
        let list = BufReader::new(File::open(file).map_err(unreadable)?);
        let mut builder = CatalogBuilder::create_in(folder)?;
        read_film_list(list, &mut builder)
            .map_err(|error| format!("{} is no list of films: {error}", file.display()))?;
        let origin = CatalogOrigin {
            source: file_name(file),
            language: config.catalog.language.clone(),
            built_at: Clock::default().now(),
            starter: None,
        };
        builder.finish(origin).await?
    };
    let info = LocalCatalog::open_in(folder).await.install(built).await?;
    Ok(describe_catalog(&info))
}

fn is_sqlite(file: &Path) -> std::io::Result<bool> {
    let mut start = Vec::new();
    let length = SQLITE_HEADER.len() as u64;
    File::open(file)?.take(length).read_to_end(&mut start)?;
    Ok(start == SQLITE_HEADER)
}

fn file_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    format!("the file {}", name.to_string_lossy())
}

fn describe_catalog(info: &CatalogInfo) -> String {
    let CatalogInfo { films, origin } = info;
    let (language, source) = (&origin.language, &origin.source);
    // The starter is as old as the program.
    let built = match origin.starter {
        Some(_) => String::new(),
        None => format!("built on {} ", origin.built_at.format("%-d %b %Y")),
    };
    format!("The local catalog has {films} films (language {language}), {built}from {source}.")
}

async fn check_sources(config: &Config) -> CommandResult {
    let online = OnlineCatalog::new(config, &OutgoingClient::new(config));
    if online.is_off() {
        return Ok(
            "No sources to check: CATALOG is off, or lists only sources without a key.".into(),
        );
    }
    let mut lines = Vec::new();
    let mut has_failed = false;
    for (source, answer) in online.check().await {
        has_failed |= answer.is_err();
        lines.push(match answer {
            Ok(facts) => format!("{}: {}", source.display_name(), describe_facts(&facts)),
            Err(error) => format!("{}: {error}", source.display_name()),
        });
    }
    let lines = lines.join("\n");
    if has_failed {
        Err(format!("some sources failed\n{lines}").into())
    } else {
        Ok(lines)
    }
}

fn describe_facts(facts: &SourceFacts) -> String {
    let year = facts
        .year
        .map_or("year unknown".to_owned(), |year| year.to_string());
    let minutes = facts
        .runtime
        .map_or("length unknown".to_owned(), |runtime| {
            format!("{runtime} min")
        });
    let poster = match facts.poster {
        Some(_) => "with a poster",
        None => "without a poster",
    };
    format!(
        "{} ({year}), by {}, {minutes}, {}, {poster}",
        facts.title,
        facts.directors.join(" and "),
        facts.genres.join(" and "),
    )
}
