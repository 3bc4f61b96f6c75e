//! `movies-diary posters`: checks and repairs the stored posters.

use movies_diary::AppState;
use movies_diary::posters::commands::{delete_all_superseded, requeue_failed};
use movies_diary::posters::queries::count_superseded;
use movies_diary::posters::{self, prune_files, verify_files};
use movies_diary::web::ui::plural;

use super::{CommandResult, PostersCommand};

pub(crate) async fn run_posters(state: &AppState, command: PostersCommand) -> CommandResult {
    let AppState { db, clock, .. } = state;
    match command {
        PostersCommand::Retry => {
            let queued = requeue_failed(db, clock, Vec::new()).await?;
            Ok(format!(
                "{} queued again.",
                plural(queued, "poster", "posters")
            ))
        }
        PostersCommand::Verify { mend } => verify_posters(state, mend).await,
        PostersCommand::Prune { superseded } => prune_posters(state, superseded).await,
    }
}

async fn prune_posters(state: &AppState, with_superseded: bool) -> CommandResult {
    let AppState { db, clock, .. } = state;
    let store = state.posters.store();
    let superseded = if with_superseded {
        let deleted = delete_all_superseded(db, clock, store).await?;
        format!(
            "{} removed.",
            plural(deleted, "replaced poster", "replaced posters")
        )
    } else {
        match count_superseded(db).await? {
            0 => String::new(),
            kept => format!(
                "{} kept for a year; `prune --superseded` removes them now.",
                plural(kept, "replaced poster is", "replaced posters are")
            ),
        }
    };
    let pruned = prune_files(db, clock, store).await?;
    let kilobytes = pruned.bytes.div_ceil(1024);
    let files = plural(pruned.files, "file", "files");
    Ok(format!("{files} removed, {kilobytes} KB.\n{superseded}")
        .trim_end()
        .to_owned())
}

async fn verify_posters(state: &AppState, mend: bool) -> CommandResult {
    let AppState { db, clock, .. } = state;
    let posters::VerifiedPosters {
        posters,
        incomplete,
        damaged,
    } = verify_files(db, state.posters.store()).await?;
    let lists = [("missing", &incomplete), ("damaged", &damaged)];
    let lists = lists.iter().filter(|(_, hashes)| !hashes.is_empty());
    let findings = lists.map(|(fault, hashes)| {
        let (count, hashes) = (hashes.len(), hashes.join("\n"));
        format!("{count} of {posters} have {fault} files:\n{hashes}\n")
    });
    let findings: String = findings.collect();
    if findings.is_empty() {
        let posters = plural(posters, "poster", "posters");
        Ok(format!("{posters}, no files missing or damaged."))
    } else if mend {
        let broken = [incomplete, damaged].concat();
        let queued = requeue_failed(db, clock, broken).await?;
        let movies = plural(queued, "film", "films");
        Ok(format!("{findings}Posters of {movies} queued again."))
    } else {
        Err(format!("{findings}`verify --mend` fetches them again").into())
    }
}
