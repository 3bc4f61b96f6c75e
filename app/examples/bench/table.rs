//! Formats measurements as Markdown.

use std::fmt::Write;
use std::time::Duration;

use crate::benchmark::{
    BenchRow, BenchRun, LOG_ROW, Measurement, READ_ALONE_BASELINE, READ_BASELINE, STATIC_BASELINE,
};

/// A section of the report. With `smaller`, a column shows how much dearer each page is than in
/// that run.
pub(crate) fn of(run: &BenchRun, smaller: Option<&BenchRun>) -> String {
    let mut table = String::new();
    // Writing to a String cannot fail.
    let _ = write_table(&mut table, run, smaller);
    table
}

fn write_table(table: &mut String, run: &BenchRun, smaller: Option<&BenchRun>) -> std::fmt::Result {
    let [at_start, signed_in, after_load] = run.memory.map(|kilobytes| kilobytes / 1024);
    writeln!(table, "\n### {}\n", run.filled.trim_end_matches('.'))?;
    writeln!(table, "- the database is {} MB", run.bytes / 1024 / 1024)?;
    writeln!(
        table,
        "- {} ms from process start to the first response",
        run.start.as_millis()
    )?;
    writeln!(
        table,
        "- memory (anonymous): {at_start} MB at the start, {signed_in} MB after 20 sign-ins, \
         {after_load} MB at the end"
    )?;
    let growth = if smaller.is_some() { " growth |" } else { "" };
    let line = if smaller.is_some() { "---:|" } else { "" };
    writeln!(
        table,
        "\n| page | requests/s | p50 ms | p99 ms | CPU µs | bytes | × static page | × 20 rows | \
         CPU µs after a write |{growth}"
    )?;
    writeln!(table, "|---|---:|---:|---:|---:|---:|---:|---:|---:|{line}")?;
    for row in &run.rows {
        write_row(table, row, run, smaller)?;
    }
    Ok(())
}

fn write_row(
    table: &mut String,
    row: &BenchRow,
    run: &BenchRun,
    smaller: Option<&BenchRun>,
) -> std::fmt::Result {
    let Measurement {
        load,
        cpu,
        after_write,
    } = match &row.measured {
        Ok(measured) => measured,
        Err(why) => return writeln!(table, "| {} | missing: {} |", row.name, why.trim()),
    };
    let times = |other: &str| ratio(*cpu, cpu_of(run, other));
    let read = if row.name == LOG_ROW {
        READ_ALONE_BASELINE
    } else {
        READ_BASELINE
    };
    write!(
        table,
        "| {} | {:.0} | {:.2} | {:.2} | {} | {:.0} | {} | {} | {} |",
        row.name,
        load.per_second,
        load.median,
        load.p99,
        cpu.as_micros(),
        load.bytes,
        times(STATIC_BASELINE),
        times(read),
        after_write.map_or(String::new(), |cpu| cpu.as_micros().to_string()),
    )?;
    if let Some(smaller) = smaller {
        write!(table, " {} |", ratio(*cpu, cpu_of(smaller, &row.name)))?;
    }
    writeln!(table)
}

fn cpu_of(run: &BenchRun, name: &str) -> Option<Duration> {
    let row = run.rows.iter().find(|row| row.name == name)?;
    row.measured.as_ref().ok().map(|measured| measured.cpu)
}

fn ratio(one: Duration, other: Option<Duration>) -> String {
    match other {
        Some(other) if !other.is_zero() => {
            format!("{:.2}", one.as_secs_f64() / other.as_secs_f64())
        }
        _ => String::new(),
    }
}
