//! Settings: from the environment and from `.env`, checked all at once before
//! anything starts.

mod outside;
mod store;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

pub use outside::{Catalog, Key, SourceName};
pub use store::{Bucket, PosterStore};
use values::{
    base_url, boolean, capacity, database_url, lifetime, log_filter, networks, rate, site_name,
};

/// Every setting there is. README's table says the same in the same order.
pub const NAMES: [&str; 29] = [
    "DATABASE_URL",
    "BASE_URL",
    "HOST",
    "PORT",
    "ALLOW_REGISTRATION",
    "TRUSTED_PROXIES",
    "DATA_DIR",
    "SITE_NAME",
    "CATALOG",
    "TMDB_API_KEY",
    "OMDB_API_KEY",
    "CATALOG_LANGUAGE",
    "TMDB_URL",
    "TMDB_IMAGE_URL",
    "OMDB_URL",
    "WIKIDATA_URL",
    "COMMONS_URL",
    "OUTGOING_ALLOW",
    "POSTER_STORE",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "API_TOKEN_TTL_SECONDS",
    "API_REQUESTS_PER_MINUTE_BY_ADDRESS",
    "API_REQUESTS_PER_MINUTE_BY_TOKEN",
    "EVENT_CHANNEL_BUFFER",
    "RUST_LOG",
];

/// Those whose values are shown to nobody, not even where they are wrong.
const SECRETS: [&str; 6] = [
    "DATABASE_URL",
    "TMDB_API_KEY",
    "OMDB_API_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// How long a program stays signed in, unless it is said.
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How much one address may ask of the API in a minute, unless it is said: twice what a token
/// may, so that one eager program leaves something for the others of a household.
const BY_ADDRESS: NonZeroU32 = NonZeroU32::new(1200).expect("it is not zero");

/// How much one token may ask: ten a second, as much as a script that waits for each answer.
const BY_TOKEN: NonZeroU32 = NonZeroU32::new(600).expect("it is not zero");

/// What this process was told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the diary is kept.
    pub database_url: DatabaseUrl,
    /// How people reach the site, when it was said: an origin without a path.
    pub base_url: Option<Url>,
    /// Where to listen.
    pub address: SocketAddr,
    /// Anybody may make an account.
    pub allow_registration: bool,
    /// The proxies whose word on the client's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The folder for everything that this process writes.
    pub data_dir: PathBuf,
    /// What the site is called.
    pub site_name: String,
    /// Who is asked about movies.
    pub catalog: Catalog,
    /// Origins that may be asked although they are not public or not https.
    pub outgoing_allow: Vec<url::Origin>,
    /// Where posters are kept.
    pub poster_store: PosterStore,
    /// How long a token works that a program signed in for.
    pub api_token_ttl: Duration,
    /// How much programs at one address may ask in a minute.
    pub api_requests_by_address: NonZeroU32,
    /// How much a program with one token may ask in a minute.
    pub api_requests_by_token: NonZeroU32,
    /// How many events wait to be handled.
    pub event_channel_buffer: usize,
    /// Whether everything that pages are made of is shown on a page: where it is being built, and
    /// in the demo.
    pub has_styleguide: bool,
    /// What is logged, in the syntax of `tracing`'s `EnvFilter`.
    pub log_filter: String,
}

/// A database's address. It may hold a password, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// SQLite in this file.
    Sqlite(PathBuf),
    /// PostgreSQL at this address.
    Postgres(String),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// Everything that is wrong with the settings, a line each.
#[derive(Debug, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings need a change before this can start:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  - {line}"))
    }
}

impl std::error::Error for Problems {}

