//! Secret addresses: films for import lists, and calendars.

use axum::http::StatusCode;
use chrono::NaiveDate;
use entity::{movie, movie_facts};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::python::read_with_python;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

/// Three films: with both ids, with a TMDB id alone, and with none.
async fn app_with_films() -> (App, [TestClient; 2], Vec<i64>) {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let films = [
        ("The Matrix", 1999, Some("tt0133093"), Some(603)),
        ("Ran", 1985, None, Some(11645)),
        ("Home video", 2020, None, None),
    ];
    let mut movies = Vec::new();
    for (title, year, imdb_id, tmdb_id) in films {
        let fields = [
            ("title", title.to_owned()),
            ("year", year.to_string()),
            ("imdb_id", imdb_id.unwrap_or_default().to_owned()),
        ];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let saved = ada.post("/watchlist", &fields).await;
        saved.expect(StatusCode::SEE_OTHER);
        movies.push(set_tmdb_id(&app, title, tmdb_id).await);
    }
    (app, [ada, boss], movies)
}

/// As if a source had told it. Returns the movie.
async fn set_tmdb_id(app: &App, title: &str, tmdb_id: Option<i64>) -> i64 {
    let title = title.to_owned();
    let write = app.state.db.write(move |tx| {
        Box::pin(async move {
            let found = movie::Entity::find().filter(movie::Column::Title.eq(title));
            let id = found.one(tx).await?.expect("the movie").id;
            let change = movie::ActiveModel {
                id: Set(id),
                tmdb_id: Set(tmdb_id),
                ..Default::default()
            };
            movie::Entity::update(change).exec(tx).await?;
            Ok::<_, sea_orm::DbErr>(id)
        })
    });
    write.await.expect("it is set")
}

async fn set_release_day(app: &App, movie: i64, day: NaiveDate) {
    let write = app.state.db.write(move |tx| {
        Box::pin(async move {
            let change = movie_facts::ActiveModel {
                movie_id: Set(movie),
                released_on: Set(Some(day)),
                ..Default::default()
            };
            movie_facts::Entity::update(change).exec(tx).await?;
            Ok::<_, sea_orm::DbErr>(())
        })
    });
    write.await.expect("it is set");
}

/// Submits the form on the page that ends in `/address`, and reads the address on the answer.
async fn create_address(client: &TestClient, page: &str) -> String {
    let page = client.get(page).await.expect(StatusCode::OK);
    let answer = client.submit(&page.form("form[action$='/address']")).await;
    shown_address(&client.follow(&answer).await.expect(StatusCode::OK))
}

fn shown_address(page: &TestResponse) -> String {
    let address = page.texts("#secret-address, #calendar-address");
    let address = address.first().expect("an address");
    let path = address.split_once("//").expect("an address").1;
    path[path.find('/').expect("a path")..].to_owned()
}

