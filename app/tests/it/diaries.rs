//! Lists of reviews: the feed, diaries and movies' pages.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::AppState;
use movies_diary::accounts::{Member, Viewer};
use movies_diary::diary::{Cursor, Scope, queries};
use movies_diary::stats::{Order, ranked};
use sea_orm::{Condition, ConnectionTrait, DbBackend, QueryTrait, Statement};

use crate::support::{App, Client, Review};

#[tokio::test]
async fn a_diary_runs_by_the_day_watched_and_the_feed_by_the_time_logged() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, day) in [
        ("Alien", "2020-05-01"),
        ("Brazil", ""),
        ("Cabaret", "2022-01-31"),
        ("Dune", "2020-05-01"),
        ("Eraserhead", "1999-12-31"),
        ("Fargo", ""),
    ] {
        let review = Review::of(title, 1980).with("watched_on", day);
        let review = match day {
            "" => review.with("day_unknown", "on"),
            _ => review,
        };
        review.log(&ada).await;
    }
    let feed = ada.get("/").await.titles();
    assert_eq!(
        feed,
        ["Fargo", "Eraserhead", "Dune", "Cabaret", "Brazil", "Alien"]
    );
    let diary = app.visitor().get("/users/ada").await;
    assert_eq!(
        diary.titles(),
        ["Cabaret", "Dune", "Alien", "Eraserhead", "Fargo", "Brazil"]
    );
    assert_eq!(diary.texts(".leaf.unknown").len(), 2);
    assert_eq!(
        diary.attributes(".leaf[datetime]", "datetime")[0],
        "2022-01-31"
    );
}

#[tokio::test]
async fn older_leads_through_the_whole_list_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..45 {
        // Several a day, some without one, some not for everybody.
        let review = Review::of(&format!("Film {number:02}"), 2000)
            .with("watched_on", &format!("2020-01-{:02}", number / 3 + 1));
        let review = match number % 5 {
            0 => review.with("day_unknown", "on"),
            1 => review.with("visibility", "members"),
            2 => review.with("visibility", "private"),
            _ => review,
        };
        review.log(&ada).await;
    }
    let eve = app.member("eve").await;
    for (client, count) in [(ada.clone(), 45), (eve, 36), (app.visitor(), 27)] {
        for start in ["/", "/users/ada"] {
            let plain = walk(&client, start).await;
            let by_htmx = walk(&client.htmx(), start).await;
            assert_eq!(plain.len(), count, "{start}");
            assert_eq!(plain, by_htmx, "{start}");
            let mut once = plain.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), count, "none twice: {plain:?}");
        }
    }
}

/// All titles from `path` on, by "Older".
async fn walk(client: &Client, path: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.expect(StatusCode::OK);
        let here = page.titles();
        assert!(here.len() <= queries::PAGE);
        titles.extend(here);
        next = page.attributes(".older a[rel=next]", "href").pop();
    }
    titles
}

#[tokio::test]
async fn a_broken_cursor_is_told_and_breaks_nothing() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    for cursor in [
        "x",
        "1",
        "1.",
        ".1",
        "1.x",
        "9999999999999999999999.1",
        "1.1.1",
        "'",
    ] {
        let page = ada.get(format!("/?older={cursor}")).await;
        page.expect(StatusCode::BAD_REQUEST);
    }
    for cursor in [
        "-9223372036854775808.-9223372036854775808",
        "9223372036854775807.9223372036854775807",
        "0.0",
        "-8000000000000000000.1",
        "8334601228800000000.1",
    ] {
        for path in ["/", "/users/ada", "/movies/1"] {
            ada.get(format!("{path}?older={cursor}"))
                .await
                .expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn times_are_told_in_the_viewers_zone() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = Review::of("Heat", 1995).log(&ada).await;
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    ada.submit(&form.set("time_zone", "Asia/Kolkata")).await;
    let path = format!("/reviews/{id}");
    let exact = |page: &crate::support::Answer| page.attributes(".byline time", "title").remove(0);
    assert!(exact(&ada.get(&path).await).ends_with("IST"));
    assert!(exact(&app.visitor().get(&path).await).ends_with("UTC"));
    let page = ada.get(&path).await;
    assert_eq!(page.texts(".byline time"), ["just now"]);
    assert!(page.attributes(".byline time", "datetime")[0].ends_with('Z'));
    app.state.clock.advance(TimeDelta::hours(5));
    assert_eq!(ada.get(&path).await.texts(".byline time"), ["5 hours ago"]);
}

#[tokio::test]
async fn a_spoiler_is_shown_only_when_asked_for() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = Review::of("Heat", 1995)
        .with("comment", "He dies.")
        .with("spoiler", "on");
    let id = review.log(&ada).await;
    let page = app.visitor().get(format!("/reviews/{id}")).await;
    assert!(page.texts("details.comment:not([open])")[0].contains("He dies."));
    assert!(!page.texts("title")[0].contains("He dies."));
}

