//! Files that nobody wrote: nothing panics, and every row is booked once.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use movies_diary::transfer::{
    Answers, ImportRow, ImportUpload, JoinRow, ReadItem, UploadError, inspect, join_film,
};
use proptest::prelude::*;
use serde_json::json;
use zip::write::SimpleFileOptions;

use super::outcome::read_items;
use super::{FIXTURES, fixture_files};

/// Headers of every reader of tables, with the name of a file and answers.
const TABLES: [(&str, &str, &str); 22] = [
    (
        "diary.csv",
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        "{}",
    ),
    (
        "reviews.csv",
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date",
        "{}",
    ),
    (
        "films.csv",
        "Date,Name,Year,Letterboxd URI",
        r#"{"what": "likes"}"#,
    ),
    ("ratings.csv", "Date,Name,Year,Letterboxd URI,Rating", "{}"),
    (
        "list.csv",
        "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2022-10-10,x,y,z,\n\n\
         Position,Name,Year,URL,Description",
        "{}",
    ),
    (
        "ratings.csv",
        "Const,Your Rating,Date Rated,Title,Title Type,Year",
        "{}",
    ),
    (
        "x.csv",
        "Position,Const,Created,Title,Title Type,Your Rating,Date Rated",
        r#"{"what": "list", "name": "x"}"#,
    ),
    (
        "diary.csv",
        "title,year,director,rating,comment,watched_at,external_metadata_id",
        "{}",
    ),
    (
        "a.csv",
        "SIMKL_ID,Title,Type,Year,Watchlist,WatchedDate",
        "{}",
    ),
    (
        "a.csv",
        "TMDb ID,IMDb ID,Type,Name,Release Date,Your Rating,Date Rated",
        "{}",
    ),
    ("a.csv", "title,year,tmdbId,imdbId,watchedAt,comment", "{}"),
    ("a.csv", "title,year,tmdbId,imdbId,userRating", "{}"),
    ("a.csv", "title,year,tmdbId,imdbId,addedAt", "{}"),
    (
        "a.csv",
        "media_id,media_type,title,score,progress,status,end_date",
        "{}",
    ),
    (
        "a.csv",
        "row_type,media_id,media_type,progress,status,list_uid,list_name",
        "{}",
    ),
    (
        "a.csv",
        "tvdb_id,title,year,watched_at,is_watched,rewatch_count",
        "{}",
    ),
    (
        "a.csv",
        "type,movie_name,entity_type,created_at,release_date,alpha_range_key",
        "{}",
    ),
    ("a.csv", "Title,Date", "{}"),
    (
        "a.csv",
        "Profile Name,Start Time,Duration,Title,Bookmark",
        r#"{"profile": "Heat"}"#,
    ),
    (
        "movie_mark.csv",
        "title,info,links,timestamp,status,rating",
        "{}",
    ),
    (
        "movie_review.csv",
        "title,info,links,timestamp,title,content",
        "{}",
    ),
    (
        "any.csv",
        "a,b,c,d,e,f",
        r#"{"columns": {"title": 1, "year": 2, "rating": 3, "watched_on": 4, "tags": 5, "comment": 6},
            "rating_out_of": 10}"#,
    ),
];

/// Answers to what random days and marks may ask besides.
fn answers_of(text: &str) -> Answers {
    let mut answers: Answers = serde_json::from_str(text).expect("answers");
    answers.date_format = serde_json::from_value(json!("D/M/YY")).expect("an order");
    answers.rating_out_of = answers.rating_out_of.or(Some(5));
    answers
}

