//! `movies-diary catalog`: checks the sources of movie facts.

use movies_diary::catalog::{OnlineCatalog, SourceFacts};
use movies_diary::config::Config;
use movies_diary::outgoing::OutgoingClient;

use super::{CatalogCommand, CommandResult};

pub(crate) async fn run_catalog(config: &Config, command: CatalogCommand) -> CommandResult {
    let CatalogCommand::Check = command;
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