/// Decision 9: what is kept of pages is as old as the last change, whoever made it.
#[tokio::test]
async fn what_another_server_wrote_is_seen_at_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let other = movies_diary::router(AppState {
        lists: Arc::default(),
        sheets: Arc::default(),
        stats: Arc::default(),
        ..app.state.clone()
    });
    let reader = Client::new(other);
    let pages = [
        "/",
        "/users/ada",
        "/users/ada?view=ratings",
        "/users/ada?view=history",
        "/movies/1",
        "/feed.atom",
        "/users/ada/feed.atom",
        "/movies/1/feed.atom",
    ];
    let words = "Better the second time.";
    let shown = async |is_there: bool| {
        for page in pages {
            let answer = reader.get(page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert_eq!(answer.body.contains(words), is_there, "{page}");
        }
    };
    shown(false).await;
    let again = Review::of("Heat", 1995).with("comment", words);
    let again = again.log(&ada).await;
    shown(true).await;
    ada.post(format!("/reviews/{again}/deletion"), &[]).await;
    shown(false).await;
}

/// F3: every list is a range of an index, for whoever looks.
#[tokio::test]
async fn no_list_scans_all_reviews() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    fill(&app, &ada).await;
    let me = movies_diary::accounts::queries::by_username(&app.state.db, "ada").await;
    let me = Member::from(me.expect("an answer").expect("ada"));
    let id = me.id;
    let zone = chrono_tz::UTC;
    let member = Viewer {
        member: Some(me),
        zone,
    };
    let cursor = Some(Cursor { key: 5, id: 5 });
    for viewer in [Viewer::anonymous(zone), member] {
        for scope in [
            Scope::Feed,
            Scope::Diary(id),
            Scope::Ratings(id),
            Scope::Logged(id),
            Scope::Movie(1),
        ] {
            for cursor in [None, cursor] {
                let backend = app.state.db.reader().get_database_backend();
                let statement =
                    queries::listed(&viewer, scope, &Condition::all(), cursor).build(backend);
                let plan = plan(&app, statement).await;
                let scans = match backend {
                    DbBackend::Sqlite => plan.contains("SCAN review"),
                    // `review_tag` may be: it is empty here.
                    _ => plan.contains("Seq Scan on review "),
                };
                assert!(!scans, "{scope:?} {viewer:?}\n{plan}");
                // One's own reviews of a film are not looked for in one's whole diary.
                let is_own = viewer.member.is_some() && scope == Scope::Movie(1);
                if is_own && backend == DbBackend::Sqlite {
                    assert!(plan.contains("idx_review_diary_of_movie"), "{plan}");
                }
            }
        }
    }
}

/// F3: a page of members costs as much where there are ten thousand of them.
#[tokio::test]
async fn no_page_of_members_puts_all_of_them_in_order() {
    let app = App::start().await;
    let backend = app.state.db.reader().get_database_backend();
    // What PostgreSQL does hangs on how many there are, and here there are none.
    if backend != DbBackend::Sqlite {
        return;
    }
    let anybody = Viewer::anonymous(chrono_tz::UTC);
    for order in Order::ALL {
        for after in ["", "5.5"] {
            let page = ranked(&anybody, order, after).expect("a place");
            let plan = plan(&app, page.build(backend)).await;
            let (index, sorts) = match order {
                // Those of one page, which are picked by their names.
                Order::Name => ("COVERING INDEX sqlite_autoindex_member_1", true),
                _ => ("USING INDEX idx_member_tally_seen_by_", false),
            };
            assert!(plan.contains(index), "{order:?} {after}\n{plan}");
            let is_sorted = plan.contains("TEMP B-TREE");
            assert_eq!(is_sorted, sorts, "{order:?} {after}\n{plan}");
        }
    }
}

/// Enough reviews that an index is worth it.
async fn fill(app: &App, client: &Client) {
    let id = Review::of("Heat", 1995).log(client).await;
    let db = app.state.db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let columns = "member_id, movie_id, rating, liked, comment, spoiler, rewatch, \
                 watched_on, day_key, visibility, audience, version, logged_at, updated_at";
            for _ in 0..13 {
                tx.execute_unprepared(&format!(
                    "INSERT INTO review ({columns}) SELECT {columns} FROM review WHERE id >= {id}"
                ))
                .await?;
            }
            tx.execute_unprepared("ANALYZE").await?;
            Ok::<_, sea_orm::DbErr>(())
        })
    })
    .await
    .expect("reviews");
}

async fn plan(app: &App, statement: Statement) -> String {
    let explain = match statement.db_backend {
        DbBackend::Sqlite => "EXPLAIN QUERY PLAN",
        _ => "EXPLAIN",
    };
    let column = match statement.db_backend {
        DbBackend::Sqlite => "detail",
        _ => "QUERY PLAN",
    };
    let explained = Statement {
        sql: format!("{explain} {}", statement.sql),
        ..statement
    };
    let rows = app
        .state
        .db
        .reader()
        .query_all_raw(explained)
        .await
        .expect("a plan");
    let lines = rows
        .iter()
        .map(|row| row.try_get::<String>("", column).expect("a line"));
    lines.collect::<Vec<_>>().join("\n")
}
