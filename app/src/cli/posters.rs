//! `movies-diary posters`: checks and repairs the stored posters.

use movies_diary::AppState;
use movies_diary::posters::commands::requeue_failed;
use movies_diary::posters::{self, prune_files, verify_files};
use movies_diary::web::ui::plural;

use super::{CommandResult, PostersCommand};

pub(crate) async fn run_posters(state: &AppState, command: PostersCommand) -> CommandResult {
    let AppState { db, clock, .. } = state;
    let store = state.posters.store();
    match command {
        PostersCommand::Retry => {
            let queued = requeue_failed(db, clock, Vec::new()).await?;
            Ok(format!(
                "{} queued again.",
                plural(queued, "poster", "posters")
            ))
        }
        PostersCommand::Verify { mend } => verify_posters(state, mend).await,
        PostersCommand::Prune => {
            let pruned = prune_files(db, clock, store).await?;
            let kilobytes = pruned.bytes.div_ceil(1024);
            let files = plural(pruned.files, "file", "files");
            Ok(format!("{files} removed, {kilobytes} KB."))
        }
    }
}

async fn verify_posters(state: &AppState, mend: bool) -> CommandResult {
    let AppState { db, clock, .. } = state;
    let posters::VerifiedPosters {
        posters,
        incomplete,
    } = verify_files(db, state.posters.store()).await?;
    if incomplete.is_empty() {
        let posters = plural(posters, "poster", "posters");
        return Ok(format!("{posters}, no files missing."));
    }
    let missing_files = format!(
        "{} of {posters} have missing files:\n{}",
        incomplete.len(),
        incomplete.join("\n")
    );
    if mend {
        let queued = requeue_failed(db, clock, incomplete).await?;
        let movies = plural(queued, "film", "films");
        Ok(format!(
            "{missing_files}\nPosters of {movies} queued again."
        ))
    } else {
        Err(format!("{missing_files}\n`verify --mend` fetches them again").into())
    }
}
