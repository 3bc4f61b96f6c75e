//! What the columns of an unknown table are likely to hold.

use std::collections::BTreeMap;

use crate::transfer::files::part::{ColumnFacts, TableLayout, squashed};
use crate::transfer::files::question::{ColumnName, TableColumn};

/// Headers that need no question: ours, and those that mean nothing else.
const KNOWN: [(TableColumn, &[&str]); 12] = [
    (TableColumn::Title, &["title"]),
    (TableColumn::OriginalTitle, &["originaltitle"]),
    (TableColumn::Year, &["year"]),
    (TableColumn::Director, &["director", "directors"]),
    (
        TableColumn::WatchedOn,
        &["watchedat", "watchedon", "watcheddate"],
    ),
    (TableColumn::Rating, &["rating"]),
    (TableColumn::Rewatch, &["rewatch"]),
    (TableColumn::Liked, &["liked"]),
    (TableColumn::Tags, &["tags"]),
    (TableColumn::Comment, &["comment", "review"]),
    (TableColumn::ImdbId, &["imdbid"]),
    (TableColumn::TmdbId, &["tmdbid"]),
];

/// Headers in a few languages that probably mean this. The first fitting column is taken.
const LIKELY: [(TableColumn, &[&str]); 10] = [
    (
        TableColumn::Title,
        &[
            "film",
            "movie",
            "name",
            "titel",
            "filmtitel",
            "titre",
            "titolo",
            "titulo",
            "título",
            "movietitle",
            "filmtitle",
            "название",
            "фильм",
            "tytuł",
        ],
    ),
    (
        TableColumn::OriginalTitle,
        &[
            "originaltitel",
            "titreoriginal",
            "titolooriginale",
            "títulooriginal",
        ],
    ),
    (
        TableColumn::Year,
        &[
            "released",
            "releaseyear",
            "jahr",
            "erscheinungsjahr",
            "année",
            "annee",
            "anno",
            "año",
            "ano",
            "год",
            "rok",
        ],
    ),
    (
        TableColumn::WatchedOn,
        &[
            "seen",
            "watched",
            "date",
            "dateseen",
            "datewatched",
            "watchdate",
            "seenon",
            "lastwatched",
            "gesehen",
            "gesehenam",
            "datum",
            "vu",
            "vule",
            "fecha",
            "data",
            "visto",
            "дата",
        ],
    ),
    (
        TableColumn::Rating,
        &[
            "mark",
            "note",
            "score",
            "stars",
            "myrating",
            "yourrating",
            "userrating",
            "bewertung",
            "punkte",
            "sterne",
            "wertung",
            "voto",
            "nota",
            "calificación",
            "оценка",
            "ocena",
        ],
    ),
    (
        TableColumn::Comment,
        &[
            "thoughts",
            "notes",
            "comments",
            "notiz",
            "notizen",
            "kommentar",
            "kritik",
            "commentaire",
            "critique",
            "commento",
            "comentario",
            "reseña",
            "заметка",
            "note",
        ],
    ),
    (
        TableColumn::Director,
        &[
            "regie",
            "regisseur",
            "réalisateur",
            "regia",
            "regista",
            "режиссер",
        ],
    ),
    (TableColumn::Tags, &["tag", "labels", "schlagwörter"]),
    (TableColumn::ImdbId, &["imdb", "const", "tconst", "imdburl"]),
    (TableColumn::TmdbId, &["tmdb"]),
];

/// Whether a header has a title and nothing but known names, so that nothing has to be asked.
pub fn has_only_known_names(header: &[String]) -> bool {
    let known = |name: &String| named_column(&KNOWN, &squashed(name));
    header.iter().all(|name| known(name).is_some())
        && header
            .iter()
            .any(|name| known(name) == Some(TableColumn::Title))
}

fn named_column(names: &[(TableColumn, &[&str])], name: &str) -> Option<TableColumn> {
    let found = names.iter().find(|(_, names)| names.contains(&name));
    found.map(|(column, _)| *column)
}

/// By headers where there are any, else by what stands in the columns.
pub fn guess_columns(table: &TableLayout) -> BTreeMap<TableColumn, ColumnName> {
    let places = if table.header.is_empty() {
        guess_by_content(&table.facts)
    } else {
        guess_by_header(table)
    };
    let name = |place: usize| match table.header.get(place) {
        Some(name) => ColumnName::Header(name.trim().to_owned()),
        None => ColumnName::Number(place + 1),
    };
    places
        .into_iter()
        .map(|(column, place)| (column, name(place)))
        .collect()
}

fn guess_by_header(table: &TableLayout) -> BTreeMap<TableColumn, usize> {
    let mut guess = BTreeMap::new();
    let mut taken = Vec::new();
    for names in [&KNOWN[..], &LIKELY[..]] {
        for (place, header) in table.header.iter().enumerate() {
            let header = squashed(header);
            let fitting = names
                .iter()
                .filter(|(_, names)| names.contains(&header.as_str()));
            let facts = table.facts.get(place);
            let column = fitting
                .map(|(column, _)| *column)
                .find(|column| !guess.contains_key(column) && can_hold(*column, facts));
            if let Some(column) = column.filter(|_| !taken.contains(&place)) {
                taken.push(place);
                guess.insert(column, place);
            }
        }
    }
    guess
}

/// A `Note` in German is a mark, in English it is words.
fn can_hold(column: TableColumn, facts: Option<&ColumnFacts>) -> bool {
    let Some(facts) = facts.filter(|facts| facts.filled > 0) else {
        return true;
    };
    match column {
        TableColumn::Rating => {
            facts.marks * 2 > facts.filled || facts.marks == 0 && facts.days == 0
        }
        TableColumn::WatchedOn => facts.days > 0,
        TableColumn::Comment => facts.marks < facts.filled,
        _ => true,
    }
}

fn guess_by_content(facts: &[ColumnFacts]) -> BTreeMap<TableColumn, usize> {
    let is_year = |facts: &ColumnFacts| facts.four_digits * 2 > facts.filled;
    let is_day = |facts: &ColumnFacts| facts.days * 2 > facts.filled;
    let is_mark = |facts: &ColumnFacts| facts.marks * 2 > facts.filled && !is_year(facts);
    let is_words = |facts: &ColumnFacts| {
        facts.filled > 0 && !is_year(facts) && !is_day(facts) && !is_mark(facts)
    };
    let first = |fits: &dyn Fn(&ColumnFacts) -> bool| facts.iter().position(fits);
    let guess = [
        (TableColumn::Title, first(&is_words)),
        (TableColumn::Year, first(&is_year)),
        (TableColumn::WatchedOn, first(&is_day)),
        (TableColumn::Rating, first(&is_mark)),
    ];
    let found = guess
        .into_iter()
        .filter_map(|(column, place)| Some((column, place?)));
    found.collect()
}
