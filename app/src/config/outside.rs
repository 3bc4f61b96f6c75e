//! What is asked of others: the catalog's sources.

use std::fmt;

use url::{Origin, Url};

use super::Reader;

/// A key or password of somebody else's. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key itself, for the one server that it is for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Somebody who knows movies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceName {
    /// The Movie Database.
    Tmdb,
    /// The Open Movie Database.
    Omdb,
    /// Wikidata, with pictures from Wikimedia Commons.
    Wikidata,
}

impl SourceName {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Tmdb, Self::Omdb, Self::Wikidata];

    /// Its name in settings and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tmdb => "tmdb",
            Self::Omdb => "omdb",
            Self::Wikidata => "wikidata",
        }
    }

    /// Its name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tmdb => "TMDB",
            Self::Omdb => "OMDb",
            Self::Wikidata => "Wikidata",
        }
    }

    /// The source of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// Who is asked about movies, and where.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// In this order; those without their key are left out.
    pub sources: Vec<SourceName>,
    /// A v3 key or a v4 token of TMDB.
    pub tmdb_key: Option<Key>,
    /// A key of OMDb.
    pub omdb_key: Option<Key>,
    /// The language of titles and overviews, as an ISO 639-1 code.
    pub language: String,
    /// Where TMDB answers.
    pub tmdb_url: Url,
    /// Where TMDB's pictures are.
    pub tmdb_image_url: Url,
    /// Where OMDb answers.
    pub omdb_url: Url,
    /// Where Wikidata answers.
    pub wikidata_url: Url,
    /// Where Wikimedia Commons has its pictures.
    pub commons_url: Url,
}

impl Catalog {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let tmdb_key = reader.read("TMDB_API_KEY", None, key);
        let omdb_key = reader.read("OMDB_API_KEY", None, key);
        let mut sources = reader.read("CATALOG", SourceName::ALL.to_vec(), sources);
        sources.retain(|source| match source {
            SourceName::Tmdb => tmdb_key.is_some(),
            SourceName::Omdb => omdb_key.is_some(),
            SourceName::Wikidata => true,
        });
        let mut url = |name, default| reader.read(name, known(default), base);
        Self {
            tmdb_url: url("TMDB_URL", "https://api.themoviedb.org/3/"),
            tmdb_image_url: url("TMDB_IMAGE_URL", "https://image.tmdb.org/t/p/"),
            omdb_url: url("OMDB_URL", "https://www.omdbapi.com/"),
            wikidata_url: url("WIKIDATA_URL", "https://www.wikidata.org/"),
            commons_url: url("COMMONS_URL", "https://commons.wikimedia.org/"),
            language: reader.read("CATALOG_LANGUAGE", "en".to_owned(), language),
            sources,
            tmdb_key,
            omdb_key,
        }
    }
}

/// Origins, with commas between them.
pub(super) fn origins(value: &str) -> Result<Vec<Origin>, &'static str> {
    const WANTED: &str = "origins such as http://127.0.0.1:9000, with commas between them";
    value
        .split(',')
        .map(|origin| {
            let url = Url::parse(origin.trim()).map_err(|_| WANTED)?;
            let is_origin = is_web(&url) && url.path() == "/" && url.query().is_none();
            is_origin.then(|| url.origin()).ok_or(WANTED)
        })
        .collect()
}

fn sources(value: &str) -> Result<Vec<SourceName>, &'static str> {
    const WANTED: &str = "off, or some of tmdb,omdb,wikidata in the order to ask them";
    if value == "off" {
        return Ok(Vec::new());
    }
    let names = value.split(',').map(str::trim);
    let mut sources = Vec::new();
    for name in names {
        let source = SourceName::parse(name).ok_or(WANTED)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}

/// A key as others give them out.
pub(super) fn key(value: &str) -> Result<Option<Key>, &'static str> {
    let fits = value.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| Some(Key(value.to_owned())))
        .ok_or("one word of printable characters")
}

fn language(value: &str) -> Result<String, &'static str> {
    let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code
        .then(|| value.to_owned())
        .ok_or("a language of two letters, such as en")
}

/// The start of addresses: a path is joined to it.
pub(super) fn base(value: &str) -> Result<Url, &'static str> {
    const WANTED: &str = "http:// or https://, a host, and maybe a path";
    let mut url = Url::parse(value).map_err(|_| WANTED)?;
    if !is_web(&url) || url.query().is_some() {
        return Err(WANTED);
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

fn known(url: &str) -> Url {
    Url::parse(url).expect("it is an address")
}

#[cfg(test)]
mod tests {
    use super::SourceName;
    use crate::config::Config;

    #[test]
    fn without_a_key_wikidata_alone_is_asked() {
        let none = Config::from_values([]).expect("valid").catalog;
        assert_eq!(none.sources, [SourceName::Wikidata]);
        let all = Config::from_values([
            ("TMDB_API_KEY", "abc"),
            ("OMDB_API_KEY", "def"),
            ("CATALOG", "wikidata, omdb"),
        ]);
        let all = all.expect("valid").catalog;
        assert_eq!(all.sources, [SourceName::Wikidata, SourceName::Omdb]);
        let off = Config::from_values([("CATALOG", "off")]).expect("valid");
        assert!(off.catalog.sources.is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_told_and_no_key_is_printed() {
        let problems = Config::from_values([
            ("CATALOG", "imdb"),
            ("TMDB_API_KEY", "hunter 2"),
            ("TMDB_URL", "ftp://example.org"),
            ("CATALOG_LANGUAGE", "english"),
            ("OUTGOING_ALLOW", "http://127.0.0.1:9000/path"),
            ("EVENT_CHANNEL_BUFFER", "0"),
        ])
        .expect_err("all of them are wrong")
        .to_string();
        assert_eq!(problems.lines().count(), 7, "{problems}");
        assert!(!problems.contains("hunter"), "{problems}");
    }
}
