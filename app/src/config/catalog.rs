//! Settings of the catalog: its sources, their keys and addresses.

use std::fmt;

use url::{Origin, Url};

use super::SettingsReader;

/// A key or password for another service. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceKey(String);

impl ServiceKey {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceName {
    /// The catalog in a file of ours. It is always there, and never asked over the network.
    Local,
    Tmdb,
    Omdb,
    /// Movie facts from Wikidata, pictures from Wikimedia Commons.
    Wikidata,
}

impl SourceName {
    /// Those online, in the default order of lookups.
    pub const ONLINE: [Self; 3] = [Self::Tmdb, Self::Omdb, Self::Wikidata];

    /// The identifier in settings and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Tmdb => "tmdb",
            Self::Omdb => "omdb",
            Self::Wikidata => "wikidata",
        }
    }

    pub fn display_name(self) -> &'static str {
        match self {
            Self::Local => "Local catalog",
            Self::Tmdb => "TMDB",
            Self::Omdb => "OMDb",
            Self::Wikidata => "Wikidata",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ONLINE.into_iter().chain([Self::Local]);
        all.find(|source| source.name() == name)
    }
}

#[derive(Clone, Debug)]
pub struct CatalogConfig {
    /// The sources online, in the order of lookups, without those whose key is missing.
    pub sources: Vec<SourceName>,
    /// A v3 key or a v4 token.
    pub tmdb_key: Option<ServiceKey>,
    pub omdb_key: Option<ServiceKey>,
    /// The language of titles and overviews: an ISO 639-1 code.
    pub language: String,
    pub tmdb_url: Url,
    pub tmdb_image_url: Url,
    pub omdb_url: Url,
    pub wikidata_url: Url,
    /// The address of Wikidata's query service.
    pub wikidata_query_url: Url,
    pub commons_url: Url,
    /// Whether the server builds the local catalog anew once a month.
    pub refreshes_monthly: bool,
}

impl CatalogConfig {
    pub(super) fn read(reader: &mut SettingsReader<'_>) -> Self {
        let tmdb_key = reader.read("TMDB_API_KEY", None, service_key);
        let omdb_key = reader.read("OMDB_API_KEY", None, service_key);
        let mut sources = reader.read("CATALOG", SourceName::ONLINE.to_vec(), source_names);
        sources.retain(|source| match source {
            SourceName::Local => false,
            SourceName::Tmdb => tmdb_key.is_some(),
            SourceName::Omdb => omdb_key.is_some(),
            SourceName::Wikidata => true,
        });
        let mut url = |name, default| reader.read(name, default_url(default), url_prefix);
        Self {
            tmdb_url: url("TMDB_URL", "https://api.themoviedb.org/3/"),
            tmdb_image_url: url("TMDB_IMAGE_URL", "https://image.tmdb.org/t/p/"),
            omdb_url: url("OMDB_URL", "https://www.omdbapi.com/"),
            wikidata_url: url("WIKIDATA_URL", "https://www.wikidata.org/"),
            commons_url: url("COMMONS_URL", "https://commons.wikimedia.org/"),
            wikidata_query_url: reader.read(
                "WIKIDATA_QUERY_URL",
                default_url("https://query.wikidata.org/sparql"),
                exact_url,
            ),
            refreshes_monthly: reader.read("CATALOG_REFRESH", false, refresh),
            language: reader.read("CATALOG_LANGUAGE", "en".to_owned(), language_code),
            sources,
            tmdb_key,
            omdb_key,
        }
    }
}

pub(super) fn origins(value: &str) -> Result<Vec<Origin>, &'static str> {
    const EXPECTED: &str = "origins, separated by commas, such as http://127.0.0.1:9000";
    value
        .split(',')
        .map(|origin| {
            let url = Url::parse(origin.trim()).map_err(|_| EXPECTED)?;
            let is_origin = is_plain_web_url(&url) && url.path() == "/" && url.query().is_none();
            is_origin.then(|| url.origin()).ok_or(EXPECTED)
        })
        .collect()
}

