//! B1: who may do what, on every route. A route without a row fails.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};

use crate::support::pictures::png;
use crate::support::program::{ended_token, made_token};
use crate::support::{Answer, App, Client, Program, Review, said};

/// What a viewer gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    /// What they asked for: a page, or that it was done.
    It,
    /// It looks as if it were not there.
    Nothing,
    /// The way to the sign-in.
    SignIn,
    /// Their form again.
    FormAgain,
    /// They may ask for it, but it does not fit what is there.
    Unfit,
    /// There is no token that works.
    NoToken,
    /// The token may only read.
    ReadOnly,
}

use Gets::{FormAgain, It, NoToken, Nothing, ReadOnly, SignIn, Unfit};

/// One route: what anonymous, another member, the owner and an admin get by their sessions; and
/// what a program gets by the owner's token that may read, by their token that may write, by
/// another member's, by an admin's, and by one that was ended. Bodies are what the route's own
/// form would send, or JSON.
struct Row {
    method: Method,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// Whether it takes a file rather than fields.
    is_upload: bool,
    json: Option<&'static str>,
    gets: [Gets; 4],
    by_token: [Gets; 5],
}

/// Pages do not know tokens: whoever sends one is anybody.
const fn as_anybody(gets: [Gets; 4]) -> [Gets; 5] {
    [gets[0]; 5]
}

/// The API does not know sessions: whoever has one is anybody.
const fn api(
    method: Method,
    path: &'static str,
    json: Option<&'static str>,
    anybody: Gets,
    by_token: [Gets; 5],
) -> Row {
    Row {
        method,
        path,
        fields: &[],
        is_upload: false,
        json,
        gets: [anybody; 4],
        by_token,
    }
}

const fn get(path: &'static str, gets: [Gets; 4]) -> Row {
    Row {
        method: Method::GET,
        path,
        fields: &[],
        is_upload: false,
        json: None,
        gets,
        by_token: as_anybody(gets),
    }
}

const fn upload(path: &'static str, gets: [Gets; 4]) -> Row {
    Row {
        method: Method::POST,
        path,
        fields: &[],
        is_upload: true,
        json: None,
        gets,
        by_token: as_anybody(gets),
    }
}

const fn post(
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    gets: [Gets; 4],
) -> Row {
    Row {
        method: Method::POST,
        path,
        fields,
        is_upload: false,
        json: None,
        gets,
        by_token: as_anybody(gets),
    }
}

const NEW_REVIEW: &[(&str, &str)] = &[
    ("key", "0123456789abcdef"),
    ("title", "Heat"),
    ("year", "1995"),
    ("day_unknown", "on"),
    ("visibility", "public"),
];

const CHANGE: &[(&str, &str)] = &[
    ("version", "1"),
    ("day_unknown", "on"),
    ("visibility", "private"),
];

const CORRECTION: &[(&str, &str)] = &[("title", "Heat"), ("year", "1996")];

