//! Finds the movie that a text names by an id, or by the address of its page at IMDb, TMDB,
//! Wikidata or Letterboxd.

use super::facts::{self, ExternalIds};
use super::pasted_text::{Address, PastedText};

/// What an address, or an id on its own, says about a movie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MovieLink {
    Imdb(String),
    Tmdb(i64),
    Wikidata(String),
    /// The title in an address of Letterboxd, as in `heat-1995`.
    Slug(String),
    /// An address that leads to another one, which we do not fetch.
    Short(String),
    /// An address that names no movie, as far as we can tell.
    Unknown,
}

/// The names under which IMDb was found in other countries still lead to the same ids.
const IMDB: [&str; 6] = [
    "imdb.com", "imdb.de", "imdb.es", "imdb.fr", "imdb.it", "imdb.pt",
];
const TMDB: [&str; 2] = ["themoviedb.org", "tmdb.org"];
const WIKIDATA: [&str; 1] = ["wikidata.org"];
const LETTERBOXD: [&str; 1] = ["letterboxd.com"];

/// Sites whose addresses lead elsewhere, and never name a movie.
const SHORT_LINKS: [&str; 12] = [
    "boxd.it",
    "imdb.to",
    "amzn.to",
    "bit.ly",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "share.google",
    "is.gd",
    "ow.ly",
    "buff.ly",
    "lnkd.in",
];

/// A text without its links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedText {
    pub words: String,
    /// In the order of the text, but ids on their own come last.
    pub links: Vec<MovieLink>,
}

impl LinkedText {
    pub fn parse(text: &str) -> Self {
        let pasted = PastedText::split(text);
        let mut links: Vec<_> = pasted.addresses.iter().map(MovieLink::of).collect();
        let mut words = Vec::new();
        for word in pasted.words.split(' ') {
            match any_case_imdb_id(trim_brackets(word)) {
                Some(id) => links.push(MovieLink::Imdb(id)),
                None => words.push(word),
            }
        }
        Self {
            words: words.join(" "),
            links,
        }
    }

    /// The id in the first link that has one.
    pub fn ids(&self) -> Option<ExternalIds> {
        self.links.iter().find_map(MovieLink::ids)
    }

    /// The title in the first address of Letterboxd.
    pub fn slug(&self) -> Option<&str> {
        self.links.iter().find_map(|link| match link {
            MovieLink::Slug(slug) => Some(slug.as_str()),
            _ => None,
        })
    }
}

impl MovieLink {
    fn of(address: &Address) -> Self {
        let link = if address.is_at(&IMDB) {
            imdb_link(address)
        } else if address.is_at(&TMDB) {
            tmdb_link(address)
        } else if address.is_at(&WIKIDATA) {
            wikidata_link(address)
        } else if address.is_at(&LETTERBOXD) {
            letterboxd_link(address)
        } else if address.is_at(&SHORT_LINKS) {
            Some(Self::Short(address.text.clone()))
        } else {
            None
        };
        link.unwrap_or(Self::Unknown)
    }

    fn ids(&self) -> Option<ExternalIds> {
        let none = ExternalIds::default();
        match self {
            Self::Imdb(id) => Some(ExternalIds {
                imdb_id: Some(id.clone()),
                ..none
            }),
            Self::Tmdb(id) => Some(ExternalIds {
                tmdb_id: Some(*id),
                ..none
            }),
            Self::Wikidata(id) => Some(ExternalIds {
                wikidata_id: Some(id.clone()),
                ..none
            }),
            Self::Slug(_) | Self::Short(_) | Self::Unknown => None,
        }
    }
}

/// The first IMDb id in `typed`, on its own or in an address.
pub fn imdb_id_in(typed: &str) -> Option<String> {
    LinkedText::parse(typed)
        .links
        .into_iter()
        .find_map(|link| match link {
            MovieLink::Imdb(id) => Some(id),
            _ => None,
        })
}

/// The first TMDB id in `typed`: the text is nothing but the id, or contains an address such as
/// `themoviedb.org/movie/603-the-matrix`.
pub fn tmdb_id_in(typed: &str) -> Option<i64> {
    let in_links = || {
        let links = LinkedText::parse(typed).links;
        links.into_iter().find_map(|link| match link {
            MovieLink::Tmdb(id) => Some(id),
            _ => None,
        })
    };
    facts::parse_tmdb_id(typed.trim()).or_else(in_links)
}

/// Whether `title` consists of links and ids.
pub fn is_only_links(title: &str) -> bool {
    let text = LinkedText::parse(title);
    text.words.is_empty() && !text.links.is_empty()
}

fn imdb_link(address: &Address) -> Option<MovieLink> {
    address
        .path()
        .find_map(any_case_imdb_id)
        .map(MovieLink::Imdb)
}

fn tmdb_link(address: &Address) -> Option<MovieLink> {
    part_after(address, "movie").and_then(tmdb_id_link)
}

/// The id comes first, as in `603-the-matrix`.
fn tmdb_id_link(part: &str) -> Option<MovieLink> {
    facts::parse_tmdb_id(part.split('-').next()?).map(MovieLink::Tmdb)
}

