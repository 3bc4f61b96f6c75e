//! Reads title, year, director and ids out of what a member typed or pasted, to fill in the form
//! for a movie that no search found.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::external_ids::LinkedText;
use super::facts::{self, ExternalIds};

/// The fields of the form. What the text does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedMovie {
    pub title: String,
    pub year: Option<i16>,
    pub director: String,
    pub ids: ExternalIds,
}

/// A text with a year in brackets, as in `Heat (1995) directed by Michael Mann`.
struct Bracketed<'a> {
    title: &'a str,
    year: i16,
    rest: &'a str,
}

/// What separates a title from the words around it.
const SEPARATORS: &[char] = &[
    ' ', ',', ';', ':', '|', '•', '·', '/', '-', '–', '—', '⭐', '★', '\u{200e}', '\u{200f}',
];

/// What stands behind the title in the names of other sites' pages.
const SITE_NAMES: [&str; 8] = [
    "imdb",
    "letterboxd",
    "the movie database (tmdb)",
    "the movie database",
    "tmdb",
    "wikidata",
    "wikipedia",
    "rotten tomatoes",
];

/// Any year that a title may be followed by. The form checks it again.
const YEARS: RangeInclusive<i16> = 1888..=2100;

/// Written in lower case inside a title.
const SMALL_WORDS: [&str; 14] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to",
];

impl TypedMovie {
    /// A year without brackets counts only if a movie can have come out by then, seen from `today`.
    pub fn parse(typed: &str, today: NaiveDate) -> Self {
        let text = LinkedText::parse(typed);
        let ids = text.ids().unwrap_or_default();
        let words = heading(&text);
        if let Some(found) = bracketed_year(words) {
            return Self {
                title: clean_title(found.title),
                year: Some(found.year),
                director: director_in(found.rest),
                ids,
            };
        }
        let slug = text.slug().or_else(|| bare_slug(words));
        let named = slug.map_or_else(|| words.to_owned(), title_of_slug);
        let (title, year) = match trailing_year(&named, &facts::release_years(today.year())) {
            Some((title, year)) => (clean_title(title), Some(year)),
            None if text.links.is_empty() => (without_links(&named), None),
            None => (clean_title(&named), None),
        };
        Self {
            title,
            year,
            director: String::new(),
            ids,
        }
    }
}

/// The words to search for, and to show: without links, and without what other apps add to a title.
pub fn title_words(text: &LinkedText) -> String {
    let words = heading(text);
    let added = bracketed_year(words).filter(|found| is_added(found.rest, text));
    match (added, text.slug().or_else(|| bare_slug(words))) {
        (Some(found), _) => format!("{} ({})", clean_title(found.title), found.year),
        (None, Some(slug)) => slug.replace('-', " ").trim().to_owned(),
        (None, None) if text.links.is_empty() => without_links(words),
        (None, None) => clean_title(words),
    }
}

/// Whether the words behind the year were added by an app.
fn is_added(rest: &str, text: &LinkedText) -> bool {
    !text.links.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric())
}

/// The words that may be a title: without the name of the site that they were copied from, and
/// without whose review they are.
fn heading(text: &LinkedText) -> &str {
    let words = match text.words.split_once("review of ") {
        Some((_, title)) if !text.links.is_empty() => title,
        _ => text.words.as_str(),
    };
    match split_site(words) {
        Some((title, site)) if SITE_NAMES.contains(&site.to_lowercase().as_str()) => title,
        _ => words,
    }
}

/// The last part of a text such as `Heat - IMDb`.
fn split_site(words: &str) -> Option<(&str, &str)> {
    let (title, site) = words.rsplit_once(['|', '•', '·', '-', '–', '—'])?;
    let (title, site) = (title.trim(), site.trim());
    (!title.is_empty()).then_some((title, site))
}

/// The first year in round or square brackets with a title in front of it. It may say that it is
/// the year of a film: `Heat (1995 film)`.
fn bracketed_year(words: &str) -> Option<Bracketed<'_>> {
    words
        .match_indices(['(', '[', '（'])
        .find_map(|(at, bracket)| {
            let title = words[..at].trim_matches(SEPARATORS);
            let (inside, rest) = words[at + bracket.len()..].split_once([')', ']', '）'])?;
            let inside = inside.trim().to_ascii_lowercase();
            let kinds = ["film", "movie"].into_iter();
            let year = kinds.fold(inside.as_str(), |year, kind| {
                year.strip_suffix(kind).unwrap_or(year)
            });
            let year = parse_year(year.trim_matches(SEPARATORS), &YEARS)?;
            (!title.is_empty()).then(|| Bracketed {
                title,
                year,
                rest: rest.trim(),
            })
        })
}

