//! `movies-diary stats`: checks and rebuilds the stored statistics.

use movies_diary::AppState;
use movies_diary::diary::tally::{self, TallyCheck};
use movies_diary::web::ui::plural;

use super::{CommandResult, StatsCommand};

pub(crate) async fn run_stats(state: &AppState, command: StatsCommand) -> CommandResult {
    let TallyCheck { rows, wrong } = match command {
        StatsCommand::Verify => tally::verify(&state.db).await?,
        StatsCommand::Rebuild => tally::rebuild(&state.db, &state.clock).await?,
    };
    let rows = plural(rows, "row", "rows");
    match (command, wrong) {
        (_, 0) => Ok(format!("{rows} checked, all correct.")),
        (StatsCommand::Rebuild, _) => Ok(format!("{rows} recounted, {wrong} corrected.")),
        (StatsCommand::Verify, _) => Err(format!(
            "{wrong} of {rows} are wrong: run `movies-diary stats rebuild` to recount them"
        )
        .into()),
    }
}
