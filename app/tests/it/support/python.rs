//! Python programs that read what we write, with the packages of `.ci/requirements.txt`.

use std::io::Write;
use std::process::{Command, Stdio};

/// What the script prints as JSON when it reads `input`. `None`, announced, where its package is
/// not installed.
pub fn read_with_python(
    package: &str,
    script: &str,
    args: &[&str],
    input: &[u8],
) -> Option<serde_json::Value> {
    let python = std::env::var("TEST_PYTHON").unwrap_or("python3".to_owned());
    let is_there = Command::new(&python)
        .args(["-c", &format!("import {package}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        let is_required = std::env::var("REQUIRE_PYTHON").is_ok_and(|value| value == "1");
        assert!(
            !is_required,
            "REQUIRE_PYTHON=1, but {python} has no {package}"
        );
        let notice = format!("SKIPPED: a test of what programs read, because {package} is missing");
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
        return None;
    }
    let mut reader = Command::new(&python)
        .args(["-c", script])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = reader.stdin.take().expect("a pipe");
    pipe.write_all(input).expect("it takes it");
    drop(pipe);
    let output = reader.wait_with_output().expect("it ends");
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}