/// A year at the end, as in `heat 1995`. `Class of 1984` is a title.
fn trailing_year<'a>(words: &'a str, years: &RangeInclusive<i16>) -> Option<(&'a str, i16)> {
    let words = words.trim_end_matches(SEPARATORS);
    let (title, year) = words.rsplit_once([' ', ',', '-', '–', '—', '/', '|'])?;
    let year = parse_year(year, years)?;
    let title = title.trim_matches(SEPARATORS);
    let is_part = title.to_lowercase().ends_with(" of");
    (!title.is_empty() && !is_part).then_some((title, year))
}

fn parse_year(word: &str, years: &RangeInclusive<i16>) -> Option<i16> {
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let year = is_year.then(|| word.parse().ok()).flatten()?;
    years.contains(&year).then_some(year)
}

/// The names behind “directed by”, up to the next separator.
fn director_in(rest: &str) -> String {
    const MARK: &str = "directed by ";
    let Some((before, behind)) = rest.get(..MARK.len()).zip(rest.get(MARK.len()..)) else {
        return String::new();
    };
    if !before.eq_ignore_ascii_case(MARK) {
        return String::new();
    }
    let names = behind.split(['|', '•', '·', '–', '—', '\n']).next();
    names.unwrap_or_default().trim().to_owned()
}

/// A title as addresses write it, such as `the-matrix-1999`. A word with hyphens need not be one:
/// `spider-man`.
fn bare_slug(words: &str) -> Option<&str> {
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let parts: Vec<_> = words.split('-').collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let is_sure = parts.len() > 3 || *first == "the" || parse_year(last, &YEARS).is_some();
    let has_letters = words.contains(|c: char| c.is_ascii_lowercase());
    let is_slug = parts.len() > 1 && is_sure && has_letters && words.chars().all(is_fit);
    (is_slug && parts.iter().all(|part| !part.is_empty())).then_some(words)
}

