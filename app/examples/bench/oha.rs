//! Runs oha on one page and parses its output.

use std::process::Command;

use serde_json::Value;

use crate::pages::BenchPage;
use crate::{BenchResult, Options};

#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadResult {
    pub(crate) per_second: f64,
    /// The median latency in milliseconds.
    pub(crate) median: f64,
    /// The 99th percentile of latency, in milliseconds.
    pub(crate) p99: f64,
    /// Size of one response body.
    pub(crate) bytes: f64,
}

pub(crate) fn check_installed() -> BenchResult<()> {
    let found = Command::new("oha").arg("--version").output();
    match found {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("oha is missing: cargo install oha --locked".into()),
    }
}

/// Requests a page `requests` times. A response with another status than expected is an error, so
/// that no error page is measured by mistake.
pub(crate) fn load_page(
    base: &str,
    page: &BenchPage,
    options: &Options,
    requests: u32,
) -> BenchResult<LoadResult> {
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
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let expected = &report["statusCodeDistribution"][page.status.to_string()];
    if expected.as_u64() != Some(requests.into()) {
        return Err(format!("unexpected statuses: {}", report["statusCodeDistribution"]).into());
    }
    let number = |value: &Value| value.as_f64().ok_or("oha changed its output format");
    let summary = &report["summary"];
    let latency = &report["latencyPercentiles"];
    Ok(LoadResult {
        per_second: number(&summary["requestsPerSec"])?,
        median: number(&latency["p50"])? * 1000.0,
        p99: number(&latency["p99"])? * 1000.0,
        bytes: summary["sizePerRequest"].as_f64().unwrap_or(0.0),
    })
}
