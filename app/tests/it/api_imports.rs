//! Imports through the API and the command line, from the files to the diary and back.

use std::fs;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::api_client::{api_client_of, create_token};
use crate::support::process::{command, put_small_catalog, run_command};
use crate::support::{ApiClient, App, ReviewBuilder, TestResponse};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/import");

const DIARY_HEADER: &str = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n";

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("{FIXTURES}/{name}")).expect("a file")
}

fn diary(rows: &str) -> String {
    format!("{DIARY_HEADER}{rows}")
}

struct Importer {
    app: App,
    program: ApiClient,
}

impl Importer {
    async fn start() -> Self {
        let app = App::start().await;
        let ada = app.member("ada").await;
        let program = api_client_of(&app, &ada, "write").await;
        Self { app, program }
    }

    async fn upload(&self, files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> TestResponse {
        let client = self.program.http_client();
        client.upload_form("/api/imports", files, fields).await
    }

    /// Uploads one file, and reads it. Returns the address of the import.
    async fn import(&self, name: &str, file: &[u8]) -> String {
        let begun = self.upload(&[(name, file)], &[]).await;
        let begun = begun.expect(StatusCode::ACCEPTED);
        self.app.work_on_imports().await;
        begun.header("location").to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        self.program.get(path).await.expect(StatusCode::OK).json()
    }

    /// Takes the next step of an import, and does its work.
    async fn step(&self, import: &str, step: &str) -> Value {
        let path = format!("{import}/{step}");
        let answer = self
            .program
            .http_client()
            .send(Method::POST, &path, None)
            .await;
        answer.expect(StatusCode::ACCEPTED);
        self.app.work_on_imports().await;
        self.get(import).await
    }

    async fn rows(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let answer = self.program.get(&path).await.expect(StatusCode::OK);
            let page = answer.json();
            rows.extend(page["rows"].as_array().expect("rows").iter().cloned());
            next = page["next"].as_str().map(str::to_owned);
            let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
            assert_eq!(answer.headers.contains_key("link"), link.is_some());
        }
        rows
    }

