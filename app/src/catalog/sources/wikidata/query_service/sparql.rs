//! The query for the films of a slice, in plain SPARQL 1.1, so that mirrors on other software
//! understand it.

use chrono::NaiveDate;

use super::slice::{FIRST_YEAR, FilmSlice};
use crate::catalog::sources::wikidata::item::LabelLanguages;

/// Mirrors may not know these without being told.
const PREFIXES: &str = "\
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX psv: <http://www.wikidata.org/prop/statement/value/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
";

/// The columns with several values, one a line, and the variable with a value of each.
const LISTS: [(&str, &str); 10] = [
    ("labels", "?label"),
    ("aliases", "?alias"),
    ("originals", "?original"),
    ("directors", "?director"),
    ("runtimes", "?runtime"),
    ("genres", "?genre"),
    ("countries", "?country"),
    ("imdb", "?imdbId"),
    ("tmdb", "?tmdbId"),
    ("letterboxd", "?letterboxdId"),
];

/// A row for each film. Each part of the union binds one variable, so that the values of two
/// properties are never multiplied. The others are unbound there, which some software takes for an
/// error of the whole list.
pub(super) fn films_query(slice: &FilmSlice, languages: &LabelLanguages) -> String {
    let lists: String = LISTS
        .map(|(column, value)| {
            format!("  (GROUP_CONCAT(DISTINCT COALESCE({value}, \"\"); separator=\"\\n\") AS ?{column})\n")
        })
        .concat();
    let parts = value_parts(&language_list(languages)).map(|part| format!("  {{ {part} }}\n"));
    let films = films_of_slice(slice);
    let parts = parts.join("  UNION\n");
    format!(
        "{PREFIXES}SELECT ?film (MIN(?date) AS ?released) (MAX(?links) AS ?sitelinks)\n{lists}\
         WHERE {{\n{films}{parts}}}\nGROUP BY ?film"
    )
}

fn language_list(languages: &LabelLanguages) -> String {
    let codes = languages.codes().map(|code| format!("\"{code}\""));
    codes.collect::<Vec<_>>().join(", ")
}

/// Films whose earliest release is in these days. Dates before the first year are mistakes, which
/// hide no film.
fn films_of_slice(slice: &FilmSlice) -> String {
    let kinds = slice.kinds.items().iter().map(|kind| format!("wd:{kind}"));
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    let (from, to) = (date_literal(slice.from), date_literal(slice.to));
    let first = format!("\"{FIRST_YEAR}-01-01T00:00:00Z\"^^xsd:dateTime");
    let ending = match slice.ending.as_str() {
        "" => String::new(),
        ending => format!("    FILTER(STRENDS(STR(?film), \"{ending}\"))\n"),
    };
    format!(
        "  {{ SELECT DISTINCT ?film WHERE {{\n    VALUES ?kind {{ {kinds} }}\n    \
         ?film wdt:P31 ?kind ; wdt:P577 ?day .\n    FILTER(?day >= {from} && ?day < {to})\n    \
         FILTER NOT EXISTS {{ ?film wdt:P577 ?earlier . \
         FILTER(?earlier >= {first} && ?earlier < {from}) }}\n{ending}  }} }}\n"
    )
}

fn date_literal(day: NaiveDate) -> String {
    format!("\"{}T00:00:00Z\"^^xsd:dateTime", day.format("%Y-%m-%d"))
}

/// `languages` is a list of quoted codes. A date with a precision of 9 or more has at least a year.
fn value_parts(languages: &str) -> [String; 12] {
    let label_of = |item: &str, language: &str| {
        format!("{item} rdfs:label ?name . FILTER(LANG(?name) IN ({language}))")
    };
    [
        "?film wikibase:sitelinks ?links".to_owned(),
        "?film p:P577 ?release . ?release a wikibase:BestRank ; psv:P577 ?releaseDate . \
         ?releaseDate wikibase:timeValue ?date ; wikibase:timePrecision ?precision . \
         FILTER(?precision >= 9)"
            .to_owned(),
        format!(
            "{} BIND(CONCAT(LANG(?name), \":\", STR(?name)) AS ?label)",
            label_of("?film", languages)
        ),
        format!(
            "?film skos:altLabel ?name . FILTER(LANG(?name) IN ({languages})) \
             BIND(STR(?name) AS ?alias)"
        ),
        "?film wdt:P1476 ?name . BIND(STR(?name) AS ?original)".to_owned(),
        format!(
            "?film wdt:P57 ?person . {} BIND(CONCAT(STRAFTER(STR(?person), \"/entity/\"), \":\", \
             LANG(?name), \":\", STR(?name)) AS ?director)",
            label_of("?person", languages)
        ),
        "?film p:P2047 ?length . ?length a wikibase:BestRank ; psv:P2047 ?lengthValue . \
         ?lengthValue wikibase:quantityAmount ?amount ; wikibase:quantityUnit ?unit . \
         BIND(CONCAT(STR(?amount), \" \", STR(?unit)) AS ?runtime)"
            .to_owned(),
        format!(
            "?film wdt:P136 ?style . {} BIND(STR(?name) AS ?genre)",
            label_of("?style", "\"en\"")
        ),
        format!(
            "?film wdt:P495 ?place . {} BIND(STR(?name) AS ?country)",
            label_of("?place", "\"en\"")
        ),
        "?film wdt:P345 ?imdbId".to_owned(),
        "?film wdt:P4947 ?tmdbId".to_owned(),
        "?film wdt:P6127 ?letterboxdId".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::films_query;
    use crate::catalog::sources::wikidata::item::LabelLanguages;
    use crate::catalog::sources::wikidata::query_service::slices_of_years;

    #[test]
    fn a_query_names_its_days_kinds_and_languages() {
        let mut slice = slices_of_years(1994..=1994).remove(2);
        let query = films_query(&slice, &LabelLanguages::new("de"));
        for part in [
            "VALUES ?kind { wd:Q24862 wd:Q17517379 wd:Q20667187 }",
            "?day >= \"1994-01-01T00:00:00Z\"^^xsd:dateTime && ?day < \"1995-01-01T00:00:00Z\"^^xsd:dateTime",
            "FILTER(LANG(?name) IN (\"de\", \"en\", \"mul\"))",
            "(GROUP_CONCAT(DISTINCT COALESCE(?label, \"\"); separator=\"\\n\") AS ?labels)",
        ] {
            assert!(query.contains(part), "{part} is missing in {query}");
        }
        assert!(!query.contains("STRENDS"), "{query}");
        slice.ending = "07".to_owned();
        let query = films_query(&slice, &LabelLanguages::new("en"));
        assert!(query.contains("STRENDS(STR(?film), \"07\")"), "{query}");
        assert!(query.contains("IN (\"en\", \"mul\")"), "{query}");
        // Servers refuse addresses of more than 8 KB.
        let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        assert!(encoded.len() < 7_000, "{}", encoded.len());
        let (open, close) = (query.matches(['{', '(']), query.matches(['}', ')']));
        assert_eq!(open.count(), close.count(), "{query}");
    }
}