/// The id may have a name space in front of it, or the ending of a file behind it.
fn wikidata_link(address: &Address) -> Option<MovieLink> {
    let parse = |part: &str| facts::parse_wikidata_id(&part.to_ascii_uppercase());
    let mut parts = address.path().flat_map(|part| part.split([':', '.']));
    parts.find_map(parse).map(MovieLink::Wikidata)
}

/// Letterboxd knows movies by the title in the address, and redirects from their ids elsewhere.
fn letterboxd_link(address: &Address) -> Option<MovieLink> {
    let slug = part_after(address, "film").map(str::to_ascii_lowercase);
    let is_slug = |slug: &String| {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '-';
        slug.chars().all(is_fit) && slug.contains(|c: char| c != '-')
    };
    let slug = slug.filter(is_slug).map(MovieLink::Slug);
    slug.or_else(|| {
        part_after(address, "imdb")
            .and_then(any_case_imdb_id)
            .map(MovieLink::Imdb)
    })
    .or_else(|| part_after(address, "tmdb").and_then(tmdb_id_link))
}

/// The part of the path behind `name`.
fn part_after<'a>(address: &'a Address, name: &str) -> Option<&'a str> {
    let mut parts = address
        .path()
        .skip_while(move |part| !part.eq_ignore_ascii_case(name));
    parts.nth(1)
}

fn any_case_imdb_id(part: &str) -> Option<String> {
    facts::parse_imdb_id(&part.to_ascii_lowercase())
}

fn trim_brackets(word: &str) -> &str {
    word.trim_matches(['(', ')', '[', ']', '{', '}', ',', ';', '.'])
}
/// Typed text and the id in it, for the tests of the form's fields and of the search.
#[cfg(test)]
pub mod samples {
    pub const IMDB: [(&str, Option<&str>); 31] = [
        ("tt0133093", Some("tt0133093")),
        (" tt0133093 ", Some("tt0133093")),
        ("imdb.com/title/tt0133093", Some("tt0133093")),
        ("https://www.imdb.com/title/tt0133093/", Some("tt0133093")),
        (
            "https://m.imdb.com/title/tt0133093/?ref_=nv",
            Some("tt0133093"),
        ),
        ("m.imdb.com/de/title/tt0133093", Some("tt0133093")),
        (
            "HTTPS://WWW.IMDB.COM/title/tt0133093#cast",
            Some("tt0133093"),
        ),
        (
            "https://www.imdb.com/title/tt0133093/mediaviewer/rm525547776/",
            Some("tt0133093"),
        ),
        (
            "The Matrix (1999) https://www.imdb.com/title/tt0133093/",
            Some("tt0133093"),
        ),
        ("TT0133093", Some("tt0133093")),
        ("https://de.imdb.com/title/TT0133093/", Some("tt0133093")),
        ("https://letterboxd.com/imdb/tt0133093", Some("tt0133093")),
        ("https://evil.example/tt0133093", None),
        ("https://imdb.com.evil.example/tt0133093", None),
        ("https://evil.example/imdb.com/title/tt0133093", None),
        ("0133093", None),
        ("tt", None),
        ("tt013", None),
        ("tt01330933333", None),
        ("tt01e3093", None),
        ("ttitle", None),
        ("nm0000206", None),
        ("title/tt0133093", None),
        ("https://www.imdb.com/name/nm0000206/", None),
        ("https://www.imdb.com/find/?q=tt0133093", None),
        ("https://www.imdb.com/find/#tt0133093", None),
        ("https://example.org/title/tt0133093", None),
        ("https://notimdb.com/title/tt0133093", None),
        ("https://imdb.com.example.org/title/tt0133093", None),
        ("https://imdb.com@example.org/title/tt0133093", None),
        (
            "https://example.org?to=https://www.imdb.com/title/tt0133093",
            None,
        ),
    ];

    pub const TMDB: [(&str, Option<i64>); 22] = [
        ("603", Some(603)),
        (" 603 ", Some(603)),
        ("themoviedb.org/movie/603", Some(603)),
        ("https://www.themoviedb.org/movie/603-the-matrix", Some(603)),
        (
            "https://www.themoviedb.org/movie/603-the-matrix?language=de",
            Some(603),
        ),
        ("https://www.themoviedb.org/movie/603/cast#crew", Some(603)),
        ("The Matrix https://www.themoviedb.org/movie/603", Some(603)),
        ("https://tmdb.org/movie/603", Some(603)),
        ("https://letterboxd.com/tmdb/603/", Some(603)),
        ("https://letterboxd.com/someone/film/603/", None),
        ("0", None),
        ("-603", None),
        ("matrix", None),
        ("tt0133093", None),
        ("99999999999", None),
        ("603-the-matrix", None),
        ("https://www.themoviedb.org/tv/603", None),
        ("https://www.themoviedb.org/movie/the-matrix", None),
        ("https://www.themoviedb.org/search?query=/movie/603", None),
        ("https://example.org/movie/603", None),
        ("https://themoviedb.org.example.org/movie/603", None),
        ("https://example.org/?to=themoviedb.org/movie/603", None),
    ];
}