impl Config {
    /// Reads the environment and, under it, `.env` in the working directory.
    pub fn load() -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut values = dotenv(&mut problems);
        for name in NAMES {
            match std::env::var(name) {
                Ok(value) => {
                    values.insert(name.to_owned(), value);
                }
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    problems.push(format!("{name} is not text"));
                }
            }
        }
        Self::parse(&values, problems)
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_values<'a>(
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Problems> {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self::parse(&values, Vec::new())
    }

    fn parse(values: &BTreeMap<String, String>, problems: Vec<String>) -> Result<Self, Problems> {
        let mut reader = Reader { values, problems };
        let data_dir = reader.read("DATA_DIR", PathBuf::from("data"), |value| {
            Ok(PathBuf::from(value))
        });
        let sqlite = DatabaseUrl::Sqlite(data_dir.join("movies-diary.db"));
        let config = Self {
            database_url: reader.read("DATABASE_URL", sqlite, database_url),
            base_url: reader.read("BASE_URL", None, |value| base_url(value).map(Some)),
            address: SocketAddr::new(
                reader.read("HOST", IpAddr::V4(Ipv4Addr::LOCALHOST), |value| {
                    value
                        .parse()
                        .map_err(|_| "an IP address, such as 127.0.0.1 or 0.0.0.0")
                }),
                reader.read("PORT", 3000, |value| {
                    value.parse().map_err(|_| "a port, 0 to 65535")
                }),
            ),
            allow_registration: reader.read("ALLOW_REGISTRATION", false, boolean),
            trusted_proxies: reader.read("TRUSTED_PROXIES", Vec::new(), networks),
            poster_store: PosterStore::read(&mut reader, &data_dir),
            data_dir,
            catalog: Catalog::read(&mut reader),
            outgoing_allow: reader.read("OUTGOING_ALLOW", Vec::new(), outside::origins),
            api_token_ttl: reader.read("API_TOKEN_TTL_SECONDS", MONTH, lifetime),
            api_requests_by_address: reader.read(
                "API_REQUESTS_PER_MINUTE_BY_ADDRESS",
                BY_ADDRESS,
                rate,
            ),
            api_requests_by_token: reader.read("API_REQUESTS_PER_MINUTE_BY_TOKEN", BY_TOKEN, rate),
            event_channel_buffer: reader.read("EVENT_CHANNEL_BUFFER", 256, capacity),
            site_name: reader.read("SITE_NAME", "Movies Diary".to_owned(), site_name),
            has_styleguide: cfg!(debug_assertions),
            log_filter: reader.read("RUST_LOG", "info".to_owned(), log_filter),
        };
        match reader.problems {
            none if none.is_empty() => Ok(config),
            problems => Err(Problems(problems)),
        }
    }

    /// `BASE_URL` without its last slash, to put a path after it.
    pub fn origin(&self) -> Option<&str> {
        let url = self.base_url.as_ref()?;
        Some(url.as_str().trim_end_matches('/'))
    }

    /// Whether people reach the site by https only.
    pub fn is_https(&self) -> bool {
        self.base_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }
}

/// Reads one value after the other and keeps what was wrong.
struct Reader<'a> {
    values: &'a BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn read<T>(
        &mut self,
        name: &'static str,
        default: T,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> T {
        let value = self.values.get(name).map(|value| value.trim());
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return default;
        };
        parse(value).unwrap_or_else(|wanted| {
            self.problems.push(match SECRETS.contains(&name) {
                true => format!("{name} is not understood: it must be {wanted}"),
                false => format!("{name} is {value:?}: it must be {wanted}"),
            });
            default
        })
    }
}

fn dotenv(problems: &mut Vec<String>) -> BTreeMap<String, String> {
    let lines = match dotenvy::from_path_iter(".env") {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return BTreeMap::new(),
        Err(error) => {
            problems.push(format!(".env cannot be read: {error}"));
            return BTreeMap::new();
        }
    };
    let mut values = BTreeMap::new();
    for line in lines {
        match line {
            Ok((name, value)) if NAMES.contains(&name.as_str()) => {
                values.insert(name, value);
            }
            Ok((name, _)) => problems.push(format!(
                ".env names {name}, which is no setting; there are {}",
                NAMES.join(", ")
            )),
            Err(dotenvy::Error::LineParse(_, position)) => problems.push(format!(
                ".env has a line that is not NAME=value (it stops making sense at its character {position})"
            )),
            Err(error) => {
                problems.push(format!(".env cannot be read: {error}"));
                break;
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::{Config, DatabaseUrl};

    #[test]
    fn nothing_needs_to_be_set() {
        let config = Config::from_values([]).expect("defaults are valid");
        assert_eq!(config.address.to_string(), "127.0.0.1:3000");
        let file = DatabaseUrl::Sqlite("data/movies-diary.db".into());
        assert!(config.database_url == file);
        assert!(!config.allow_registration);
        assert!(!config.is_https());
    }

    #[test]
    fn every_problem_is_told_at_once_with_what_would_be_right() {
        let problems = Config::from_values([
            ("DATABASE_URL", "mysql://root:hunter2@localhost/diary"),
            ("BASE_URL", "example.org/diary"),
            ("HOST", "localhost:80"),
            ("PORT", "http"),
            ("ALLOW_REGISTRATION", "yes"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
            ("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "0"),
            ("API_REQUESTS_PER_MINUTE_BY_TOKEN", "many"),
            ("RUST_LOG", "movies=loud"),
        ])
        .expect_err("all of them are wrong")
        .to_string();
        for name in [
            "DATABASE_URL",
            "BASE_URL",
            "HOST",
            "PORT",
            "ALLOW_REGISTRATION",
            "TRUSTED_PROXIES",
            "API_REQUESTS_PER_MINUTE_BY_ADDRESS",
            "API_REQUESTS_PER_MINUTE_BY_TOKEN",
            "RUST_LOG",
        ] {
            assert!(problems.contains(name), "{name} is missing in {problems}");
        }
        assert!(problems.contains("true or false"));
        assert!(!problems.contains("hunter2"), "a password was printed");
    }

    #[test]
    fn a_password_in_the_database_url_does_not_print() {
        let config = Config::from_values([("DATABASE_URL", "postgres://me:hunter2@localhost/d")])
            .expect("it is valid");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