/// Cells as files have them, some of them quoted, some broken.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("Heat".to_owned()),
        Just("1995".to_owned()),
        Just("2024-01-02".to_owned()),
        Just("05/04/2024".to_owned()),
        Just("4.5".to_owned()),
        Just("9".to_owned()),
        Just("tt0113277".to_owned()),
        Just("https://boxd.it/a".to_owned()),
        // Words and times of single services.
        Just("completed".to_owned()),
        Just("movie".to_owned()),
        Just("list_item".to_owned()),
        Just("watch".to_owned()),
        Just("true".to_owned()),
        Just("01:20:00".to_owned()),
        Just("2023-10-13 22:30:00".to_owned()),
        Just("+262142-12-31 23:59:59".to_owned()),
        Just("99:99:99:99:99:99".to_owned()),
        Just("watch-date-8210266876799".to_owned()),
        Just("\"a, b\"".to_owned()),
        Just("\"<b>two\n\nlines</b> &amp;\"".to_owned()),
        "[a-z★½é,.\0/<>&-]{0,8}",
    ]
}

/// Reads an upload, checks that its rows are booked once each, and joins them as if all were of
/// one film.
fn check_booking(upload: &mut ImportUpload, answers: &Answers) -> Result<(), TestCaseError> {
    let inspection = match inspect(upload) {
        Ok(inspection) => inspection,
        Err(UploadError::Refused(_)) => return Ok(()),
        Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
    };
    let items = match read_items(upload, &inspection, answers) {
        Ok(items) => items,
        Err(UploadError::Unanswered) => return Ok(()),
        // What the first pass accepts, the second does not refuse.
        Err(error) => return Err(TestCaseError::fail(format!("{error:?}"))),
    };
    let mut booked = HashSet::new();
    let mut rows: Vec<ImportRow> = Vec::new();
    for item in items {
        match item {
            ReadItem::Row(row) => {
                if row.play.is_none() {
                    prop_assert!(booked.insert(row.place.clone()), "{:?}", row.place);
                }
                let again: ImportRow =
                    serde_json::from_value(json!(row)).expect("what was written");
                prop_assert_eq!(&again, &*row);
                rows.push(*row);
            }
            ReadItem::Skipped(row) => {
                prop_assert!(booked.insert(row.place.clone()), "{:?}", row.place);
            }
            ReadItem::List(_) | ReadItem::Warning(_) => {}
        }
    }
    // A changed answer to "has a header" makes one row of the header, or a header of one row.
    let expected = inspection.rows();
    prop_assert_eq!(booked.len() as u64, expected);
    check_joining(&rows)
}

fn check_joining(rows: &[ImportRow]) -> Result<(), TestCaseError> {
    let joined: Vec<JoinRow> = rows.iter().map(JoinRow::from).collect();
    let film = join_film(&joined);
    let mut places: Vec<usize> = film.watchlist.clone();
    places.extend(&film.list_entries);
    places.extend(film.likes.iter().map(|like| like.row));
    places.extend(film.skipped.iter().map(|(row, _)| *row));
    for review in &film.reviews {
        places.push(review.row);
        places.extend(&review.merged);
    }
    places.sort_unstable();
    let all: Vec<usize> = (0..rows.len()).collect();
    prop_assert_eq!(places, all);
    Ok(())
}

