//! Describes the machine, the commit and the command of a measurement.

use std::fmt::Write;
use std::process::Command;

use crate::BenchResult;

/// Returns a Markdown list.
pub(crate) fn describe_machine() -> BenchResult<String> {
    let cores = std::thread::available_parallelism()?;
    let infos = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = infos
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown", |line| line.trim_start_matches([' ', '\t', ':']));
    let today = chrono::Utc::now().date_naive();
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let is_changed = git(&["status", "--porcelain"]).is_some_and(|changes| !changes.is_empty());
    let changed = if is_changed {
        " with uncommitted changes"
    } else {
        ""
    };
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let mut report = String::new();
    writeln!(
        report,
        "- {cores} cores, {model}; the load is generated on the same machine"
    )?;
    writeln!(report, "- {today}, commit {commit}{changed}")?;
    let recipe = match arguments.first().map(String::as_str) {
        Some("--overload") => format!("just overload {}", arguments[1..].join(" ")),
        _ => format!("just bench {}", arguments.join(" ")),
    };
    writeln!(report, "- `{}`", recipe.trim())?;
    Ok(report)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let words = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| words.trim().to_owned())
}

/// Pins this process and its future children to one CPU.
pub(crate) fn pin_to_cpu(cpu: usize) -> BenchResult<()> {
    let this = std::process::id().to_string();
    let moved = Command::new("taskset")
        .args(["-acp", &cpu.to_string(), &this])
        .output();
    match moved {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("this needs two CPUs and taskset (util-linux)".into()),
    }
}
