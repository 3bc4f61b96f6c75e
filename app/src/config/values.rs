//! Parsers for setting values. Each returns the expected format as its error.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::DatabaseUrl;
use crate::text::is_invisible_name;

/// `sqlite:PATH` or a PostgreSQL URL.
pub(super) fn database_url(value: &str) -> Result<DatabaseUrl, &'static str> {
    const EXPECTED: &str = "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE";
    if let Some(file) = value.strip_prefix("sqlite:") {
        let file = file.strip_prefix("//").unwrap_or(file);
        let is_file = !file.is_empty() && !file.contains(['?', ':']) && !file.ends_with('/');
        return is_file
            .then(|| DatabaseUrl::Sqlite(file.into()))
            .ok_or(EXPECTED);
    }
    let url = Url::parse(value).map_err(|_| EXPECTED)?;
    let is_postgres = matches!(url.scheme(), "postgres" | "postgresql") && url.has_host();
    is_postgres
        .then(|| DatabaseUrl::Postgres(value.to_owned()))
        .ok_or(EXPECTED)
}

/// An origin: no path, query, fragment or credentials.
pub(super) fn base_url(value: &str) -> Result<Url, &'static str> {
    const EXPECTED: &str = "an http:// or https:// address without a path";
    let url = Url::parse(value).map_err(|_| EXPECTED)?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    is_origin.then_some(url).ok_or(EXPECTED)
}

pub(super) fn boolean(value: &str) -> Result<bool, &'static str> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false"),
    }
}

/// Comma-separated IP addresses and networks; an address counts as a network of one.
pub(super) fn networks(value: &str) -> Result<Vec<IpNet>, &'static str> {
    value
        .split(',')
        .map(|network| {
            let network = network.trim();
            network
                .parse()
                .or_else(|_| network.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| "IP addresses or networks, separated by commas, such as 127.0.0.1,10.0.0.0/8")
        })
        .collect()
}

pub(super) fn site_name(value: &str) -> Result<String, &'static str> {
    if value.chars().any(char::is_control) {
        return Err("one line, without tabs and other control characters");
    }
    if is_invisible_name(value) {
        return Err("a name that can be seen");
    }
    if value.chars().count() > 64 {
        return Err("at most 64 characters");
    }
    Ok(value.to_owned())
}

pub(super) fn capacity(value: &str) -> Result<usize, &'static str> {
    let parsed = value.parse().ok();
    parsed
        .filter(|number| (1..=65_536).contains(number))
        .ok_or("a number, 1 to 65536")
}

/// In seconds, from a minute to ten years.
pub(super) fn lifetime(value: &str) -> Result<Duration, &'static str> {
    let parsed = value.parse().ok();
    parsed
        .filter(|seconds| (60..=315_360_000).contains(seconds))
        .map(Duration::from_secs)
        .ok_or("a number of seconds, 60 to 315360000")
}

pub(super) fn requests_per_minute(value: &str) -> Result<NonZeroU32, &'static str> {
    let parsed = value.parse().ok();
    parsed
        .filter(|requests: &NonZeroU32| requests.get() <= 1_000_000)
        .ok_or("a number of requests, 1 to 1000000")
}

pub(super) fn log_filter(value: &str) -> Result<String, &'static str> {
    EnvFilter::try_new(value)
        .map(|_| value.to_owned())
        .map_err(|_| "a log filter, such as info or movies_diary=debug")
}