    /// The titles of the diary, the latest viewing first.
    async fn diary(&self) -> Vec<String> {
        let diary = self.get("/api/diary").await;
        let reviews = diary["reviews"].as_array().expect("reviews");
        reviews
            .iter()
            .map(|review| text(&review["title"]))
            .collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_diary_is_uploaded_confirmed_and_taken_back() {
    let importer = Importer::start().await;
    let file = fixture("letterboxd/diary-lf.csv");
    let begun = importer.upload(&[("diary.csv", &file)], &[]).await;
    let begun = begun.expect(StatusCode::ACCEPTED);
    let import = begun.header("location").to_owned();
    let body = begun.json();
    assert_eq!(import, format!("/api/imports/{}", body["id"]));
    assert_eq!(body["state"], "reading");
    assert_eq!(body["source"], "letterboxd");
    assert_eq!(body["files"], json!(["diary.csv"]));
    assert_eq!(body["counts"], Value::Null);
    assert_eq!(importer.rows(&format!("{import}/rows")).await.len(), 0);

    importer.app.work_on_imports().await;
    let body = importer.get(&import).await;
    assert_eq!(body["state"], "ready", "{body}");
    assert_eq!(body["counts"]["viewings"], 3);
    assert_eq!(body["counts"]["reviews_in_the_diary"], 3);
    assert!(importer.diary().await.is_empty());

    let rows = importer.rows(&format!("{import}/rows?state=matched")).await;
    let jaws = &rows[1];
    assert_eq!(jaws["row"], 2);
    assert_eq!(
        (&jaws["file"], &jaws["line"]),
        (&json!("diary.csv"), &json!(3))
    );
    assert_eq!(
        (&jaws["kind"], &jaws["role"]),
        (&json!("viewing"), &json!("viewing"))
    );
    assert_eq!(
        (&jaws["title"], &jaws["year"]),
        (&json!("Jaws"), &json!(1975))
    );
    assert_eq!(jaws["watched_on"], "2022-07-30");
    assert_eq!(
        (&jaws["rating"], &jaws["rewatch"]),
        (&json!(4.0), &json!(true))
    );
    assert_eq!(jaws["tags"], json!(["lake", "with Jo"]));
    assert_eq!(
        (&jaws["liked"], &jaws["rated_on"]),
        (&json!(false), &Value::Null)
    );
    assert!(text(&jaws["raw"]).contains("https://boxd.it/zzA004"));

    let body = importer.step(&import, "confirmation").await;
    assert_eq!(
        (&body["state"], &body["counts"]["written"]),
        (&json!("done"), &json!(3))
    );
    assert!(body["written_at"].is_string());
    assert_eq!(importer.diary().await, ["Her", "Jaws", "The Matrix"]);
    let written = importer.rows(&format!("{import}/rows?state=written")).await;
    let review = importer
        .get(&format!("/api/reviews/{}", written[1]["review_id"]))
        .await;
    assert_eq!(
        (&review["title"], &review["rating"]),
        (&json!("Jaws"), &json!(4.0))
    );

    let body = importer.step(&import, "undoing").await;
    assert_eq!(
        (&body["state"], &body["undoing"]),
        (&json!("undone"), &json!(false))
    );
    assert!(body["undone_at"].is_string());
    assert!(importer.diary().await.is_empty());
    let all = importer.get("/api/imports").await;
    assert_eq!(all["imports"][0]["state"], "undone");
    assert_eq!(all["imports"][0]["counts"]["viewings"], 3);
}

#[tokio::test]
async fn rows_are_decided_before_and_after_the_confirmation() {
    let importer = Importer::start().await;
    let ada = importer.app.member("bob").await;
    let heat = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let heat = ada.movie_of(heat).await;
    let rows = "2024-01-01,Heat,,https://boxd.it/a,4,,,2024-01-01\n\
        2024-01-02,Alien,,https://boxd.it/b,,,,2024-01-02\n\
        2024-01-03,Ran,,https://boxd.it/c,,,,2024-01-03\n\
        2024-01-04,Her,,https://boxd.it/d,,,,2024-01-04\n\
        2024-01-05,Alien,,https://boxd.it/e,,,,2024-01-05\n\
        2024-01-06,Jaws,19x5,https://boxd.it/f,,,,2024-01-06\n";
    let import = importer.import("diary.csv", diary(rows).as_bytes()).await;
    let body = importer.get(&import).await;
    assert_eq!(body["state"], "ready", "{body}");
    let undecided = importer
        .rows(&format!("{import}/rows?state=undecided"))
        .await;
    let titles: Vec<_> = undecided.iter().map(|row| text(&row["title"])).collect();
    // The only film of its name that is known here is taken.
    assert_eq!(titles, ["Alien", "Ran", "Her", "Alien"]);
    assert!(undecided.iter().all(|row| row["reason"] == "no_year"));

    let program = &importer.program;
    let row = async |number: u8, decision: Value| {
        let path = format!("{import}/rows/{number}");
        program.patch(&path, &decision).await
    };
    // Both rows of the film are decided together.
    let decided = row(2, json!({ "imdb_id": "tt0078748" })).await;
    let decided = decided.expect(StatusCode::OK).json();
    assert_eq!(
        (&decided["state"], &decided["matched_by"]),
        (&json!("matched"), &json!("hand"))
    );
    assert_eq!(decided["candidates"][0]["imdb_id"], "tt0078748");
    let fifth = importer
        .rows(&format!("{import}/rows?cursor=4"))
        .await
        .remove(0);
    assert_eq!(
        (&fifth["row"], &fifth["state"]),
        (&json!(5), &json!("matched"))
    );
    let decided = row(3, json!({ "skip": true })).await;
    let decided = decided.expect(StatusCode::OK).json();
    assert_eq!(
        (&decided["state"], &decided["reason"]),
        (&json!("skipped"), &json!("left_out"))
    );

    for (decision, field) in [
        (json!({}), "movie_id"),
        (json!({ "movie_id": heat, "skip": true }), "skip"),
        (json!({ "movie_id": 999_999 }), "movie_id"),
        (json!({ "imdb_id": "x" }), "imdb_id"),
        (json!({ "as_typed": false }), "as_typed"),
        (json!({ "tmdb_id": "603" }), "tmdb_id"),
    ] {
        let refused = row(4, decision)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        let errors = refused.json()["errors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(
            errors.iter().any(|error| error["field"] == field),
            "{}",
            refused.body
        );
    }
    // It names no film, and there is no row after it.
    row(6, json!({ "as_typed": true }))
        .await
        .expect(StatusCode::CONFLICT);
    row(7, json!({ "as_typed": true }))
        .await
        .expect(StatusCode::NOT_FOUND);

    let body = importer.step(&import, "confirmation").await;
    assert_eq!(body["state"], "done", "{body}");
    assert_eq!(body["counts"]["undecided"], 1);
    assert_eq!(importer.diary().await.len(), 3);
    // What is decided now is written at once.
    row(4, json!({ "movie_id": heat }))
        .await
        .expect(StatusCode::OK);
    importer.app.work_on_imports().await;
    assert_eq!(importer.diary().await.len(), 4);
    assert_eq!(importer.get(&import).await["counts"]["undecided"], 0);
}

#[tokio::test]
async fn questions_are_answered_first() {
    let importer = Importer::start().await;
    let file = fixture("generic/unknown-headers.csv");
    let import = importer.import("films.csv", &file).await;
    let body = importer.get(&import).await;
    assert_eq!(
        (&body["state"], &body["source"]),
        (&json!("questions"), &json!("generic"))
    );
    assert_eq!(body["needs"], json!(["columns", "rating_out_of"]));
    let columns = &body["questions"][0]["columns"];
    assert_eq!(columns["header"][0], "Film");
    assert_eq!(columns["preview"].as_array().map(Vec::len), Some(5));

    let path = format!("{import}/answers");
    let answer = async |answers: Value| importer.program.post(&path, &answers).await;
    let columns = json!({ "title": "Film", "year": "Released", "watched_on": "Seen", "rating": "Mark", "comment": "Thoughts" });
    for (answers, field) in [
        (json!({ "rating_out_of": 0 }), "rating_out_of"),
        (json!({ "rating_out_of": "ten" }), "rating_out_of"),
        (json!({ "columns": { "title": "Nothing" } }), "columns"),
        (json!({ "columns": { "year": "Released" } }), "columns"),
        (json!({ "date_format": "Y" }), "date_format"),
    ] {
        let refused = answer(answers)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            refused.json()["errors"][0]["field"],
            field,
            "{}",
            refused.body
        );
    }
    let unknown = answer(json!({ "scale": 10 })).await;
    unknown.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let open = answer(json!({ "columns": columns }))
        .await
        .expect(StatusCode::OK)
        .json();
    assert_eq!(
        (&open["state"], &open["needs"]),
        (&json!("questions"), &json!(["rating_out_of"]))
    );
    let closed = answer(json!({ "rating_out_of": 10 }))
        .await
        .expect(StatusCode::OK);
    assert_eq!(closed.json()["state"], "reading");
    importer.app.work_on_imports().await;
    let rows = importer.rows(&format!("{import}/rows")).await;
    assert_eq!(
        (&rows[0]["title"], &rows[0]["rating"]),
        (&json!("Heat"), &json!(4.0))
    );
    assert_eq!(rows[0]["comment"], "Long, not slow.");
    answer(json!({ "rating_out_of": 5 }))
        .await
        .expect(StatusCode::CONFLICT);

    // Who knows the answers sends them along.
    let answers = json!({ "columns": columns, "rating_out_of": 10 }).to_string();
    let begun = importer
        .upload(&[("films.csv", &file)], &[("answers", &answers)])
        .await;
    let begun = begun.expect(StatusCode::ACCEPTED);
    assert_eq!(begun.json()["state"], "reading");
}

#[tokio::test]
async fn several_files_are_one_import() {
    let importer = Importer::start().await;
    let watched = fixture("letterboxd/loose/watched.csv");
    let ratings = fixture("letterboxd/loose/ratings.csv");
    let files = [("watched.csv", &watched[..]), ("ratings.csv", &ratings[..])];
    let options = r#"{"visibility": "private", "rated_on_is_watched_on": true}"#;
    let begun = importer.upload(&files, &[("options", options)]).await;
    let begun = begun.expect(StatusCode::ACCEPTED);
    let import = begun.header("location").to_owned();
    let options = &begun.json()["options"];
    assert_eq!(
        (&options["visibility"], &options["likes"]),
        (&json!("private"), &json!(true))
    );
    assert_eq!(begun.json()["files"], json!(["watched.csv", "ratings.csv"]));
    importer.app.work_on_imports().await;
    let body = importer.get(&import).await;
    // The rating belongs to the viewing.
    let counts = &body["counts"];
    assert_eq!(
        (&counts["rows"], &counts["merged_rows"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(counts["reviews_in_the_diary"], 1);

    let change = json!({ "options": { "visibility": "members" } });
    let changed = importer
        .program
        .patch(&import, &change)
        .await
        .expect(StatusCode::OK);
    let options = &changed.json()["options"];
    assert_eq!(options["visibility"], "members");
    assert_eq!(options["rated_on_is_watched_on"], true);
    let options = json!({ "visibility": "private" });
    let confirmed = importer
        .program
        .post(&format!("{import}/confirmation"), &options)
        .await;
    confirmed.expect(StatusCode::ACCEPTED);
    importer.app.work_on_imports().await;
    let diary = importer.get("/api/diary").await;
    assert_eq!(diary["reviews"].as_array().map(Vec::len), Some(1));
    assert_eq!(diary["reviews"][0]["visibility"], "private");
    assert_eq!(diary["reviews"][0]["rating"], 4.5);
    let late = importer.program.patch(&import, &change).await;
    late.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_no_diary_is_refused_with_a_reason() {
    let importer = Importer::start().await;
    for (name, reason, field, value) in [
        (
            "letterboxd/sign-in-page.zip",
            "not_a_zip",
            "column",
            Value::Null,
        ),
        ("letterboxd/empty.csv", "empty_file", "column", Value::Null),
        (
            "letterboxd/missing-name.csv",
            "missing_column",
            "column",
            json!("Name"),
        ),
        (
            "generic/unclosed-quote.csv",
            "unclosed_quote",
            "line",
            json!(3),
        ),
        (
            "letterboxd/password.zip",
            "zip_encrypted",
            "column",
            Value::Null,
        ),
        (
            "generic/picture.csv",
            "unknown_format",
            "column",
            Value::Null,
        ),
    ] {
        let upload = name.rsplit('/').next().expect("a name");
        let refused = importer.upload(&[(upload, &fixture(name))], &[]).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        let problem = refused.json();
        assert_eq!(
            (&problem["reason"], &problem["upload"]),
            (&json!(reason), &json!(upload))
        );
        assert_eq!(problem[field], value, "{name}: {problem}");
        assert!(text(&problem["detail"]).contains(upload), "{problem}");
    }
    // One of them is enough, and nothing stays.
    let good = fixture("letterboxd/diary-lf.csv");
    let files: [(&str, &[u8]); 2] = [("diary.csv", &good), ("empty.csv", b"")];
    let refused = importer
        .upload(&files, &[])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["upload"], "empty.csv");
    let none = importer
        .upload(&[], &[])
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(none.json()["errors"][0]["field"], "file");
    for (name, value) in [
        ("options", "{"),
        ("options", r#"{"visibility": "secret"}"#),
        ("options", r#"{"likes": null}"#),
        ("answers", "[]"),
        ("answers", r#"{"rating_out_of": 5000}"#),
        ("wishes", "{}"),
    ] {
        let refused = importer
            .upload(&[("diary.csv", &good)], &[(name, value)])
            .await;
        assert_eq!(refused.status, 422, "{name} {value}: {}", refused.body);
    }
    let json = importer.program.post("/api/imports", &json!({})).await;
    json.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(importer.get("/api/imports").await, json!({ "imports": [] }));
    assert!(staged_files(&importer.app).is_empty());
}

/// The files of imports that are in the store.
fn staged_files(app: &App) -> Vec<String> {
    let folder = app.database.folder().join("posters/imports");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect()
}

#[tokio::test]
async fn problems_are_a_file_for_spreadsheets() {
    let importer = Importer::start().await;
    let mut rows = "2024-04-01,=SUM(A1),1995,https://boxd.it/a,9,,,2024-04-01\n\
        2024-04-02,\"Good Bye, \"\"Lenin!\"\"\",,https://boxd.it/b,4,,,2024-04-02\n\
        2024-04-03,Her,2013,https://boxd.it/c,4,,,2024-04-03\n"
        .to_owned();
    // More than one page of rows.
    for number in 0..120 {
        rows += &format!("2024-04-04,Film {number},19x5,https://boxd.it/{number},,,,2024-04-04\n");
    }
    let import = importer.import("diary.csv", diary(&rows).as_bytes()).await;
    let problems = importer
        .program
        .get(&format!("{import}/problems.csv"))
        .await;
    let problems = problems.expect(StatusCode::OK);
    assert_eq!(problems.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        problems
            .header("content-disposition")
            .contains("problems.csv")
    );
    assert!(problems.body.starts_with("file,line,reason,title,raw\r\n"));
    let mut reader = csv::Reader::from_reader(&problems.bytes[..]);
    let lines: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(lines.len(), 122);
    let cells = |line: usize| {
        lines[line]
            .iter()
            .take(4)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(cells(0), ["diary.csv", "2", "bad_rating", "'=SUM(A1)"]);
    assert!(lines[0][4].contains(",=SUM(A1),"), "{:?}", lines[0]);
    assert_eq!(
        cells(1),
        ["diary.csv", "3", "no_year", "Good Bye, \"Lenin!\""]
    );
    assert_eq!(cells(121), ["diary.csv", "124", "bad_year", "Film 119"]);

    let all = importer.rows(&format!("{import}/rows")).await;
    let numbers: Vec<_> = all.iter().filter_map(|row| row["row"].as_u64()).collect();
    assert_eq!(numbers, (1..=123).collect::<Vec<u64>>());
    for query in ["state=lost", "cursor=x", "page=2"] {
        let refused = importer
            .program
            .get(&format!("{import}/rows?{query}"))
            .await;
        refused.expect(StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_import_belongs_to_its_member() {
    let importer = Importer::start().await;
    let import = importer
        .import("diary.csv", &fixture("letterboxd/diary-lf.csv"))
        .await;
    let bob = importer.app.member("bob").await;
    let other = api_client_of(&importer.app, &bob, "write").await;
    assert_eq!(other.get("/api/imports").await.json()["imports"], json!([]));
    for path in ["", "/rows", "/problems.csv"] {
        let hidden = other.get(&format!("{import}{path}")).await;
        hidden.expect(StatusCode::NOT_FOUND);
    }
    for path in [
        "/confirmation",
        "/pause",
        "/resumption",
        "/undoing",
        "/answers",
    ] {
        let hidden = other.post(&format!("{import}{path}"), &json!({})).await;
        assert_eq!(hidden.status, 404, "{path}");
    }
    let decision = json!({ "as_typed": true });
    let hidden = other.patch(&format!("{import}/rows/1"), &decision).await;
    hidden.expect(StatusCode::NOT_FOUND);
    other.delete(&import).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(importer.get(&import).await["state"], "ready");

    let ada = importer.app.visitor();
    ada.sign_in("ada").await;
    let token = create_token(&ada, "read").await.token;
    let reader = importer.app.api_client().with_token(&token);
    reader.get(&import).await.expect(StatusCode::OK);
    let client = reader.http_client();
    let refused = client.upload_form("/api/imports", &[("a.csv", b"x")], &[]);
    refused.await.expect(StatusCode::FORBIDDEN);
    let refused = reader
        .post(&format!("{import}/confirmation"), &json!({}))
        .await;
    refused.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn each_step_has_its_time() {
    let importer = Importer::start().await;
    let (file, program) = (fixture("letterboxd/diary-lf.csv"), &importer.program);
    let post = async |path: String| {
        let client = program.http_client();
        client.send(Method::POST, &path, None).await
    };
    let begun = importer.upload(&[("diary.csv", &file)], &[]).await;
    let import = begun.header("location").to_owned();
    // While it is read, nothing can be confirmed, and no other import begins.
    let path = |step: &str| format!("{import}/{step}");
    post(path("confirmation"))
        .await
        .expect(StatusCode::CONFLICT);
    let second = importer.upload(&[("diary.csv", &file)], &[]).await;
    second.expect(StatusCode::CONFLICT);
    assert_eq!(staged_files(&importer.app).len(), 1);
    importer.app.work_on_imports().await;
    for step in ["pause", "resumption", "undoing"] {
        let refused = post(path(step)).await.expect(StatusCode::CONFLICT);
        assert!(!text(&refused.json()["detail"]).is_empty());
    }
    post(path("confirmation"))
        .await
        .expect(StatusCode::ACCEPTED);
    post(path("confirmation"))
        .await
        .expect(StatusCode::CONFLICT);
    program.delete(&import).await.expect(StatusCode::CONFLICT);
    let paused = post(path("pause")).await.expect(StatusCode::OK).json();
    assert_eq!(
        (&paused["state"], &paused["paused"]),
        (&json!("writing"), &json!(true))
    );
    importer.app.work_on_imports().await;
    assert!(importer.diary().await.is_empty());
    let resumed = post(path("resumption"))
        .await
        .expect(StatusCode::ACCEPTED)
        .json();
    assert_eq!(resumed["paused"], false);
    importer.app.work_on_imports().await;
    assert_eq!(importer.diary().await.len(), 3);
    program.delete(&import).await.expect(StatusCode::CONFLICT);
    let undoing = post(path("undoing"))
        .await
        .expect(StatusCode::ACCEPTED)
        .json();
    assert_eq!(
        (&undoing["state"], &undoing["undoing"]),
        (&json!("writing"), &json!(true))
    );
    importer.app.work_on_imports().await;

    // Before it is written, it can be deleted, with its files.
    let begun = importer.upload(&[("diary.csv", &file)], &[]).await;
    let import = begun.header("location").to_owned();
    assert_eq!(staged_files(&importer.app).len(), 1);
    program.delete(&import).await.expect(StatusCode::NO_CONTENT);
    program.get(&import).await.expect(StatusCode::NOT_FOUND);
    assert!(staged_files(&importer.app).is_empty());
}

/// The token is checked before the files are read, and again after.
#[tokio::test]
async fn a_token_that_is_revoked_during_the_upload_imports_nothing() {
    let importer = Importer::start().await;
    let ada = importer.app.visitor();
    ada.sign_in("ada").await;
    let token = create_token(&ada, "write").await;
    let program = importer.app.api_client().with_token(&token.token);
    let mut upload = program
        .http_client()
        .start_upload_as("/api/imports", "file", b"title\nRan\n");
    upload.wait_until_started().await;
    ada.post(format!("/settings/tokens/{}/ending", token.id), &[])
        .await;
    upload.finish().await.expect(StatusCode::UNAUTHORIZED);
    assert!(staged_files(&importer.app).is_empty());
}

#[tokio::test]
async fn files_beyond_the_limit_are_not_read() {
    let importer = Importer::start().await;
    let large = vec![b'x'; 66 * 1024 * 1024];
    let refused = importer.upload(&[("diary.csv", &large)], &[]).await;
    refused.expect(StatusCode::PAYLOAD_TOO_LARGE);
    assert!(staged_files(&importer.app).is_empty());
}

/// Runs `movies-diary import` beside the app.
async fn run_import(app: &App, arguments: &[&str]) -> (bool, String) {
    let folder = app.database.folder().to_owned();
    put_small_catalog(&folder);
    let url = app.database.url();
    let data = folder.display().to_string();
    let settings = [("DATABASE_URL", url.as_str()), ("DATA_DIR", data.as_str())];
    let mut import = command(&folder, &settings);
    import.arg("import").args(arguments);
    let output = tokio::task::spawn_blocking(move || run_command(import, "")).await;
    let output = output.expect("it ends");
    (output.success, output.stdout + &output.stderr)
}

#[tokio::test]
async fn the_command_tries_before_it_imports() {
    let importer = Importer::start().await;
    let app = &importer.app;
    let file = |name: &str| format!("{FIXTURES}/{name}");
    let lenient = file("letterboxd/lenient.csv");

    let (success, said) = run_import(app, &["ada", &lenient, "--dry-run"]).await;
    assert!(success, "{said}");
    assert!(said.contains("lenient.csv:5: skipped: Heat: "), "{said}");
    assert!(said.contains("13 rows: "), "{said}");
    assert!(said.contains("Nothing was imported"), "{said}");
    assert_eq!(importer.get("/api/imports").await["imports"], json!([]));
    assert!(importer.diary().await.is_empty());
    assert!(staged_files(app).is_empty());

    let (success, said) = run_import(app, &["Ada", &lenient, "--visibility", "members"]).await;
    assert!(success, "{said}");
    assert!(said.contains("Imported: "), "{said}");
    let imports = importer.get("/api/imports").await;
    assert_eq!(imports["imports"][0]["state"], "done");
    let diary = importer.get("/api/diary").await;
    assert!(!diary["reviews"].as_array().expect("reviews").is_empty());
    assert_eq!(diary["reviews"][0]["visibility"], "members");
    assert!(staged_files(app).is_empty());

    let activity = file("netflix/ViewingActivity.csv");
    let unknown = file("generic/unknown-headers.csv");
    for (arguments, why) in [
        (vec!["ada", &unknown], "columns, rating_out_of"),
        (vec!["ada", &activity], "leaves this open: profile"),
        (vec!["nobody", &unknown], "no member with that username"),
        (vec!["ada", "missing.csv"], "missing.csv"),
        (vec!["ada", &file("letterboxd/empty.csv")], "is empty"),
        (
            vec!["ada", &unknown, "--answers", "x"],
            "answers cannot be read",
        ),
        (vec!["ada", &unknown, "--visibility", "all"], "visibility"),
    ] {
        let (success, said) = run_import(app, &arguments).await;
        assert!(!success && said.contains(why), "{arguments:?}: {said}");
    }
    assert_eq!(
        importer.get("/api/imports").await["imports"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let answers = r#"{"columns": {"title": "Film", "year": "Released"}, "rating_out_of": 10}"#;
    let (success, said) = run_import(app, &["ada", &unknown, "--answers", answers]).await;
    assert!(success, "{said}");
    let answers = r#"{"profile": "Ana"}"#;
    let tried = ["ada", &activity, "--dry-run", "--answers", answers];
    let (success, said) = run_import(app, &tried).await;
    assert!(
        success && said.contains("WALL·E: It belongs to another profile."),
        "{said}"
    );
}
