//! Settings from the environment and from `.env`. All of them are checked, and all errors reported,
//! before anything starts.

mod backup;
mod catalog;
mod dotenv;
mod folders;
mod poster_store;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::{Position, Url};

pub use backup::BackupConfig;
pub use catalog::{CatalogConfig, ServiceKey, SourceName};
pub use folders::describe_folder_error;
pub use poster_store::{PosterStore, S3Bucket};
use values::{
    base_url, boolean, capacity, database_url, lifetime, log_filter, networks, requests_per_minute,
    site_name,
};

/// Every setting, in the order of the README's table.
pub const SETTING_NAMES: [&str; 35] = [
    "DATABASE_URL",
    "BASE_URL",
    "HSTS_INCLUDE_SUBDOMAINS",
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
    "CATALOG_REFRESH",
    "TMDB_URL",
    "TMDB_IMAGE_URL",
    "OMDB_URL",
    "WIKIDATA_URL",
    "WIKIDATA_QUERY_URL",
    "COMMONS_URL",
    "OUTGOING_ALLOW",
    "POSTER_STORE",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "BACKUP_EVERY",
    "BACKUP_KEEP",
    "BACKUP_DIR",
    "API_TOKEN_TTL_SECONDS",
    "API_REQUESTS_PER_MINUTE_BY_ADDRESS",
    "API_REQUESTS_PER_MINUTE_BY_TOKEN",
    "EVENT_CHANNEL_BUFFER",
    "RUST_LOG",
];

/// Settings whose values are never printed, not even in error messages.
const SECRET_SETTINGS: [&str; 6] = [
    "DATABASE_URL",
    "TMDB_API_KEY",
    "OMDB_API_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// Default lifetime of API tokens that programs sign in for.
const DEFAULT_TOKEN_TTL: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Default API requests per minute and address: twice as many as per token, so that one busy
/// program does not use up the budget of its household.
const DEFAULT_REQUESTS_BY_ADDRESS: NonZeroU32 = NonZeroU32::new(1200).expect("it is not zero");

/// Default API requests per minute and token: ten a second, about what a sequential script needs.
const DEFAULT_REQUESTS_BY_TOKEN: NonZeroU32 = NonZeroU32::new(600).expect("it is not zero");

/// The largest private networks are 10.0.0.0/8 and fc00::/7.
const MIN_TRUSTED_PREFIX_V4: u8 = 8;
const MIN_TRUSTED_PREFIX_V6: u8 = 7;

#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: DatabaseUrl,
    /// The public origin of the site, without a path; `None` if it is not set.
    pub base_url: Option<Url>,
    /// Whether browsers must use https for the subdomains of the site’s host too.
    pub hsts_include_subdomains: bool,
    pub address: SocketAddr,
    /// Lets visitors register without an invitation.
    pub allow_registration: bool,
    /// Proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
    pub data_dir: PathBuf,
    pub site_name: String,
    pub catalog: CatalogConfig,
    /// Origins that outgoing requests may reach although they are private or not https.
    pub outgoing_allow: Vec<url::Origin>,
    pub poster_store: PosterStore,
    pub backup: BackupConfig,
    /// Lifetime of tokens that programs sign in for.
    pub api_token_ttl: Duration,
    /// Requests per minute from one address.
    pub api_requests_by_address: NonZeroU32,
    /// Requests per minute with one token.
    pub api_requests_by_token: NonZeroU32,
    /// Capacity of the event channel.
    pub event_channel_buffer: usize,
    /// Whether the style guide is served: in debug builds and in the demo.
    pub has_styleguide: bool,
    /// A filter in the syntax of `tracing`'s `EnvFilter`.
    pub log_filter: String,
}

