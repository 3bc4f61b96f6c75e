//! Loading a page with oha, and reading what it says.

use std::process::Command;

use serde_json::Value;

use crate::pages::Page;
use crate::{Options, Outcome};

/// What came of loading a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) per_second: f64,
    /// In milliseconds, half of the requests are answered sooner,
    pub(crate) median: f64,
    /// and ninety-nine of a hundred.
    pub(crate) p99: f64,
    /// Of one answer's body.
    pub(crate) bytes: f64,
}

/// Whether it is there.
pub(crate) fn check() -> Outcome<()> {
    let found = Command::new("oha").arg("--version").output();
    match found {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("oha is missing: cargo install oha --locked".into()),
    }
}

/// Asks for a page so many times. An answer of another kind than was expected is an error:
/// what is not there is not measured.
pub(crate) fn load(base: &str, page: &Page, options: &Options, requests: u32) -> Outcome<Load> {
    let mut command = Command::new("oha");
    command
        .args(["--no-tui", "--output-format", "json", "--redirect", "0"])
        .args(["--disable-compression", "--ipv4"])
        .args([
            "-n",
            &requests.to_string(),
            "-c",
            &options.connections.to_string(),
        ]);
    if options.zstd {
        command.args(["-H", "accept-encoding: zstd"]);
    }
    for (name, value) in &page.headers {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    let output = command.arg(format!("{base}{}", page.path)).output()?;
    if !output.status.success() {
        return Err(format!("oha: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let right = &said["statusCodeDistribution"][page.status.to_string()];
    if right.as_u64() != Some(requests.into()) {
        return Err(format!("answers were {}", said["statusCodeDistribution"]).into());
    }
    let number = |value: &Value| value.as_f64().ok_or("oha says it in another way now");
    let summary = &said["summary"];
    let latency = &said["latencyPercentiles"];
    Ok(Load {
        per_second: number(&summary["requestsPerSec"])?,
        median: number(&latency["p50"])? * 1000.0,
        p99: number(&latency["p99"])? * 1000.0,
        bytes: summary["sizePerRequest"].as_f64().unwrap_or(0.0),
    })
}
