//! `docs/API.md`, command by command.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::databases::TestDatabase;
use crate::support::pictures::png;
use crate::support::process::{Process, command, run};

const TOUR: &str = include_str!("../../../docs/API.md");

/// Stands for what differs from site to site, and for what is left out.
const ANYTHING: &str = "…";

/// A command, and what is said of its answer.
struct Stop {
    line: usize,
    command: String,
    answer: Option<(String, String)>,
}

/// The commands of the tour. An answer belongs to the last command before it that asks.
fn stops() -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for (number, line) in TOUR.lines().enumerate() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((kind.to_owned(), String::new())),
            (Some((kind, text)), Some(_)) => {
                if kind != "sh" {
                    let asked = stops.iter_mut().rev();
                    let asked = asked.into_iter().find(|stop| stop.command.contains("curl"));
                    let asked = asked.expect("a command");
                    assert!(asked.answer.is_none(), "line {number}: two answers");
                    asked.answer = Some((kind.clone(), text.clone()));
                }
                block = None;
            }
            (Some((kind, _)), None) if kind == "sh" => match stops.last_mut() {
                Some(last) if is_unfinished(&last.command) => {
                    last.command.push('\n');
                    last.command.push_str(line);
                }
                _ => stops.push(Stop {
                    line: number + 1,
                    command: line.to_owned(),
                    answer: None,
                }),
            },
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    stops
}

/// Whether a command goes on in the next line.
fn is_unfinished(command: &str) -> bool {
    command.ends_with('\\') || command.matches('\'').count() % 2 == 1
}

#[tokio::test]
async fn the_tour_of_the_api_goes_as_it_is_written() {
    if !has_curl() {
        return;
    }
    let database = TestDatabase::migrated().await;
    let folder = database.folder();
    let url = database.url();
    let mut adding = command(folder, &[("DATABASE_URL", url.as_str())]);
    adding.args(["user", "add", "ada"]);
    assert!(run(adding, "four unrelated words\nfour unrelated words\n").success);
    let server = Process::serve(&database);
    std::fs::write(folder.join("poster.png"), png(120, 180)).expect("a picture");

    let stops = stops();
    assert!(stops.len() > 30, "only {} commands", stops.len());
    let script: String = stops
        .iter()
        .map(|stop| step(stop, &server.base()))
        .collect();
    let tour = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .output()
        .expect("it runs");
    let said = String::from_utf8(tour.stdout).expect("text");
    let steps: Vec<&str> = said.split(END).collect();
    let trouble = String::from_utf8_lossy(&tour.stderr);
    for (index, stop) in stops.iter().enumerate() {
        let Stop { line, command, .. } = stop;
        let ends = steps
            .get(index)
            .and_then(|step| step.rsplit_once("\nended "));
        let Some((said, "0")) = ends else {
            panic!(
                "line {line} fails: {command}\n{:?}\n{trouble}",
                steps.get(index)
            );
        };
        if let Some((kind, expected)) = &stop.answer {
            let fits = match kind.as_str() {
                "json" => is_like(&json(expected), &json(said)),
                _ => are_lines_like(expected, said),
            };
            assert!(
                fits,
                "line {line}: {command}\nis to answer {expected}and answers {said}"
            );
        }
    }
}

/// Between the answers of two commands.
const END: &str = "\u{1e}";

/// The command, its status, and an end. In one shell, so that what is set stays set.
fn step(stop: &Stop, base: &str) -> String {
    let command = stop.command.replace("http://localhost:3000", base);
    format!("set -o pipefail\n{command}\nprintf '\\nended %s\\x1e' $?\n")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text.trim()).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn is_like(expected: &Value, said: &Value) -> bool {
    match (expected, said) {
        (Value::String(text), _) if text == ANYTHING => true,
        (Value::Object(expected), Value::Object(said)) => {
            let named = expected.iter().filter(|(name, _)| *name != ANYTHING);
            let is_whole = expected.contains_key(ANYTHING) || expected.len() == said.len();
            let is_there = |(name, value): (&String, &Value)| {
                said.get(name).is_some_and(|said| is_like(value, said))
            };
            is_whole && named.into_iter().all(is_there)
        }
        (Value::Array(expected), Value::Array(said)) => {
            let pairs = expected.iter().zip(said);
            expected.len() == said.len()
                && pairs.into_iter().all(|(one, other)| is_like(one, other))
        }
        _ => expected == said,
    }
}

fn are_lines_like(expected: &str, said: &str) -> bool {
    let (expected, said) = (expected.trim().lines(), said.trim().lines());
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
        let told = "SKIPPED: the tour of the API, because curl or bash is missing";
        writeln!(std::io::stderr(), "{told}").expect("said");
    }
    is_there
}

#[test]
fn what_is_left_out_may_be_anything_and_nothing_else_may() {
    let likes = |expected: &str, said: &str| is_like(&json(expected), &json(said));
    assert!(likes(r#"{"a": 1, "…": "…"}"#, r#"{"a": 1, "b": 2}"#));
    assert!(likes(r#"{"a": "…"}"#, r#"{"a": [1]}"#));
    assert!(!likes(r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#));
    assert!(!likes(r#"{"a": 1, "…": "…"}"#, r#"{"a": 2}"#));
    assert!(!likes("[1]", "[1, 2]"));
    assert!(are_lines_like("a …\nb\n", "a c\nb"));
    assert!(!are_lines_like("a …\n", "b c"));
}