/// A database URL. It may contain a password, so its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// All invalid settings, one line each.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid settings:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  - {line}"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads `.env` in the working directory and the environment, which takes precedence.
    pub fn load() -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut values = dotenv::read_dotenv(&mut problems);
        for name in SETTING_NAMES {
            match std::env::var(name) {
                Ok(value) => {
                    values.insert(name.to_owned(), value);
                }
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    problems.push(format!("{name} is not valid UTF-8"));
                }
            }
        }
        Self::parse(&values, problems)
    }

    /// Empty values count as not set.
    pub fn from_values<'a>(
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ConfigError> {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self::parse(&values, Vec::new())
    }

    fn parse(
        values: &BTreeMap<String, String>,
        problems: Vec<String>,
    ) -> Result<Self, ConfigError> {
        let mut reader = SettingsReader { values, problems };
        let data_dir = reader.read("DATA_DIR", PathBuf::from("data"), |value| {
            Ok(PathBuf::from(value))
        });
        let sqlite = DatabaseUrl::Sqlite(data_dir.join("movies-diary.db"));
        let config = Self {
            database_url: reader.read("DATABASE_URL", sqlite, database_url),
            base_url: reader.read("BASE_URL", None, |value| base_url(value).map(Some)),
            hsts_include_subdomains: reader.read("HSTS_INCLUDE_SUBDOMAINS", false, boolean),
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
            backup: BackupConfig::read(&mut reader, &data_dir),
            data_dir,
            catalog: CatalogConfig::read(&mut reader),
            outgoing_allow: reader.read("OUTGOING_ALLOW", Vec::new(), catalog::origins),
            api_token_ttl: reader.read("API_TOKEN_TTL_SECONDS", DEFAULT_TOKEN_TTL, lifetime),
            api_requests_by_address: reader.read(
                "API_REQUESTS_PER_MINUTE_BY_ADDRESS",
                DEFAULT_REQUESTS_BY_ADDRESS,
                requests_per_minute,
            ),
            api_requests_by_token: reader.read(
                "API_REQUESTS_PER_MINUTE_BY_TOKEN",
                DEFAULT_REQUESTS_BY_TOKEN,
                requests_per_minute,
            ),
            event_channel_buffer: reader.read("EVENT_CHANNEL_BUFFER", 256, capacity),
            site_name: reader.read("SITE_NAME", "Movies Diary".to_owned(), site_name),
            has_styleguide: cfg!(debug_assertions),
            log_filter: reader.read("RUST_LOG", "info".to_owned(), log_filter),
        };
        match reader.problems {
            none if none.is_empty() => Ok(config),
            problems => Err(ConfigError(problems)),
        }
    }

    /// `BASE_URL` without its trailing slash, as a prefix for paths.
    pub fn origin(&self) -> Option<&str> {
        let url = self.base_url.as_ref()?;
        Some(url.as_str().trim_end_matches('/'))
    }

    /// The host of `BASE_URL`, with its port unless that is the default one.
    pub fn public_host(&self) -> Option<&str> {
        let url = self.base_url.as_ref()?;
        Some(&url[Position::BeforeHost..Position::AfterPort])
    }

    /// Trusted proxies that are not a few machines, but a good part of the internet: from any
    /// address there, a visitor can claim to be anyone.
    pub fn too_many_trusted(&self) -> impl Iterator<Item = &IpNet> {
        self.trusted_proxies.iter().filter(|network| match network {
            IpNet::V4(v4) => v4.prefix_len() < MIN_TRUSTED_PREFIX_V4,
            IpNet::V6(v6) => v6.prefix_len() < MIN_TRUSTED_PREFIX_V6,
        })
    }

    pub fn is_https(&self) -> bool {
        self.base_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }
}

/// Reads settings one by one and collects the errors.
struct SettingsReader<'a> {
    values: &'a BTreeMap<String, String>,
    problems: Vec<String>,
}

impl SettingsReader<'_> {
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
        parse(value).unwrap_or_else(|expected| {
            self.problems.push(if SECRET_SETTINGS.contains(&name) {
                format!("{name} is invalid: expected {expected}")
            } else {
                format!("{name} is {value:?}: expected {expected}")
            });
            default
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, DatabaseUrl};

    #[test]
    fn defaults_are_valid() {
        let config = Config::from_values([]).expect("defaults are valid");
        assert_eq!(config.address.to_string(), "127.0.0.1:3000");
        let file = DatabaseUrl::Sqlite("data/movies-diary.db".into());
        assert!(config.database_url == file);
        assert!(!config.allow_registration);
        assert!(!config.is_https());
    }

    #[test]
    fn all_errors_are_reported_at_once_with_the_expected_values() {
        let problems = Config::from_values([
            ("DATABASE_URL", "mysql://root:hunter2@localhost/diary"),
            ("BASE_URL", "example.org/diary"),
            ("HSTS_INCLUDE_SUBDOMAINS", "on"),
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
            "HSTS_INCLUDE_SUBDOMAINS",
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
    fn the_database_password_is_never_printed() {
        let config = Config::from_values([("DATABASE_URL", "postgres://me:hunter2@localhost/d")])
            .expect("it is valid");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
