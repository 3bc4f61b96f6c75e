//! What was measured, in Markdown.

use std::fmt::Write;
use std::time::Duration;

use crate::run::{LOG, Measured, READ, READ_ALONE, Row, Run, STATIC};

/// A section; with how much dearer each page is than in `smaller`.
pub(crate) fn of(run: &Run, smaller: Option<&Run>) -> String {
    let mut told = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut told, run, smaller);
    told
}

fn write(told: &mut String, run: &Run, smaller: Option<&Run>) -> std::fmt::Result {
    let [at_start, signed_in, after_load] = run.memory.map(|kilobytes| kilobytes / 1024);
    writeln!(told, "\n### {}\n", run.filled.trim_end_matches('.'))?;
    writeln!(told, "- the database is {} MB", run.bytes / 1024 / 1024)?;
    writeln!(
        told,
        "- {} ms from nothing to the first answer",
        run.start.as_millis()
    )?;
    writeln!(
        told,
        "- memory (anonymous): {at_start} MB at the start, {signed_in} MB after 20 sign-ins, \
         {after_load} MB after all of this"
    )?;
    let growth = if smaller.is_some() { " growth |" } else { "" };
    let line = if smaller.is_some() { "---:|" } else { "" };
    writeln!(
        told,
        "\n| page | requests/s | p50 ms | p99 ms | CPU µs | bytes | × nothing read | × 20 rows | \
         CPU µs after a write |{growth}"
    )?;
    writeln!(told, "|---|---:|---:|---:|---:|---:|---:|---:|---:|{line}")?;
    for row in &run.rows {
        write_row(told, row, run, smaller)?;
    }
    Ok(())
}

fn write_row(told: &mut String, row: &Row, run: &Run, smaller: Option<&Run>) -> std::fmt::Result {
    let Measured {
        load,
        cpu,
        after_write,
    } = match &row.measured {
        Ok(measured) => measured,
        Err(why) => return writeln!(told, "| {} | missing: {} |", row.name, why.trim()),
    };
    let times = |other: &str| ratio(*cpu, cpu_of(run, other));
    let read = if row.name == LOG { READ_ALONE } else { READ };
    write!(
        told,
        "| {} | {:.0} | {:.2} | {:.2} | {} | {:.0} | {} | {} | {} |",
        row.name,
        load.per_second,
        load.median,
        load.p99,
        cpu.as_micros(),
        load.bytes,
        times(STATIC),
        times(read),
        after_write.map_or(String::new(), |cpu| cpu.as_micros().to_string()),
    )?;
    if let Some(smaller) = smaller {
        write!(told, " {} |", ratio(*cpu, cpu_of(smaller, &row.name)))?;
    }
    writeln!(told)
}

fn cpu_of(run: &Run, name: &str) -> Option<Duration> {
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
