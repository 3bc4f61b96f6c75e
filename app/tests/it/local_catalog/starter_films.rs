//! The films of the starter that were written by hand, beside those of the source.

use std::collections::HashMap;

use movies_diary::catalog::local::unpack_starter;
use movies_diary::text::words_key;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tempfile::TempDir;

const WELL_KNOWN: &str = include_str!("../../../catalog_data/well_known.csv");

#[derive(Debug)]
struct StarterFilm {
    title: String,
    year: i16,
    directors: String,
    minutes: Option<i16>,
    imdb_id: Option<String>,
}

async fn starter_films() -> Vec<StarterFilm> {
    let folder = TempDir::new().expect("a folder");
    let file = unpack_starter(folder.path()).await.expect("unpacked");
    let db = Database::connect(format!("sqlite:{}", file.display())).await;
    let sql = "SELECT title, year, directors, runtime_minutes, imdb_id FROM film";
    let rows = db
        .expect("a database")
        .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await;
    let rows = rows.expect("rows").into_iter().map(|row| StarterFilm {
        title: row.try_get_by_index(0).expect("a title"),
        year: row.try_get_by_index(1).expect("a year"),
        directors: row
            .try_get_by_index::<Option<String>>(2)
            .expect("names")
            .unwrap_or_default(),
        minutes: row.try_get_by_index(3).expect("minutes"),
        imdb_id: row.try_get_by_index(4).expect("an id"),
    });
    rows.collect()
}

/// The rows of a file in which quotes stand around fields with commas, and twice within them.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let mut fields = vec![String::new()];
        let (mut quoted, mut letters) = (false, line.chars().peekable());
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    fields.last_mut().expect("a field").push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                letter => fields.last_mut().expect("a field").push(letter),
            }
        }
        fields
    };
    text.lines().skip(1).map(row).collect()
}

#[tokio::test]
async fn films_written_by_hand_do_not_contradict_the_rest() {
    let films = starter_films().await;
    let mut by_title: HashMap<String, Vec<&StarterFilm>> = HashMap::new();
    let mut by_id: HashMap<&str, &StarterFilm> = HashMap::new();
    let mut wrong = Vec::new();
    for film in &films {
        by_title
            .entry(words_key(&film.title))
            .or_default()
            .push(film);
        let other = film
            .imdb_id
            .as_deref()
            .and_then(|id| by_id.insert(id, film));
        wrong.extend(other.map(|other| format!("one id: {film:?} and {other:?}")));
        let is_plausible = (1888..=2030).contains(&film.year)
            && film
                .minutes
                .is_none_or(|minutes| (1..=900).contains(&minutes));
        wrong.extend((!is_plausible).then(|| format!("implausible: {film:?}")));
    }
    let rows = csv_rows(WELL_KNOWN);
    assert!(rows.len() > 1_000, "{} rows were read", rows.len());
    for row in rows {
        let year: i16 = row[1].parse().expect("a year");
        let same = by_title
            .get(&words_key(&row[0]))
            .map_or(&[][..], Vec::as_slice);
        let same: Vec<_> = same.iter().filter(|film| film.year == year).collect();
        let [film] = same[..] else {
            wrong.push(format!("{row:?} is {same:?}"));
            continue;
        };
        let names = |directors: &str| -> Vec<String> {
            let names = directors.split(['\n', ';']);
            names
                .map(words_key)
                .filter(|name| !name.is_empty())
                .collect()
        };
        let id = Some(row[4].as_str()).filter(|id| !id.is_empty());
        let agrees = film.year == year
            && names(&film.directors) == names(&row[2])
            && film.imdb_id.as_deref() == id;
        wrong.extend((!agrees).then(|| format!("{row:?} is {film:?}")));
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}