fn source_names(value: &str) -> Result<Vec<SourceName>, &'static str> {
    const EXPECTED: &str = "off, or any of local,tmdb,omdb,wikidata in order of preference";
    if value == "off" {
        return Ok(Vec::new());
    }
    let names = value.split(',').map(str::trim);
    let mut sources = Vec::new();
    for name in names {
        let source = SourceName::parse(name).ok_or(EXPECTED)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}

pub(super) fn service_key(value: &str) -> Result<Option<ServiceKey>, &'static str> {
    let fits = value.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| Some(ServiceKey(value.to_owned())))
        .ok_or("printable ASCII characters without spaces")
}

fn language_code(value: &str) -> Result<String, &'static str> {
    let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code
        .then(|| value.to_owned())
        .ok_or("a two-letter language code, such as en")
}

fn refresh(value: &str) -> Result<bool, &'static str> {
    match value {
        "monthly" => Ok(true),
        "off" => Ok(false),
        _ => Err("off or monthly"),
    }
}

/// A URL to which only a query string is added.
fn exact_url(value: &str) -> Result<Url, &'static str> {
    const EXPECTED: &str =
        "an http:// or https:// address, such as https://films.example.org/sparql";
    let url = Url::parse(value).map_err(|_| EXPECTED)?;
    let is_fit = is_plain_web_url(&url) && url.query().is_none();
    is_fit.then_some(url).ok_or(EXPECTED)
}

/// A URL that ends with a slash, so that paths can be joined to it.
pub(super) fn url_prefix(value: &str) -> Result<Url, &'static str> {
    const EXPECTED: &str = "an http:// or https:// address, optionally with a path";
    let mut url = Url::parse(value).map_err(|_| EXPECTED)?;
    if !is_plain_web_url(&url) || url.query().is_some() {
        return Err(EXPECTED);
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn is_plain_web_url(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

fn default_url(url: &str) -> Url {
    Url::parse(url).expect("a valid URL")
}

#[cfg(test)]
mod tests {
    use super::SourceName;
    use crate::config::Config;

    #[test]
    fn only_wikidata_is_used_without_keys() {
        let none = Config::from_values([]).expect("valid").catalog;
        assert_eq!(none.sources, [SourceName::Wikidata]);
        let all = Config::from_values([
            ("TMDB_API_KEY", "abc"),
            ("OMDB_API_KEY", "def"),
            ("CATALOG", "wikidata, omdb"),
        ]);
        let all = all.expect("valid").catalog;
        assert_eq!(all.sources, [SourceName::Wikidata, SourceName::Omdb]);
        let local = Config::from_values([("CATALOG", "local, wikidata")]).expect("valid");
        assert_eq!(local.catalog.sources, [SourceName::Wikidata]);
        let only_local = Config::from_values([("CATALOG", "local")]).expect("valid");
        assert!(only_local.catalog.sources.is_empty());
        let off = Config::from_values([("CATALOG", "off")]).expect("valid");
        assert!(!off.catalog.refreshes_monthly);
        assert!(off.catalog.sources.is_empty());
    }

    #[test]
    fn invalid_settings_are_reported_without_printing_keys() {
        let problems = Config::from_values([
            ("CATALOG", "imdb"),
            ("TMDB_API_KEY", "hunter 2"),
            ("TMDB_URL", "ftp://example.org"),
            ("WIKIDATA_QUERY_URL", "https://example.org/sparql?query=x"),
            ("CATALOG_REFRESH", "weekly"),
            ("CATALOG_LANGUAGE", "english"),
            ("OUTGOING_ALLOW", "http://127.0.0.1:9000/path"),
            ("EVENT_CHANNEL_BUFFER", "0"),
        ])
        .expect_err("all of them are wrong")
        .to_string();
        assert_eq!(problems.lines().count(), 9, "{problems}");
        assert!(!problems.contains("hunter"), "{problems}");
    }
}
