//! The disk is full, or the database cannot be written for another reason.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

use crate::support::api_client::create_token;
use crate::support::databases::{TestDatabase, postgres_url};
use crate::support::pictures::{distinct_png, png};
use crate::support::{ApiClient, App, PASSWORD, ReviewBuilder, TestClient, TestResponse};

#[tokio::test]
async fn on_a_full_disk_writes_fail_and_reads_work() {
    if postgres_url().is_some() {
        return;
    }
    let Some(database) = TestDatabase::on_small_disk().await else {
        return;
    };
    let app = App::start_on(database, &[]).await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let disk = app.database.disk();
    disk.fill();
    let logged = 1 + log_until_refused(&ada).await;
    while write_minimal(&app).await.is_ok() {}

    assert_reads_work_next_day(&app, &ada, &program).await;
    let refusals = attempt_writes(&app, &ada, &program).await;
    for (answer, what) in refusals {
        assert_disk_full(&answer, what);
    }
    let picture = png(200, 300);
    let poster = ada.upload("/movies/1/poster", &picture).await;
    assert_disk_full(&poster, "a poster");
    let http_client = program.http_client();
    let poster = http_client.put("/api/movies/1/poster", &picture).await;
    assert_disk_full(&poster, "a poster sent to the API");

    disk.free();
    assert_writes_work_again(&app, &ada, logged).await;
    let sent = ada.upload("/movies/1/poster", &distinct_png(1)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let integrity = query_one(&app, "PRAGMA integrity_check").await;
    assert_eq!(integrity.try_get_by_index(0), Ok("ok".to_owned()));
}

/// Simulates the full disk where none can be mounted: SQLite refuses to add pages.
#[tokio::test]
async fn a_database_at_its_page_limit_recovers() {
    if postgres_url().is_some() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    app.execute("PRAGMA max_page_count = 1").await;
    let logged = log_until_refused(&ada).await;
    ada.get("/users/ada").await.expect(StatusCode::OK);
    app.execute("PRAGMA max_page_count = 1000000").await;
    assert_writes_work_again(&app, &ada, 1 + logged).await;
}

#[tokio::test]
async fn in_a_read_only_database_reads_work() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    match postgres_url() {
        None => app.execute("PRAGMA query_only = 1").await,
        Some(_) => refuse_all_writes(&app, "25006").await,
    }
    assert_reads_work_next_day(&app, &ada, &program).await;
    for (answer, what) in attempt_writes(&app, &ada, &program).await {
        assert_eq!(answer.status, 503, "{what}: {}", answer.body);
        assert!(answer.body.contains("Nothing was saved"), "{what}");
    }
}

/// PostgreSQL's disk is elsewhere, so its error is simulated.
#[tokio::test]
async fn postgresqls_disk_full_error_is_recognised() {
    if postgres_url().is_none() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    refuse_all_writes(&app, "53100").await;
    assert_reads_work_next_day(&app, &ada, &program).await;
    for (answer, what) in attempt_writes(&app, &ada, &program).await {
        assert_disk_full(&answer, what);
    }
    app.execute("DROP FUNCTION refuse CASCADE").await;
    assert_writes_work_again(&app, &ada, 1).await;
}

/// PostgreSQL ends one of two transactions that wait for each other.
#[tokio::test]
async fn postgresqls_deadlock_is_no_error_of_the_program() {
    if postgres_url().is_none() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    refuse_all_writes(&app, "40P01").await;
    for (answer, what) in attempt_writes(&app, &ada, &program).await {
        assert_eq!(answer.status, 503, "{what}: {}", answer.body);
        assert_eq!(answer.header("retry-after"), "3", "{what}");
    }
}

/// Logs reviews until one is refused. Returns how many were saved.
async fn log_until_refused(member: &TestClient) -> u32 {
    let words = "x".repeat(10_000);
    for number in 0..2_000 {
        let review = ReviewBuilder::of(&format!("Film {number}"), 2000).with("comment", &words);
        let answer = review.submit(member).await;
        if answer.status != 303 {
            assert_disk_full(&answer, "a review");
            return number;
        }
    }
    panic!("it is never full");
}

/// The smallest write possible. The value must change, because SQLite does not write unchanged
/// pages.
async fn write_minimal(app: &App) -> Result<(), DbErr> {
    let write = app.state.db.write(|tx| {
        Box::pin(async move {
            tx.execute_unprepared("UPDATE session SET data = data || ' '")
                .await
                .map(|_| ())
        })
    });
    write.await
}

/// Makes PostgreSQL answer every written row with this error code.
async fn refuse_all_writes(app: &App, code: &str) {
    let function = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'it does not go' USING ERRCODE = '{code}'; END $$"
    );
    let triggers = ["review", "session", "api_token", "member"].map(|table| {
        format!(
            "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    });
    let statements = [function].into_iter().chain(triggers);
    for statement in statements {
        app.execute(&statement).await;
    }
}

/// A day later, when reading would also extend the session and record the use of the token.
async fn assert_reads_work_next_day(app: &App, ada: &TestClient, program: &ApiClient) {
    app.state.clock.advance(TimeDelta::days(1));
    for path in [
        "/",
        "/users/ada",
        "/movies/1",
        "/settings",
        "/reviews/new?q=x&by_hand=1",
    ] {
        ada.get(path).await.expect(StatusCode::OK);
    }
    app.visitor().get("/").await.expect(StatusCode::OK);
    app.visitor().get("/feed.atom").await.expect(StatusCode::OK);
    app.visitor().get("/health").await.expect(StatusCode::OK);
    program.get("/api/me").await.expect(StatusCode::OK);
}

/// The responses to four kinds of writes.
async fn attempt_writes(
    app: &App,
    ada: &TestClient,
    program: &ApiClient,
) -> [(TestResponse, &'static str); 4] {
    let form = ada.get("/reviews/new?q=x&by_hand=1").await;
    let form = form.form("form.review").set("title", "Ran");
    let form = form.set("year", "1985");
    let name = serde_json::json!({ "display_name": "Ada L." });
    [
        (ada.submit(&form).await, "a page"),
        (ada.htmx().submit(&form).await, "a fragment"),
        (program.patch("/api/me", &name).await, "a program"),
        (
            app.visitor().try_to_sign_in("ada", PASSWORD).await,
            "a sign-in",
        ),
    ]
}

/// Every acknowledged review is stored, and writing works again.
async fn assert_writes_work_again(app: &App, ada: &TestClient, logged: u32) {
    app.visitor().sign_in("ada").await;
    ReviewBuilder::of("Ran", 1985).log(ada).await;
    let count = query_one(app, "SELECT count(*) FROM review").await;
    assert_eq!(count.try_get_by_index(0), Ok(i64::from(logged) + 1));
}

async fn query_one(app: &App, question: &str) -> QueryResult {
    let db = app.state.db.reader();
    let question = Statement::from_string(db.get_database_backend(), question);
    let row = db.query_one_raw(question).await.expect("an answer");
    row.expect("a row")
}

#[track_caller]
fn assert_disk_full(answer: &TestResponse, what: &str) {
    assert_eq!(answer.status, 507, "{what}: {}", answer.body);
    assert!(answer.body.contains("The disk is full"), "{what}");
    assert!(answer.body.contains("Nothing was saved"), "{what}");
}
