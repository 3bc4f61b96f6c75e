//! No room is left, or nothing can be written for another reason.

use std::io::Write;

use axum::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

use crate::support::databases::{TestDatabase, postgres};
use crate::support::pictures::{numbered, png};
use crate::support::program::made_token;
use crate::support::{Answer, App, Client, PASSWORD, Program, Review};

/// E5
#[tokio::test]
async fn on_a_full_disk_nothing_is_saved_and_everything_is_read() {
    if postgres().is_some() {
        return;
    }
    let Some(database) = TestDatabase::on_small_disk().await else {
        announce("SKIPPED: a test of a full disk, because nothing can be mounted here");
        return;
    };
    let app = App::on(database, &[]).await;
    let ada = app.member("ada").await;
    let program = app.program();
    let program = program.with_token(&made_token(&ada, "write").await.token);
    Review::of("Heat", 1995).log(&ada).await;
    let disk = app.database.disk();
    disk.fill();
    let logged = 1 + log_until_refused(&ada).await;
    while write_a_little(&app).await.is_ok() {}

    everything_is_read_on_the_next_day(&app, &ada, &program).await;
    let refusals = refused(&app, &ada, &program).await;
    for (answer, what) in refusals {
        assert_full(&answer, what);
    }
    let picture = ada.upload("/movies/1/poster", &png(200, 300)).await;
    assert_full(&picture, "a picture");

    disk.free();
    works_again(&app, &ada, logged).await;
    let sent = ada.upload("/movies/1/poster", &numbered(1)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let said = ask(&app, "PRAGMA integrity_check").await;
    assert_eq!(said.try_get_by_index(0), Ok("ok".to_owned()));
}

/// E5: the same where no disk can be had for it.
#[tokio::test]
async fn a_database_that_may_not_grow_refuses_and_grows_again() {
    if postgres().is_some() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    change(&app, "PRAGMA max_page_count = 1").await;
    let logged = log_until_refused(&ada).await;
    ada.get("/users/ada").await.expect(StatusCode::OK);
    change(&app, "PRAGMA max_page_count = 1000000").await;
    works_again(&app, &ada, 1 + logged).await;
}

/// E5
#[tokio::test]
async fn where_nothing_can_be_written_everything_is_read() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.program();
    let program = program.with_token(&made_token(&ada, "write").await.token);
    Review::of("Heat", 1995).log(&ada).await;
    match postgres() {
        None => change(&app, "PRAGMA query_only = 1").await,
        Some(_) => refuse_all_writes(&app, "25006").await,
    }
    everything_is_read_on_the_next_day(&app, &ada, &program).await;
    for (answer, what) in refused(&app, &ada, &program).await {
        assert_eq!(answer.status, 503, "{what}: {}", answer.body);
        assert!(answer.body.contains("Nothing was saved"), "{what}");
    }
}

/// E5: on PostgreSQL, whose disk is somewhere else.
#[tokio::test]
async fn a_full_disk_of_postgresql_is_told_as_one() {
    if postgres().is_none() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.program();
    let program = program.with_token(&made_token(&ada, "write").await.token);
    Review::of("Heat", 1995).log(&ada).await;
    refuse_all_writes(&app, "53100").await;
    everything_is_read_on_the_next_day(&app, &ada, &program).await;
    for (answer, what) in refused(&app, &ada, &program).await {
        assert_full(&answer, what);
    }
    change(&app, "DROP FUNCTION refuse CASCADE").await;
    works_again(&app, &ada, 1).await;
}

fn announce(words: &str) {
    // Not by `eprintln!`, which is heard only of tests that fail.
    writeln!(std::io::stderr(), "{words}").expect("said");
}

/// Logs reviews until there is no room for one more. Returns how many were acknowledged.
async fn log_until_refused(member: &Client) -> u32 {
    let words = "x".repeat(10_000);
    for number in 0..2_000 {
        let review = Review::of(&format!("Film {number}"), 2000).with("comment", &words);
        let answer = review.send(member).await;
        if answer.status != 303 {
            assert_full(&answer, "a review");
            return number;
        }
    }
    panic!("it is never full");
}

/// As little as can be written, for what is as it was is not.
async fn write_a_little(app: &App) -> Result<(), DbErr> {
    let write = app.state.db.write(|tx| {
        Box::pin(async move {
            tx.execute_unprepared("UPDATE session SET data = data || ' '")
                .await
                .map(|_| ())
        })
    });
    write.await
}

async fn change(app: &App, statement: &'static str) {
    let change = app.state.db.write(move |tx| {
        Box::pin(async move { tx.execute_unprepared(statement).await.map(|_| ()) })
    });
    change.await.map_err(|error: DbErr| error).expect(statement);
}

/// Has PostgreSQL say for each row that is written what it says on such a disk.
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
        change(app, statement.leak()).await;
    }
}

/// Also by those whose session would be pushed on, and whose token was long not used.
async fn everything_is_read_on_the_next_day(app: &App, ada: &Client, program: &Program) {
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

/// What somebody is told who writes nevertheless.
async fn refused(app: &App, ada: &Client, program: &Program) -> [(Answer, &'static str); 4] {
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

/// What was acknowledged is there, and what was refused can be done.
async fn works_again(app: &App, ada: &Client, logged: u32) {
    app.visitor().sign_in("ada").await;
    Review::of("Ran", 1985).log(ada).await;
    let count = ask(app, "SELECT count(*) FROM review").await;
    assert_eq!(count.try_get_by_index(0), Ok(i64::from(logged) + 1));
}

async fn ask(app: &App, question: &str) -> QueryResult {
    let db = app.state.db.reader();
    let question = Statement::from_string(db.get_database_backend(), question);
    let row = db.query_one_raw(question).await.expect("an answer");
    row.expect("a row")
}

#[track_caller]
fn assert_full(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 507, "{what}: {}", answer.body);
    assert!(answer.body.contains("The disk is full"), "{what}");
    assert!(answer.body.contains("Nothing was saved"), "{what}");
}
