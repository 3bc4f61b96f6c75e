//! On what it was measured, when, and how.

use std::fmt::Write;
use std::process::Command;

use crate::Outcome;

/// A list in Markdown.
pub(crate) fn told() -> Outcome<String> {
    let cores = std::thread::available_parallelism()?;
    let infos = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = infos
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |line| line.trim_start_matches([' ', '\t', ':']));
    let today = chrono::Utc::now().date_naive();
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let is_changed = git(&["status", "--porcelain"]).is_some_and(|changes| !changes.is_empty());
    let changed = if is_changed { " and changes since" } else { "" };
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut told = String::new();
    writeln!(
        told,
        "- {cores} cores, {model}; the load comes from the same machine"
    )?;
    writeln!(told, "- {today}, commit {commit}{changed}")?;
    let recipe = match arguments.first().map(String::as_str) {
        Some("--overload") => format!("just overload {}", arguments[1..].join(" ")),
        _ => format!("just bench {}", arguments.join(" ")),
    };
    writeln!(told, "- `{}`", recipe.trim())?;
    Ok(told)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let words = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| words.trim().to_owned())
}

/// Has this process and all that it starts from now on run on that processor alone.
pub(crate) fn stay_on(processor: usize) -> Outcome<()> {
    let this = std::process::id().to_string();
    let moved = Command::new("taskset")
        .args(["-acp", &processor.to_string(), &this])
        .output();
    match moved {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("two processors and taskset (util-linux) are needed".into()),
    }
}
