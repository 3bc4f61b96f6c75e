//! Finds the id of a movie in what a member types or pastes: the id on its own, or the address of
//! its page at IMDb, TMDB or Wikidata. The address may stand among other words, as apps share it.

use super::facts;

/// An IMDb id, or the one in the path of an address at imdb.com.
pub fn imdb_id_in(typed: &str) -> Option<String> {
    let in_path = |path: &str| path.split('/').find_map(facts::parse_imdb_id);
    facts::parse_imdb_id(typed.trim()).or_else(|| paths_at("imdb.com", typed).find_map(in_path))
}

/// A TMDB id, or the one of an address such as `themoviedb.org/movie/603-the-matrix`.
pub fn tmdb_id_in(typed: &str) -> Option<i64> {
    let in_path = |path: &str| {
        let mut parts = path.split('/');
        parts.find(|part| *part == "movie")?;
        // The id comes first, as in `603-the-matrix`.
        facts::parse_tmdb_id(parts.next()?.split('-').next()?)
    };
    facts::parse_tmdb_id(typed.trim())
        .or_else(|| paths_at("themoviedb.org", typed).find_map(in_path))
}

/// The Wikidata id of an address such as `wikidata.org/wiki/Q83495`.
pub fn wikidata_id_in(typed: &str) -> Option<String> {
    let parse = |part: &str| facts::parse_wikidata_id(&part.to_ascii_uppercase());
    paths_at("wikidata.org", typed).find_map(|path| path.split('/').find_map(parse))
}

/// The paths of the addresses in `typed` whose host is `site` or a subdomain of it, without the
/// query and the fragment. `https://` may be left out.
pub fn paths_at<'a>(site: &'a str, typed: &'a str) -> impl Iterator<Item = &'a str> {
    typed.split_whitespace().filter_map(move |word| {
        let (host, rest) = without_scheme(word).split_once('/')?;
        is_at(host, site).then(|| rest.split(['?', '#']).next())?
    })
}

fn without_scheme(word: &str) -> &str {
    let is_web = |scheme: &str| {
        ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    };
    let address = word.split_once("://").filter(|(scheme, _)| is_web(scheme));
    address.map_or(word, |(_, rest)| rest)
}

fn is_at(host: &str, site: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let host = host.to_ascii_lowercase();
    let subdomain = host.strip_suffix(site);
    host.bytes().all(is_name)
        && subdomain.is_some_and(|name| name.is_empty() || name.ends_with('.'))
}

/// Typed text and the id in it, for the tests of the form's fields and of the search.
#[cfg(test)]
pub mod samples {
    pub const IMDB: [(&str, Option<&str>); 25] = [
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

    pub const TMDB: [(&str, Option<i64>); 19] = [
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