fn title_of_slug(slug: &str) -> String {
    let words = slug.split('-').filter(|word| !word.is_empty());
    let words = words.enumerate().map(|(index, word)| {
        if index > 0 && SMALL_WORDS.contains(&word) {
            return word.to_owned();
        }
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The title without separators around it.
fn clean_title(title: &str) -> String {
    without_links(title.trim_matches(SEPARATORS))
}

/// Cutting a text may leave something that looks like an address.
fn without_links(title: &str) -> String {
    LinkedText::parse(title).words
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::TypedMovie;
    use crate::catalog::CatalogQuery;
    use crate::catalog::pasted_text::PastedText;

    fn parse(typed: &str) -> TypedMovie {
        let today = NaiveDate::from_ymd_opt(2024, 3, 7).expect("a day");
        TypedMovie::parse(typed, today)
    }

    /// Title, year, director and id, as one text.
    fn describe(typed: &str) -> String {
        let movie = parse(typed);
        let ids = movie.ids;
        let parts = [
            (!movie.title.is_empty()).then_some(movie.title),
            movie.year.map(|year| year.to_string()),
            (!movie.director.is_empty()).then(|| format!("by {}", movie.director)),
            ids.imdb_id,
            ids.tmdb_id.map(|id| format!("tmdb {id}")),
            ids.wikidata_id,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn typed_text_fills_in_the_form() {
        for (typed, form) in [
            // A title, with or without a year.
            ("Zardoz", "Zardoz"),
            ("Zardoz 1974", "Zardoz | 1974"),
            ("  zardoz   1974 ", "zardoz | 1974"),
            ("Heat (1995)", "Heat | 1995"),
            ("Heat [1995]", "Heat | 1995"),
            ("Heat (1995 film)", "Heat | 1995"),
            ("霸王别姬（1993）", "霸王别姬 | 1993"),
            ("Suspiria, 2018", "Suspiria | 2018"),
            ("Suspiria - 2018", "Suspiria | 2018"),
            ("Suspiria – 2018", "Suspiria | 2018"),
            ("Zardoz-1974", "Zardoz | 1974"),
            ("2012 2009", "2012 | 2009"),
            (
                "2001: A Space Odyssey (1968)",
                "2001: A Space Odyssey | 1968",
            ),
            ("2001: A Space Odyssey", "2001: A Space Odyssey"),
            ("1917", "1917"),
            ("300", "300"),
            ("(500) Days of Summer", "(500) Days of Summer"),
            ("(500) Days of Summer (2009)", "(500) Days of Summer | 2009"),
            ("[REC]", "[REC]"),
            ("[REC] 2007", "[REC] | 2007"),
            ("Blade Runner 2049", "Blade Runner 2049"),
            ("Blade Runner 2049 (2017)", "Blade Runner 2049 | 2017"),
            ("Class of 1984", "Class of 1984"),
            ("Class of 1984 1982", "Class of 1984 | 1982"),
            ("Face/Off", "Face/Off"),
            ("Fahrenheit 9/11", "Fahrenheit 9/11"),
            ("V/H/S 2012", "V/H/S | 2012"),
            ("AC/DC: Let There Be Rock", "AC/DC: Let There Be Rock"),
            ("Startup.com", "Startup.com"),
            ("S.W.A.T.", "S.W.A.T."),
            ("-30-", "-30-"),
            ("E.T. the Extra-Terrestrial", "E.T. the Extra-Terrestrial"),
            ("千と千尋の神隠し 2001", "千と千尋の神隠し | 2001"),
            (
                "Heat (1995) directed by Michael Mann",
                "Heat | 1995 | by Michael Mann",
            ),
            ("Heat - IMDb", "Heat"),
            ("Heat (1995) - IMDb", "Heat | 1995"),
            ("\u{200e}Heat (1995)", "Heat | 1995"),
            // Titles as addresses write them.
            ("the-matrix-1999", "The Matrix | 1999"),
            ("the-matrix", "The Matrix"),
            ("lord-of-the-rings", "Lord of the Rings"),
            ("spider-man", "spider-man"),
            ("x-men", "x-men"),
            // Ids and addresses.
            ("tt0133093", "tt0133093"),
            ("TT0133093", "tt0133093"),
            ("Matrix tt0133093", "Matrix | tt0133093"),
            ("Matrix (1999) {tt0133093}", "Matrix | 1999 | tt0133093"),
            ("https://www.imdb.com/title/tt0133093/", "tt0133093"),
            ("http://M.IMDB.COM/title/TT0133093?ref_=nv", "tt0133093"),
            ("imdb.com/de/title/tt0133093", "tt0133093"),
            ("https://www.imdb.de/title/tt0133093/", "tt0133093"),
            ("//www.imdb.com/title/tt0133093", "tt0133093"),
            ("<https://www.imdb.com/title/tt0133093/>.", "tt0133093"),
            ("https://letterboxd.com/imdb/tt0133093/", "tt0133093"),
            ("https://letterboxd.com/tmdb/603", "tmdb 603"),
            (
                "https://www.themoviedb.org/movie/603-the-matrix?language=de",
                "tmdb 603",
            ),
            ("themoviedb.org/movie/603/cast", "tmdb 603"),
            ("https://tmdb.org/movie/603", "tmdb 603"),
            ("https://www.wikidata.org/wiki/Q83495", "Q83495"),
            ("http://www.wikidata.org/entity/Q83495", "Q83495"),
            (
                "https://m.wikidata.org/wiki/Special:EntityData/q83495.json",
                "Q83495",
            ),
            ("https://letterboxd.com/film/the-matrix/", "The Matrix"),
            (
                "letterboxd.com/film/suspiria-2018/reviews/",
                "Suspiria | 2018",
            ),
            (
                "https://letterboxd.com/someone/film/heat-1995/1/",
                "Heat | 1995",
            ),
            (
                "https://letterboxd.com/film/blade-runner-2049/",
                "Blade Runner 2049",
            ),
            // An address among other words.
            (
                "The Matrix (1999) ⭐ 8.7 | Action, Sci-Fi\nhttps://www.imdb.com/title/tt0133093/?ref_=ext_shr",
                "The Matrix | 1999 | tt0133093",
            ),
            (
                "Heat (1995) directed by Michael Mann • Reviews, film + cast • Letterboxd https://boxd.it/2a9q",
                "Heat | 1995 | by Michael Mann",
            ),
            (
                "A ★★★★ review of Heat (1995) https://letterboxd.com/someone/film/heat-1995/",
                "Heat | 1995",
            ),
            (
                "Someone’s review https://letterboxd.com/someone/film/amelie/",
                "Amelie",
            ),
            (
                "Matrix — The Movie Database (TMDB) https://www.themoviedb.org/movie/603",
                "Matrix | tmdb 603",
            ),
            (
                "[The Matrix](https://www.imdb.com/title/tt0133093/)",
                "The Matrix | tt0133093",
            ),
            (
                "[[REC]](https://www.imdb.com/title/tt1038988/)",
                "[REC] | tt1038988",
            ),
            (
                "黑客帝国https://www.imdb.com/title/tt0133093/",
                "黑客帝国 | tt0133093",
            ),
            ("Zardoz 1974 - https://example.org/zardoz", "Zardoz | 1974"),
            ("A fine evening https://example.org/a", "A fine evening"),
            // Addresses that say nothing about a movie.
            ("https://boxd.it/2a9q", ""),
            ("boxd.it/2a9q", ""),
            ("https://evil.example/tt0133093", ""),
            ("evil.example/title/tt0133093", ""),
            ("https://imdb.com.evil.example/title/tt0133093", ""),
            ("https://imdb.com@evil.example/title/tt0133093", ""),
            ("imdb.com@evil.example/title/tt0133093", ""),
            ("https://evil.example\\@imdb.com/title/tt0133093", ""),
            (
                "https://evil.example/?u=https://www.imdb.com/title/tt0133093",
                "",
            ),
            ("evil.example?u=https://www.imdb.com/title/tt0133093", ""),
            ("https://notimdb.com/title/tt0133093", ""),
            ("https://www.imdb.com:8443/title/tt0133093", ""),
            ("https://evil.example/letterboxd.com/film/heat/", ""),
            ("https://www.imdb.com/name/nm0000206/", ""),
            ("https://www.themoviedb.org/tv/1396", ""),
            ("https://letterboxd.com/someone/list/best/", ""),
            ("https://letterboxd.com/film/%22%3E/", ""),
            ("imdb.com", ""),
            ("www.example.org", ""),
            ("imdb:///title/tt0133093", ""),
            ("https://", ""),
            ("http://[", ""),
            ("", ""),
        ] {
            assert_eq!(describe(typed), form, "{typed}");
        }
    }

    /// Pieces from which texts are put together that are close to real ones.
    fn pasted() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("https://".to_owned()),
            Just("imdb.com/title/tt0133093".to_owned()),
            Just("www.".to_owned()),
            Just("letterboxd.com/film/heat-1995/".to_owned()),
            Just("boxd.it/".to_owned()),
            Just("tt0133093".to_owned()),
            Just("(1995)".to_owned()),
            Just("1995".to_owned()),
            Just("Heat".to_owned()),
            Just("review of ".to_owned()),
            Just("directed by ".to_owned()),
            "[-/|•()\\[\\]<>:.,@?=#\\\\ ]",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_gives_a_title_without_addresses(typed in prop_oneof![any::<String>(), pasted()]) {
            let title = parse(&typed).title;
            prop_assert_eq!(PastedText::split(&title).addresses, [], "{:?}", title);
            prop_assert!(!title.contains("https://") && !title.contains("http://"));
            let words = CatalogQuery::parse(&typed).text;
            prop_assert_eq!(PastedText::split(&words).addresses, [], "{:?}", words);
        }

        /// An address is recognized wherever it stands.
        #[test]
        fn an_address_is_found_among_any_words(
            before in "[A-Za-z0-9 ,.!()]{0,20}", behind in "[A-Za-z0-9 ,.!()]{0,20}",
        ) {
            let typed = format!("{before} https://www.imdb.com/title/tt0068646/ {behind}");
            let ids = parse(&typed).ids;
            prop_assert_eq!(ids.imdb_id.as_deref(), Some("tt0068646"));
        }
    }
}
