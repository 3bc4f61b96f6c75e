//! Lists of reviews: the feed, diaries and movie pages.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::AppState;
use movies_diary::accounts::{Member, Viewer};
use movies_diary::diary::{Cursor, ListScope, queries};
use movies_diary::stats::{MemberOrder, member_list_query};
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};

use crate::support::{App, ReviewBuilder, TestClient};

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
        let review = ReviewBuilder::of(title, 1980).with("watched_on", day);
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
    assert_eq!(diary.texts(".byline .quiet:not(:has(time))").len(), 2);
    assert_eq!(
        diary.attributes(".byline time[datetime]", "datetime")[0],
        "2022-01-31"
    );
}

#[tokio::test]
async fn paging_shows_every_review_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..45 {
        // Several a day, some without a day, some not public.
        let review = ReviewBuilder::of(&format!("Film {number:02}"), 2000)
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
            let plain = titles_by_paging(&client, start).await;
            let by_htmx = titles_by_paging(&client.htmx(), start).await;
            assert_eq!(plain.len(), count, "{start}");
            assert_eq!(plain, by_htmx, "{start}");
            let mut once = plain.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), count, "none twice: {plain:?}");
        }
    }
}

/// All titles from `path` on, following "Older".
async fn titles_by_paging(client: &TestClient, path: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = client.get(&path).await.expect(StatusCode::OK);
        let here = page.titles();
        assert!(here.len() <= queries::PAGE_SIZE);
        titles.extend(here);
        next = page.attributes(".older a[rel=next]", "href").pop();
    }
    titles
}

#[tokio::test]
async fn invalid_cursors_are_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
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
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    ada.submit(&form.set("time_zone", "Asia/Kolkata")).await;
    let path = format!("/reviews/{id}");
    let exact =
        |page: &crate::support::TestResponse| page.attributes(".logged time", "title").remove(0);
    assert!(exact(&ada.get(&path).await).ends_with("IST"));
    assert!(exact(&app.visitor().get(&path).await).ends_with("UTC"));
    let page = ada.get(&path).await;
    assert_eq!(page.texts(".logged time"), ["just now"]);
    assert!(page.attributes(".logged time", "datetime")[0].ends_with('Z'));
    app.state.clock.advance(TimeDelta::hours(5));
    assert_eq!(ada.get(&path).await.texts(".logged time"), ["5 hours ago"]);
}

#[tokio::test]
async fn a_spoiler_is_shown_only_when_asked_for() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("comment", "He dies.")
        .with("spoiler", "on");
    let id = review.log(&ada).await;
    let page = app.visitor().get(format!("/reviews/{id}")).await;
    assert!(page.texts("details.words:not([open])")[0].contains("He dies."));
    assert!(!page.texts("title")[0].contains("He dies."));
}

/// Caches notice the changes that other servers write (decision 9).
#[tokio::test]
async fn changes_by_another_server_show_at_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let other = movies_diary::layers::router(AppState {
        entry_pages: Arc::default(),
        movie_details: Arc::default(),
        stats: Arc::default(),
        ..app.state.clone()
    });
    let reader = TestClient::new(other);
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
            // Dense lists have no words.
            let rows = answer.texts(".viewing, .film").len();
            let is_shown = answer.body.contains(words) || rows == 2;
            assert_eq!(is_shown, is_there, "{page}");
        }
    };
    shown(false).await;
    let again = ReviewBuilder::of("Heat", 1995).with("comment", words);
    let again = again.log(&ada).await;
    shown(true).await;
    ada.post(format!("/reviews/{again}/deletion"), &[]).await;
    shown(false).await;
}

/// Every list reads a range of an index, for every kind of viewer.
#[tokio::test]
async fn no_list_scans_all_reviews() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    fill_reviews(&app, &ada).await;
    let me = movies_diary::accounts::queries::find_by_username(&app.state.db, "ada").await;
    let me = Member::from(me.expect("an answer").expect("ada"));
    let id = me.id;
    let zone = chrono_tz::UTC;
    let member = Viewer {
        is_before_setup: false,
        member: Some(me),
        zone,
    };
    let cursor = Some(Cursor { key: 5, id: 5 });
    for viewer in [Viewer::anonymous(zone), member] {
        for scope in [
            ListScope::Feed,
            ListScope::Diary(id),
            ListScope::Ratings(id),
            ListScope::Logged(id),
            ListScope::Movie(1),
        ] {
            for cursor in [None, cursor] {
                let backend = app.state.db.reader().get_database_backend();
                let statement =
                    queries::list_query(&viewer, scope, cursor, queries::PAGE_SIZE).build(backend);
                let plan = query_plan(&app, statement).await;
                let scans = match backend {
                    DbBackend::Sqlite => plan.contains("SCAN review"),
                    // `review_tag` may be scanned: it is empty here.
                    _ => plan.contains("Seq Scan on review "),
                };
                assert!(!scans, "{scope:?} {viewer:?}\n{plan}");
                // A member's own reviews of one movie are found without a scan of the diary.
                let is_own = viewer.member.is_some() && scope == ListScope::Movie(1);
                if is_own && backend == DbBackend::Sqlite {
                    assert!(plan.contains("idx_review_diary_of_movie"), "{plan}");
                }
            }
        }
    }
}

/// A page of members costs as much with ten thousand members.
#[tokio::test]
async fn no_page_of_members_sorts_all_of_them() {
    let app = App::start().await;
    let backend = app.state.db.reader().get_database_backend();
    // PostgreSQL's plan depends on the number of rows, and here there are none.
    if backend != DbBackend::Sqlite {
        return;
    }
    let anybody = Viewer::anonymous(chrono_tz::UTC);
    for order in MemberOrder::ALL {
        for after in ["", "5.5"] {
            let page = member_list_query(&anybody, order, after).expect("a place");
            let plan = query_plan(&app, page.build(backend)).await;
            let (index, sorts) = match order {
                // Sorts only the members of one page, which the index picks by name.
                MemberOrder::Name => ("COVERING INDEX sqlite_autoindex_member_1", true),
                _ => ("USING INDEX idx_member_tally_seen_by_", false),
            };
            assert!(plan.contains(index), "{order:?} {after}\n{plan}");
            let is_sorted = plan.contains("TEMP B-TREE");
            assert_eq!(is_sorted, sorts, "{order:?} {after}\n{plan}");
        }
    }
}

/// Enough reviews for the planner to prefer an index.
async fn fill_reviews(app: &App, client: &TestClient) {
    let id = ReviewBuilder::of("Heat", 1995).log(client).await;
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

async fn query_plan(app: &App, statement: Statement) -> String {
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