/// The order of the columns: anonymous, another member, the owner, an admin. `{id}` is
/// the owner's only review, private as their diary is, its movie, a session of theirs, an
/// invitation, or the owner. Where a code is needed, none is given: what codes open is
/// tested with the accounts.
const TABLE: &[Row] = &[
    get("/health", [It, It, It, It]),
    get("/robots.txt", [It, It, It, It]),
    get("/styleguide", [It, It, It, It]),
    get("/assets/{name}", [Nothing, Nothing, Nothing, Nothing]),
    get("/manifest.webmanifest", [It, It, It, It]),
    get("/sw.js", [It, It, It, It]),
    get("/offline", [It, It, It, It]),
    // Who knows the name of a poster has seen it.
    get("/posters/{name}", [It, It, It, It]),
    // A device's own settings: whoever holds it.
    post("/settings/theme", &[("theme", "dark")], [It, It, It, It]),
    post("/settings/device", &[("theme", "dark")], [It, It, It, It]),
    // At the door.
    get("/setup", [Nothing, Nothing, Nothing, Nothing]),
    post("/setup", &[], [Nothing, Nothing, Nothing, Nothing]),
    get("/register", [Nothing, Nothing, Nothing, Nothing]),
    post("/register", &[], [Nothing, Nothing, Nothing, Nothing]),
    get("/reset", [Nothing, Nothing, Nothing, Nothing]),
    post("/reset", &[], [Nothing, Nothing, Nothing, Nothing]),
    get("/login", [It, It, It, It]),
    post(
        "/login",
        &[("username", "nobody")],
        [FormAgain, FormAgain, FormAgain, FormAgain],
    ),
    post("/logout", &[], [It, It, It, It]),
    // One's own account.
    get("/settings", [SignIn, It, It, It]),
    post("/settings/profile", &[], [SignIn, It, It, It]),
    post(
        "/settings/visibility",
        &[("visibility", "public")],
        [SignIn, It, It, It],
    ),
    post(
        "/settings/password",
        &[],
        [SignIn, FormAgain, FormAgain, FormAgain],
    ),
    post(
        "/settings/sessions/{id}/ending",
        &[],
        [SignIn, Nothing, It, Nothing],
    ),
    post("/settings/sessions/ending", &[], [SignIn, It, It, It]),
    get("/settings/tokens", [SignIn, It, It, It]),
    post(
        "/settings/tokens",
        &[("name", "Phone")],
        [SignIn, It, It, It],
    ),
    post(
        "/settings/tokens/{id}/ending",
        &[],
        [SignIn, Nothing, It, Nothing],
    ),
    post(
        "/settings/deletion",
        &[],
        [SignIn, FormAgain, FormAgain, FormAgain],
    ),
    // The members' administration.
    get("/admin", [SignIn, Nothing, Nothing, It]),
    post(
        "/admin/site",
        &[("time_zone", "UTC")],
        [SignIn, Nothing, Nothing, It],
    ),
    post("/admin/invites", &[], [SignIn, Nothing, Nothing, It]),
    post(
        "/admin/invites/{id}/ending",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    post(
        "/admin/members/{id}/reset",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    post(
        "/admin/members/{id}/promotion",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    post(
        "/admin/members/{id}/demotion",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    post(
        "/admin/members/{id}/disabling",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    post(
        "/admin/members/{id}/enabling",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    // Reviews.
    get("/", [It, It, It, It]),
    post("/reviews", NEW_REVIEW, [SignIn, It, It, It]),
    get("/reviews/new", [SignIn, It, It, It]),
    get("/reviews/deleted", [SignIn, It, It, It]),
    get("/reviews/{id}", [Nothing, Nothing, It, Nothing]),
    post("/reviews/{id}", CHANGE, [SignIn, Nothing, It, Nothing]),
    get("/reviews/{id}/edit", [SignIn, Nothing, It, Nothing]),
    post(
        "/reviews/{id}/deletion",
        &[],
        [SignIn, Nothing, It, Nothing],
    ),
    post(
        "/reviews/{id}/restoration",
        &[],
        [SignIn, Nothing, It, Nothing],
    ),
    get("/reviews/{id}/movie", [SignIn, Nothing, It, Nothing]),
    post(
        "/reviews/{id}/movie",
        &[("title", "Ran"), ("year", "1985")],
        [SignIn, Nothing, It, Nothing],
    ),
    // Movies and members.
    get("/movies", [It, It, It, It]),
    get("/movies/suggest", [SignIn, It, It, It]),
    get("/movies/found", [SignIn, It, It, It]),
    post(
        "/movies/merges/{id}/undoing",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    get("/movies/posters", [It, It, It, It]),
    get("/movies/{id}", [Nothing, It, It, It]),
    // Only who has logged a movie corrects it, and admins do.
    get("/movies/{id}/correction", [SignIn, Nothing, It, It]),
    post(
        "/movies/{id}/correction",
        CORRECTION,
        [SignIn, Nothing, It, It],
    ),
    upload("/movies/{id}/poster", [SignIn, Nothing, It, It]),
    // A poster that somebody sent is not looked for.
    post(
        "/movies/{id}/poster-sync",
        &[],
        [SignIn, Nothing, Unfit, Unfit],
    ),
    post(
        "/movies/corrections/{id}/undoing",
        &[],
        [SignIn, Nothing, Nothing, It],
    ),
    get("/people/{id}", [Nothing, It, It, It]),
    get("/genres/{slug}", [Nothing, It, It, It]),
    get("/users", [It, It, It, It]),
    get("/users/{username}", [Nothing, Nothing, It, Nothing]),
    // Feeds and what other sites show: whoever asks, nobody knows who it is.
    get("/feed.atom", [It, It, It, It]),
    get("/feed.rss", [It, It, It, It]),
    get(
        "/users/{username}/feed.atom",
        [Nothing, Nothing, Nothing, Nothing],
    ),
    get("/users/{username}/feed.rss", [It, It, It, It]),
    get(
        "/movies/{id}/feed.atom",
        [Nothing, Nothing, Nothing, Nothing],
    ),
    get("/embed/{username}", [Nothing, Nothing, Nothing, Nothing]),
    // Who has the code of the owner's diary may have it.
    get("/feeds/{code}", [It, It, It, It]),
    get("/settings/feeds", [SignIn, It, It, It]),
    post("/settings/feeds/key", &[], [SignIn, It, It, It]),
    post("/settings/feeds/key/ending", &[], [SignIn, It, It, It]),
    // For programs, and for who writes them.
    get("/api/docs", [It, It, It, It]),
    api(Method::GET, "/api/openapi.json", None, It, [It; 5]),
    api(
        Method::POST,
        "/api/auth/register",
        Some(r#"{"username": "eve", "password": "four unrelated words"}"#),
        Nothing,
        [Nothing; 5],
    ),
    api(
        Method::POST,
        "/api/auth/login",
        Some(r#"{"username": "nobody", "password": "x"}"#),
        NoToken,
        [NoToken; 5],
    ),
    api(
        Method::POST,
        "/api/auth/logout",
        Some(""),
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/me",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::PATCH,
        "/api/me",
        Some("{}"),
        NoToken,
        [ReadOnly, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/me/sessions",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::DELETE,
        "/api/me/sessions/{id}",
        None,
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::GET,
        "/api/me/tokens",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::POST,
        "/api/me/tokens",
        Some(r#"{"name": "Phone", "scope": "read"}"#),
        NoToken,
        [ReadOnly, It, It, It, NoToken],
    ),
    api(
        Method::DELETE,
        "/api/me/tokens/{id}",
        None,
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::GET,
        "/api/diary",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/diary/deleted",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/feed",
        None,
        It,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/reviews",
        None,
        It,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::POST,
        "/api/reviews",
        Some(r#"{"title": "Heat", "year": 1995}"#),
        NoToken,
        [ReadOnly, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/reviews/{id}",
        None,
        Nothing,
        [It, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::PATCH,
        "/api/reviews/{id}",
        Some(r#"{"liked": true}"#),
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::DELETE,
        "/api/reviews/{id}",
        None,
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::POST,
        "/api/reviews/{id}/restore",
        Some(""),
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::PUT,
        "/api/reviews/{id}/movie",
        Some(r#"{"title": "Ran", "year": 1985}"#),
        NoToken,
        [ReadOnly, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::GET,
        "/api/movies",
        None,
        It,
        [It, It, It, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/movies/{id}",
        None,
        Nothing,
        [It, It, It, It, NoToken],
    ),
    // Only who has logged a movie corrects it, and admins do.
    api(
        Method::PATCH,
        "/api/movies/{id}",
        Some(r#"{"year": 1996}"#),
        NoToken,
        [ReadOnly, It, Nothing, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/movies/{id}/history",
        None,
        NoToken,
        [It, It, It, It, NoToken],
    ),
    // A poster that somebody sent is not looked for.
    api(
        Method::POST,
        "/api/movies/{id}/poster-sync",
        Some(""),
        NoToken,
        [ReadOnly, Unfit, Nothing, Unfit, NoToken],
    ),
    api(
        Method::PUT,
        "/api/movies/{id}/poster",
        None,
        NoToken,
        [ReadOnly, It, Nothing, It, NoToken],
    ),
    api(
        Method::GET,
        "/api/users",
        None,
        It,
        [It, It, It, It, NoToken],
    ),
    // Of a diary that is private.
    api(
        Method::GET,
        "/api/users/{username}",
        None,
        Nothing,
        [It, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::GET,
        "/api/users/{username}/diary",
        None,
        Nothing,
        [It, It, Nothing, Nothing, NoToken],
    ),
    api(
        Method::GET,
        "/api/users/{username}/stats",
        None,
        Nothing,
        [It, It, Nothing, Nothing, NoToken],
    ),
];

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let mut rows: BTreeMap<String, u32> = BTreeMap::new();
    for row in TABLE {
        *rows
            .entry(format!("{} {}", row.method, row.path))
            .or_default() += 1;
    }
    assert!(rows.values().all(|count| *count == 1), "a row stands twice");
    let mut routes: Vec<_> = movies_diary::routes()
        .list()
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    routes.sort();
    assert_eq!(routes, rows.into_keys().collect::<Vec<_>>());
}

/// Nobody can be called like a page.
#[test]
fn the_first_part_of_every_address_is_no_username() {
    let routes = movies_diary::routes();
    for (_, path) in routes.list() {
        let first = path.split('/').nth(1).unwrap_or_default();
        let is_reserved = movies_diary::paths::RESERVED.contains(&first);
        assert!(first.is_empty() || is_reserved, "{first}");
    }
}

/// Fresh for each row: what one does must not change what the next one gets.
struct Scene {
    app: App,
    clients: [Client; 4],
    programs: [Program; 5],
    owner: i64,
    review: i64,
    movie: i64,
    session: i64,
    token: i64,
    invite: i64,
    merge: i64,
    correction: i64,
    poster: String,
    feed_code: String,
}

async fn scene() -> Scene {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let other = app.member("other").await;
    ada.post("/settings/visibility", &[("visibility", "private")])
        .await;
    let review = Review::of("Heat", 1995)
        .with("director", "Michael Mann")
        .log(&ada)
        .await;
    said(&app, "Heat", &["Crime"], Some(170)).await;
    let page = ada.get(format!("/reviews/{review}")).await;
    let movie = page.attributes(".title a", "href").remove(0);
    let movie = movie.rsplit('/').next().and_then(|id| id.parse().ok());
    let owner = movies_diary::accounts::queries::by_username(&app.state.db, "ada").await;
    app.visitor().sign_in("ada").await;
    let sessions = ada.get("/settings").await;
    let sessions = sessions.attributes(".sessions form", "action");
    boss.post("/admin/invites", &[]).await;
    let invites = boss.get("/admin").await;
    let invites = invites.attributes(".sessions form", "action");
    let merge = merge(&app, &boss, movie.expect("an id")).await;
    let (correction, poster) = poster(&ada, &boss, movie.expect("an id")).await;
    let spare = made_token(&ada, "read").await;
    let programs = [
        made_token(&ada, "read").await,
        made_token(&ada, "write").await,
        made_token(&other, "write").await,
        made_token(&boss, "write").await,
        ended_token(&ada).await,
    ];
    let id = |action: &String| action.split('/').nth(3).and_then(|id| id.parse().ok());
    Scene {
        session: id(&sessions[0]).expect("an id"),
        invite: id(&invites[0]).expect("an id"),
        merge,
        correction,
        poster,
        token: spare.id,
        feed_code: feed_code(&ada).await,
        programs: programs.map(|made| app.program().with_token(&made.token)),
        clients: [app.visitor(), other, ada, boss],
        owner: owner.expect("an answer").expect("ada").id,
        review,
        movie: movie.expect("an id"),
        app,
    }
}

/// The code of a secret address that opens the owner's diary.
async fn feed_code(ada: &Client) -> String {
    let page = ada.post("/settings/feeds/key", &[]).await;
    let address = page.attributes("#secret-address", "value").remove(0);
    address.rsplit('/').next().expect("a code").to_owned()
}

/// A poster that the owner sent, which an admin can take back; and the name of a file.
async fn poster(ada: &Client, boss: &Client, movie: i64) -> (i64, String) {
    let path = format!("/movies/{movie}/poster");
    let sent = ada.upload(&path, &png(120, 180)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let page = boss.get(format!("/movies/{movie}")).await;
    let undo = page.form("form[action^='/movies/corrections/']").action;
    let id = undo.split('/').nth(3).and_then(|id| id.parse().ok());
    let src = page.attributes(".poster img", "src").remove(0);
    let name = src.rsplit('/').next().expect("a name").to_owned();
    (id.expect("an id"), name)
}

/// Another movie that turned out to be `movie`.
async fn merge(app: &App, boss: &Client, movie: i64) -> i64 {
    let review = Review::of("Heat!", 1995)
        .with("visibility", "private")
        .log(boss)
        .await;
    let page = boss.get(format!("/reviews/{review}")).await;
    let from = page.attributes(".title a", "href").remove(0);
    let from: i64 = from
        .rsplit('/')
        .next()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    let clock = app.state.clock.clone();
    let merged = app.state.db.write(move |tx| {
        Box::pin(async move { movies_diary::diary::commands::merge(tx, &clock, from, movie).await })
    });
    assert!(merged.await.expect("merged"));
    let page = boss.get(format!("/movies/{movie}")).await;
    let undo = page.form("form[action^='/movies/merges/']").action;
    undo.split('/')
        .nth(3)
        .and_then(|id| id.parse().ok())
        .expect("an id")
}

impl Scene {
    fn address(&self, row: &Row) -> String {
        let id = match row.path {
            path if path.starts_with("/reviews") => self.review,
            path if path.starts_with("/movies/merges") => self.merge,
            path if path.starts_with("/movies/corrections") => self.correction,
            path if path.starts_with("/movies") => self.movie,
            path if path.starts_with("/api/reviews") => self.review,
            path if path.starts_with("/api/movies") => self.movie,
            path if path.starts_with("/admin/members") => self.owner,
            path if path.contains("/sessions") => self.session,
            path if path.contains("/tokens") => self.token,
            // The first of all.
            path if path.starts_with("/people") => 1,
            _ => self.invite,
        };
        row.path
            .replace("{id}", &id.to_string())
            .replace("{username}", "ada")
            .replace("{slug}", "crime")
            .replace("/posters/{name}", &format!("/posters/{}", self.poster))
            .replace("{name}", "style-0000.css")
            .replace("{code}", &self.feed_code)
    }
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    let mut scene = scene().await;
    for row in TABLE {
        for (column, expected) in row.gets.into_iter().enumerate() {
            for by_htmx in [false, true] {
                let client = &scene.clients[column];
                let client = match by_htmx {
                    true => client.htmx(),
                    false => client.clone(),
                };
                let answer = scene.ask(row, &client).await;
                let who = ["anonymous", "other", "owner", "admin"][column];
                let who = format!("{who} (htmx: {by_htmx})");
                wrong.extend(difference(row, &who, expected, &answer, by_htmx));
                if row.method != Method::GET && expected == It {
                    scene = self::scene().await;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(scene.app);
}

#[tokio::test]
async fn every_token_gets_what_the_table_says() {
    let mut wrong = Vec::new();
    let mut scene = scene().await;
    for row in TABLE {
        for (column, expected) in row.by_token.into_iter().enumerate() {
            let answer = scene.ask(row, scene.programs[column].client()).await;
            let who = ["read", "write", "other's", "admin's", "ended"][column];
            wrong.extend(difference(row, who, expected, &answer, false));
            if row.method != Method::GET && expected == It {
                scene = self::scene().await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    drop(scene.app);
}

impl Scene {
    async fn ask(&self, row: &Row, client: &Client) -> Answer {
        let address = self.address(row);
        match (&row.method, row.json) {
            (_, Some(json)) => {
                let client = client.header("content-type", "application/json");
                client
                    .send(row.method.clone(), &address, Some(json.to_owned()))
                    .await
            }
            (&Method::GET, _) => client.get(&address).await,
            (&Method::PUT, _) => client.put(&address, &png(150, 200)).await,
            _ if row.is_upload => client.upload(&address, &png(150, 200)).await,
            (&Method::POST, _) => client.post(&address, row.fields).await,
            (method, None) => client.send(method.clone(), &address, None).await,
        }
    }
}

fn difference(
    row: &Row,
    who: &str,
    expected: Gets,
    answer: &Answer,
    by_htmx: bool,
) -> Option<String> {
    let Row { method, path, .. } = row;
    let is_right = got(answer, by_htmx) == Some(expected);
    let told = || {
        format!(
            "{method} {path} by {who}: {expected:?} expected, {} got",
            answer.status
        )
    };
    (!is_right).then(told)
}

fn got(answer: &Answer, by_htmx: bool) -> Option<Gets> {
    let sent_to = |name: &str| {
        let value = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let to_sign_in = sent_to("location").starts_with("/login")
        || (by_htmx && sent_to("hx-redirect").starts_with("/login"));
    match answer.status {
        303 if to_sign_in => Some(SignIn),
        401 if answer.headers.contains_key("www-authenticate") => Some(NoToken),
        401 => Some(SignIn),
        403 => Some(ReadOnly),
        200 | 201 | 202 | 204 | 303 | 308 => Some(It),
        404 => Some(Nothing),
        422 => Some(FormAgain),
        409 => Some(Unfit),
        _ => None,
    }
}