fn json_of(answer: &TestResponse) -> Value {
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn import_lists_read_a_watchlist_at_its_secret_address() {
    let (app, [ada, boss], _) = app_with_films().await;
    ada.post("/settings/watchlist", &[("visibility", "private")])
        .await;
    let address = create_address(&ada, "/users/ada/watchlist").await;
    assert!(address.starts_with("/lists/") && address.ends_with(".json"));
    for client in [app.visitor(), boss.clone()] {
        let answer = client.get(&address).await.expect(StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-robots-tag"), "noindex");
        assert_eq!(
            json_of(&answer),
            json!([
                {"id": 11645, "title": "Ran", "release_year": "1985", "adult": false},
                {"id": 603, "imdb_id": "tt0133093", "title": "The Matrix",
                 "release_year": "1999", "adult": false},
            ])
        );
        let tag = answer.header("etag").to_owned();
        let again = client.header("if-none-match", &tag).get(&address).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
    }
    let page = ada.get("/users/ada/watchlist").await;
    assert!(page.body.contains("1 film has no TMDB id"), "{}", page.body);
    let code = address
        .trim_start_matches("/lists/")
        .trim_end_matches(".json");
    // It is shown once more after a reload.
    assert!(page.body.contains(code));
    let page = ada.get("/users/ada/watchlist").await;
    assert!(!page.body.contains(code));

    // Saving a film changes the answer; a new address ends the old one.
    let before = app.visitor().get(&address).await.header("etag").to_owned();
    let heat = [
        ("title", "Heat"),
        ("year", "1995"),
        ("imdb_id", "tt0113277"),
    ];
    ada.post("/watchlist", &heat).await;
    let answer = app
        .visitor()
        .header("if-none-match", &before)
        .get(&address)
        .await;
    assert_eq!(json_of(&answer)[0]["imdb_id"], "tt0113277");
    let newer = create_address(&ada, "/users/ada/watchlist").await;
    let visitor = app.visitor();
    visitor.get(&address).await.expect(StatusCode::NOT_FOUND);
    visitor.get(&newer).await.expect(StatusCode::OK);
    let page = ada.get("/users/ada/watchlist").await;
    ada.submit(&page.form("form[action$='/address/ending']"))
        .await;
    visitor.get(&newer).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn import_lists_read_a_list_at_its_secret_address() {
    let (app, [ada, boss], movies) = app_with_films().await;
    let fields = [("title", "Noir"), ("visibility", "private")];
    let made = ada.post("/lists", &fields).await;
    let list = made.header("location").to_owned();
    for movie in [movies[2], movies[0], movies[1]] {
        let listing = format!("/movies/{movie}/listing");
        let id = list.rsplit('/').next().expect("an id");
        ada.post(listing, &[("list", id)]).await;
    }
    let address = create_address(&ada, &list).await;
    let titles = |answer: &TestResponse| -> Vec<String> {
        let films = json_of(answer);
        let films = films.as_array().expect("a list").iter();
        films
            .map(|film| film["title"].as_str().expect("a title").to_owned())
            .collect()
    };
    let visitor = app.visitor();
    let answer = visitor.get(&address).await.expect(StatusCode::OK);
    assert_eq!(
        titles(&answer),
        ["The Matrix", "Ran"],
        "in the list’s order"
    );
    let page = ada.get(&list).await;
    assert!(page.body.contains("1 film has no TMDB id"), "{}", page.body);

    // Others may neither see nor make one, even if they may see the list.
    ada.post(
        &list,
        &[
            ("title", "Noir"),
            ("visibility", "public"),
            ("version", "1"),
        ],
    )
    .await;
    let page = boss.get(&list).await.expect(StatusCode::OK);
    assert!(!page.has("form[action$='/address']"));
    let refused = boss.post(format!("{list}/address"), &[]).await;
    refused.expect(StatusCode::NOT_FOUND);
    visitor.get(&address).await.expect(StatusCode::OK);
    for wrong in [
        "/lists/none.json",
        "/lists/.json",
        "/lists/1.json",
        "/lists/x",
    ] {
        visitor.get(wrong).await.expect(StatusCode::NOT_FOUND);
    }

    // It ends with the list and comes back with it; it ends for good with the account.
    ada.post(format!("{list}/deletion"), &[]).await;
    visitor.get(&address).await.expect(StatusCode::NOT_FOUND);
    ada.post(format!("{list}/restoration"), &[]).await;
    visitor.get(&address).await.expect(StatusCode::OK);
    let watchlist = create_address(&ada, "/users/ada/watchlist").await;
    let owner = movies_diary::accounts::queries::find_by_username(&app.state.db, "ada").await;
    let id = owner.expect("an answer").expect("ada").id;
    for action in ["disabling", "enabling"] {
        boss.post(format!("/admin/members/{id}/{action}"), &[])
            .await;
        for ended in [&address, &watchlist] {
            visitor.get(ended).await.expect(StatusCode::NOT_FOUND);
        }
    }
}

const ICALENDAR_SCRIPT: &str = "
import icalendar, json, sys
read = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
def event(of):
    return {'uid': str(of['uid']), 'summary': str(of['summary']), 'url': str(of['url']),
            'start': of['dtstart'].dt.isoformat(), 'end': of['dtend'].dt.isoformat(),
            'description': str(of.get('description', ''))}
print(json.dumps({'name': str(read['x-wr-calname']), 'version': str(read['version']),
                  'errors': [str(error) for error in read.errors],
                  'events': [event(of) for of in read.walk('VEVENT')]}))
";

#[tokio::test]
async fn a_calendar_has_the_days_seen_and_the_days_of_release() {
    let (app, [ada, _], movies) = app_with_films().await;
    let long = "Łong; title, with “signs” \\ and 映画 ".repeat(5);
    let long = ReviewBuilder::of(long.trim(), 1995)
        .with("watched_on", "2024-02-29")
        .with("rating", "4.5")
        .with("visibility", "private")
        .with("comment", "canary-comment")
        .log(&ada)
        .await;
    ReviewBuilder::of("Undated", 1990)
        .with("watched_on", "")
        .with("day_unknown", "on")
        .log(&ada)
        .await;
    let release: NaiveDate = "2031-05-01".parse().expect("a day");
    set_release_day(&app, movies[1], release).await;
    set_release_day(&app, movies[0], "1999-03-30".parse().expect("a day")).await;
    let address = create_address(&ada, "/settings/feeds").await;
    assert!(address.starts_with("/calendar/") && address.ends_with(".ics"));

    let visitor = app.visitor();
    let answer = visitor.get(&address).await.expect(StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    let lines: Vec<&str> = answer.body.split("\r\n").collect();
    let is_short = |line: &str| line.len() <= 75 && !line.contains('\n');
    assert!(lines.iter().all(|line| is_short(line)), "{}", answer.body);
    assert!(!answer.body.contains("canary-comment"));
    let again = visitor.get(&address).await;
    assert_eq!(again.body, answer.body, "UIDs and stamps stay the same");
    let cached = visitor.header("if-none-match", answer.header("etag"));
    assert_eq!(cached.get(&address).await.status, 304);
    if let Some(read) = read_with_python("icalendar", ICALENDAR_SCRIPT, &[], &answer.bytes) {
        assert_eq!(read["errors"], json!([]));
        assert_eq!(read["name"], "ADA’s films");
        let events = read["events"].as_array().expect("events");
        assert_eq!(events.len(), 2, "{events:?}");
        assert_eq!(events[0]["summary"], "Comes out: Ran (1985)");
        assert_eq!(events[0]["start"], "2031-05-01");
        assert_eq!(events[0]["end"], "2031-05-02");
        let summary = events[1]["summary"].as_str().expect("a summary");
        assert!(
            summary.starts_with("Łong; title, with “signs” \\ and 映画"),
            "{summary}"
        );
        assert_eq!(events[1]["start"], "2024-02-29");
        assert_eq!(events[1]["end"], "2024-03-01");
        assert_eq!(events[1]["description"], "4.5 of 5 stars");
        let url = events[1]["url"].as_str().expect("an address");
        assert!(url.ends_with(&format!("/reviews/{long}")), "{url}");
        assert_ne!(events[0]["uid"], events[1]["uid"]);
    }

    // Any change makes a new answer.
    ada.post(format!("/movies/{}/watchlisting/ending", movies[1]), &[])
        .await;
    let changed = cached.get(&address).await.expect(StatusCode::OK);
    assert!(!changed.body.contains("Comes out"));
    let cached = visitor.header("if-none-match", changed.header("etag"));
    ReviewBuilder::of("Heat", 1995)
        .with("watched_on", "2024-03-01")
        .log(&ada)
        .await;
    let changed = cached.get(&address).await.expect(StatusCode::OK);
    assert!(changed.body.contains("Heat (1995)"));
    ada.post("/settings/calendar/address/ending", &[]).await;
    visitor.get(&address).await.expect(StatusCode::NOT_FOUND);
}