fn opened(name: &str, bytes: Vec<u8>) -> Option<ImportUpload> {
    match ImportUpload::open(name, Cursor::new(bytes)) {
        Ok(upload) => Some(upload),
        Err(UploadError::Refused(_)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

/// 2,000 cases, or as many as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default(),
        None => ProptestConfig::with_cases(2000),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_row_of_any_table_is_booked_once(
        table in 0..TABLES.len(),
        rows in prop::collection::vec(prop::collection::vec(cell(), 1..9), 0..8),
    ) {
        let (name, header, answers) = TABLES[table];
        let lines = rows.iter().map(|cells| format!("{}\n", cells.join(",")));
        let text = format!("{header}\n{}", lines.collect::<String>());
        if let Some(mut upload) = opened(name, text.into_bytes()) {
            check_booking(&mut upload, &answers_of(answers))?;
        }
    }

    #[test]
    fn every_item_of_any_json_is_booked_once(
        items in prop::collection::vec((0..6_usize, 0..8_usize, 0..8_usize), 0..8),
    ) {
        let movies = [
            json!({"title": "Heat", "year": 1995, "ids": {"tmdb": "949", "imdb": null}}),
            json!({"title": null, "ids": []}),
            json!(null),
            json!(7),
            json!({"title": "x\u{0}", "year": "19x5"}),
            json!({"ids": {"imdb": "tt0113277", "trakt": {}}}),
        ];
        let values = [
            json!(null), json!("2024-01-02T03:04:05Z"), json!(9), json!("unknown"), json!(-1),
            json!({"comment": "[spoiler]x[/spoiler]", "created_at": 3}), json!([1]), json!("x"),
        ];
        let item = |&(movie, first, second): &(usize, usize, usize)| json!({
            "movie": movies[movie], "watched_at": values[first], "id": values[second],
            "rating": values[second], "plays": values[second], "comment": values[second],
        });
        let keys = ["watched_at", "rated_at", "last_watched_at", "listed_at", "comment"];
        let key = keys[items.first().map_or(0, |item| item.1 % keys.len())];
        let mut list: Vec<_> = items.iter().map(item).collect();
        for (item, (_, first, _)) in list.iter_mut().zip(&items) {
            let fields = item.as_object_mut().expect("an object");
            if key != "watched_at" {
                fields.remove("watched_at");
            }
            if key != "comment" {
                fields.remove("comment");
            }
            fields.insert(key.to_owned(), values[*first].clone());
        }
        let bytes = json!(list).to_string().into_bytes();
        if let Some(mut upload) = opened("lists-watchlist.json", bytes) {
            check_booking(&mut upload, &Answers::default())?;
        }
    }

    #[test]
    fn every_item_of_any_object_of_arrays_is_booked_once(
        items in prop::collection::vec((0..5_usize, 0..8_usize, 0..8_usize), 0..8),
        is_ryot in any::<bool>(),
    ) {
        let values = [
            json!(null), json!("2024-01-02T03:04:05Z"), json!(9), json!("completed"), json!([1]),
            json!({"text": "x", "title": "Heat", "year": 1995, "ids": {"tmdb": "949"}}),
            json!([{"progress": "100", "ended_on": "2024-01-02"}, {"rating": "87.5"}, null]),
            json!(["Watchlist", "Rain", {"collection_name": "Rain"}, 7]),
        ];
        let arrays = if is_ryot { ["workouts", "metadata", "media", "x", "y"] } else {
            ["movies", "shows", "anime", "x", "movies"]
        };
        let mut file = serde_json::Map::new();
        for &(array, first, second) in &items {
            let item = json!({
                "status": "completed", "movie": values[first], "show": values[second],
                "anime_type": "movie", "last_watched_at": values[second], "memo": values[first],
                "user_rating": values[second], "lot": "movie", "source": "tmdb",
                "identifier": values[first], "source_id": values[second],
                "seen_history": values[first], "reviews": values[6], "collections": values[second],
            });
            let array = file.entry(arrays[array]).or_insert_with(|| json!([]));
            array.as_array_mut().expect("an array").push(item);
        }
        let bytes = json!(file).to_string().into_bytes();
        if let Some(mut upload) = opened("backup.json", bytes) {
            check_booking(&mut upload, &Answers::default())?;
        }
    }

    /// Single bytes of real files are changed, so that their readers still recognise them.
    #[test]
    fn damaged_files_are_read_or_refused(
        file in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        is_packed in any::<bool>(),
    ) {
        let files: Vec<_> = fixture_files().into_iter().filter(|file| !file.contains("bomb")).collect();
        let name = file.get(&files);
        let mut bytes = std::fs::read(format!("{FIXTURES}/{name}")).expect("a fixture");
        if bytes.len() > 8 << 10 {
            bytes.truncate(8 << 10);
        }
        for (place, byte) in changes {
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        if is_packed && !name.ends_with(".zip") {
            let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
            writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("a file");
            writer.write_all(&bytes).expect("written");
            bytes = writer.finish().expect("a zip").into_inner();
        }
        if let Some(mut upload) = opened(name, bytes) {
            check_booking(&mut upload, &Answers::default())?;
        }
    }
}
