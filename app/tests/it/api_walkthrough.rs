//! Runs the commands in `docs/API.md` and compares their output.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::databases::TestDatabase;
use crate::support::pictures::png;
use crate::support::process::{ServerProcess, command, run_command};

const API_GUIDE: &str = include_str!("../../../docs/API.md");

/// Stands for values that differ between sites, and for parts that are left out.
const ANYTHING: &str = "…";

/// A command, and the output that the document shows for it.
struct WalkthroughStep {
    line: usize,
    command: String,
    expected_output: Option<(String, String)>,
}

/// The commands of the document. An output block belongs to the last `curl` command before it.
fn walkthrough_steps() -> Vec<WalkthroughStep> {
    let mut steps: Vec<WalkthroughStep> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for (number, line) in API_GUIDE.lines().enumerate() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((kind.to_owned(), String::new())),
            (Some((kind, text)), Some(_)) => {
                if kind != "sh" {
                    let last_curl = steps.iter_mut().rev();
                    let asked = last_curl
                        .into_iter()
                        .find(|stop| stop.command.contains("curl"));
                    let asked = asked.expect("a command");
                    assert!(
                        asked.expected_output.is_none(),
                        "line {number}: two answers"
                    );
                    asked.expected_output = Some((kind.clone(), text.clone()));
                }
                block = None;
            }
            (Some((kind, _)), None) if kind == "sh" => match steps.last_mut() {
                Some(last) if continues_on_next_line(&last.command) => {
                    last.command.push('\n');
                    last.command.push_str(line);
                }
                _ => steps.push(WalkthroughStep {
                    line: number + 1,
                    command: line.to_owned(),
                    expected_output: None,
                }),
            },
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    steps
}

/// Whether the command continues on the next line.
fn continues_on_next_line(command: &str) -> bool {
    command.ends_with('\\') || command.matches('\'').count() % 2 == 1
}

#[tokio::test]
async fn the_documented_commands_work() {
    if !has_curl() {
        return;
    }
    let database = TestDatabase::migrated().await;
    let folder = database.folder();
    let url = database.url();
    let mut adding = command(folder, &[("DATABASE_URL", url.as_str())]);
    adding.args(["user", "add", "ada"]);
    assert!(run_command(adding, "four unrelated words\nfour unrelated words\n").success);
    let server = ServerProcess::serve(&database);
    std::fs::write(folder.join("poster.png"), png(120, 180)).expect("a picture");

    let stops = walkthrough_steps();
    assert!(stops.len() > 30, "only {} commands", stops.len());
    let script: String = stops
        .iter()
        .map(|stop| script_step(stop, &server.base_url()))
        .collect();
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .output()
        .expect("it runs");
    let stdout = String::from_utf8(output.stdout).expect("text");
    let steps: Vec<&str> = stdout.split(STEP_END).collect();
    let stderr = String::from_utf8_lossy(&output.stderr);
    for (index, stop) in stops.iter().enumerate() {
        let WalkthroughStep { line, command, .. } = stop;
        let ends = steps
            .get(index)
            .and_then(|step| step.rsplit_once("\nended "));
        let Some((said, "0")) = ends else {
            panic!(
                "line {line} fails: {command}\n{:?}\n{stderr}",
                steps.get(index)
            );
        };
        if let Some((kind, expected)) = &stop.expected_output {
            let fits = match kind.as_str() {
                "json" => matches_json(&parse_json(expected), &parse_json(said)),
                _ => matches_lines(expected, said),
            };
            assert!(
                fits,
                "line {line}: {command}\nis to answer {expected}and answers {said}"
            );
        }
    }
}

/// Separates the outputs of two commands.
const STEP_END: &str = "\u{1e}";

/// The command, then its exit status and a separator. All commands run in one shell, so that
/// variables persist.
fn script_step(stop: &WalkthroughStep, base: &str) -> String {
    let command = stop.command.replace("http://localhost:3000", base);
    format!("set -o pipefail\n{command}\nprintf '\\nended %s\\x1e' $?\n")
}

fn parse_json(text: &str) -> Value {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn matches_json(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(text), _) if text == ANYTHING => true,
        (Value::Object(expected), Value::Object(said)) => {
            let named = expected.iter().filter(|(name, _)| *name != ANYTHING);
            let is_whole = expected.contains_key(ANYTHING) || expected.len() == said.len();
            let is_there = |(name, value): (&String, &Value)| {
                said.get(name).is_some_and(|said| matches_json(value, said))
            };
            is_whole && named.into_iter().all(is_there)
        }
        (Value::Array(expected), Value::Array(said)) => {
            let pairs = expected.iter().zip(said);
            expected.len() == said.len()
                && pairs
                    .into_iter()
                    .all(|(one, other)| matches_json(one, other))
        }
        _ => expected == actual,
    }
}

fn matches_lines(expected: &str, actual: &str) -> bool {
    let (expected, said) = (expected.trim().lines(), actual.trim().lines());
    let is_like = |(one, other): (&str, &str)| match one.strip_suffix(ANYTHING) {
        Some(start) => other.starts_with(start),
        None => one == other.trim(),
    };
    expected.clone().count() == said.clone().count() && expected.zip(said).all(is_like)
}

fn has_curl() -> bool {
    let runs = |name| {
        let mut version = Command::new(name);
        let version = version.arg("--version").stdout(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    let is_there = runs("bash") && runs("curl");
    if !is_there {
        let is_required = std::env::var("REQUIRE_CURL").is_ok_and(|value| value == "1");
        assert!(!is_required, "REQUIRE_CURL=1, but there is no curl");
        let notice = "SKIPPED: the tour of the API, because curl or bash is missing";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
    }
    is_there
}

#[test]
fn ellipses_match_anything() {
    let likes =
        |expected: &str, actual: &str| matches_json(&parse_json(expected), &parse_json(actual));
    assert!(likes(r#"{"a": 1, "…": "…"}"#, r#"{"a": 1, "b": 2}"#));
    assert!(likes(r#"{"a": "…"}"#, r#"{"a": [1]}"#));
    assert!(!likes(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#));
    assert!(!likes(r#"{"a": 1, "…": "…"}"#, r#"{"a": 2}"#));
    assert!(!likes("[1]", "[1, 2]"));
    assert!(matches_lines("a …\nb\n", "a c\nb"));
    assert!(!matches_lines("a …\n", "b c"));
}
