//! Generated diaries: the demo's, and those for benchmarks.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use entity::{Audience, member, movie, review, review_tag};
use movies_diary::clock::Clock;
use movies_diary::db::Db;
use movies_diary::demo::{self, bench};
use movies_diary::diary::tally;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::builders::PASSWORD_HASH;
use crate::support::databases::{TestDatabase, parse_database_url};
use crate::support::process::{ServerProcess, command, run_command};
use crate::support::{App, ReviewBuilder};

/// A running demo, and the password that it printed.
fn start_demo(temporary: &Path) -> (ServerProcess, String) {
    let folder = temporary.display().to_string();
    let settings = [("PORT", "0"), ("TMPDIR", folder.as_str())];
    let mut command = command(temporary, &settings);
    command.arg("demo");
    let mut server = ServerProcess::start(command);
    let password = loop {
        let line = server.next_line();
        assert!(!line.is_empty(), "no password was told");
        if let Some(password) = line.strip_prefix("Password: ") {
            break password.trim().to_owned();
        }
    };
    (server, password)
}

fn http_visitor() -> reqwest::Client {
    movies_diary::outgoing::install_crypto_provider();
    let client = reqwest::Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build();
    client.expect("a client")
}

async fn fetch_page(client: &reqwest::Client, address: String) -> (u16, String) {
    let answer = client.get(address).send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a page"))
}

#[tokio::test]
async fn the_demo_runs_and_leaves_nothing_behind() {
    let folder = TempDir::new().expect("a folder");
    let (server, password) = start_demo(folder.path());
    let (base, client) = (server.base_url(), http_visitor());

    let fields = [("username", "popcorn"), ("password", password.as_str())];
    let signed_in = client.post(format!("{base}/login")).form(&fields);
    let signed_in = signed_in.send().await.expect("an answer").status();
    assert_eq!(signed_in, 303);
    assert_eq!(fetch_page(&client, format!("{base}/admin")).await.0, 200);
    for username in demo::usernames() {
        let (status, page) = fetch_page(&client, format!("{base}/users/{username}")).await;
        assert_eq!(status, 200, "{username}");
        assert!(page.contains("class=\"entry\""), "{username}");
    }
    let (status, found) = fetch_page(&client, format!("{base}/movies?q=alien")).await;
    assert_eq!(status, 200);
    assert!(found.contains("Alien"));

    // Posters are drawn while the server runs, starting with those on the first pages.
    let began = Instant::now();
    loop {
        let (_, feed) = fetch_page(&client, format!("{base}/")).await;
        if let Some((_, rest)) = feed.split_once("src=\"/posters/") {
            let name = rest.split('"').next().expect("a name");
            let (status, _) = fetch_page(&client, format!("{base}/posters/{name}")).await;
            assert_eq!(status, 200);
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "no poster came");
    }

    assert!(server.stop("TERM").contains("Stopped."));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    assert!(left.is_empty(), "{left:?}");

    let (again, other) = start_demo(folder.path());
    assert_ne!(password, other, "each start has a password of its own");
    again.stop("INT");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

const SCALE: bench::Scale = bench::Scale {
    reviews: 2000,
    members: Some(30),
    movies: 400,
    years: 3,
    heavy: 500,
    seed: 1,
};

async fn fill_bench(db: &Db, seed: u64) -> Result<bench::FillReport, bench::FillError> {
    let hash = PASSWORD_HASH.clone();
    bench::fill_bench(db, &Clock::default(), hash, bench::Scale { seed, ..SCALE }).await
}

/// A digest of everything that follows from the seed.
async fn digest_of_data(db: &Db) -> String {
    let db = db.reader();
    let members = member::Entity::find().order_by_asc(member::Column::Id);
    let members = members.all(db).await.expect("members");
    let members: Vec<_> = members
        .into_iter()
        .map(|member| (member.username, member.diary_visibility, member.created_at))
        .collect();
    let movies = movie::Entity::find().order_by_asc(movie::Column::Id);
    let reviews = review::Entity::find().order_by_asc(review::Column::Id);
    let tags = review_tag::Entity::find()
        .order_by_asc(review_tag::Column::ReviewId)
        .order_by_asc(review_tag::Column::Position);
    let all = format!(
        "{members:?}{:?}{:?}{:?}",
        movies.all(db).await.expect("movies"),
        reviews.all(db).await.expect("reviews"),
        tags.all(db).await.expect("tags"),
    );
    format!("{:x?}", Sha256::digest(all))
}

#[tokio::test]
async fn benchmark_data_is_determined_by_its_seed() {
    let mut digests = Vec::new();
    for seed in [1, 1, 2] {
        let app = App::start().await;
        let filled = fill_bench(&app.state.db, seed).await.expect("filled");
        assert_eq!(
            (filled.reviews, filled.members, filled.movies),
            (2000, 30, 400)
        );
        digests.push(digest_of_data(&app.state.db).await);
    }
    assert_eq!(digests[0], digests[1]);
    assert_ne!(digests[0], digests[2]);
}

#[tokio::test]
async fn benchmark_data_is_consistent_and_usable() {
    let app = App::start().await;
    fill_bench(&app.state.db, 1).await.expect("filled");
    let db = &app.state.db;
    let verified = tally::verify(db).await.expect("an answer");
    assert_eq!(verified.wrong, 0);
    assert!(verified.rows > 500, "{verified:?}");
    let closed = review::Entity::find()
        .filter(review::Column::Audience.ne(Audience::Public))
        .count(db.reader())
        .await
        .expect("a number");
    assert!(
        (500..700).contains(&closed),
        "{closed} of 2000 are not public"
    );

    let bench = app.visitor();
    bench.sign_in(bench::HEAVY_USERNAME).await;
    let first = movie::Entity::find_by_id(1).one(db.reader()).await;
    let title = first.expect("an answer").expect("a movie").title;
    let found = bench
        .get(&format!("/movies?q={}", title.replace(' ', "+")))
        .await;
    assert!(
        found.expect(StatusCode::OK).body.contains("/movies/1\""),
        "{title}"
    );
    // Bulk inserts leave the id sequences past their last id.
    assert_eq!(ReviewBuilder::of("Heat", 1995).log(&bench).await, 2001);
    assert_eq!(tally::verify(db).await.expect("an answer").wrong, 0);

    let again = fill_bench(db, 1).await.expect_err("somebody is there");
    assert!(matches!(again, bench::FillError::NotEmpty), "{again}");
}

#[tokio::test]
async fn bench_data_fills_only_an_empty_database() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let bench_data = || {
        let mut command = command(database.folder(), &[("DATABASE_URL", url.as_str())]);
        command.args([
            "bench-data",
            "--reviews",
            "300",
            "--members",
            "9",
            "--movies",
            "50",
        ]);
        run_command(command, "")
    };
    let filled = bench_data();
    assert!(filled.success, "{}", filled.stderr);
    let summary = "300 reviews of 50 films by 9 members";
    assert!(filled.stdout.contains(summary), "{}", filled.stdout);
    assert!(
        filled.stdout.contains("reader1 to reader8"),
        "{}",
        filled.stdout
    );
    let again = bench_data();
    assert!(!again.success);
    assert!(again.stderr.contains("has members"), "{}", again.stderr);

    let db = Db::open(&parse_database_url(&url)).await.expect("it opens");
    let reviews = review::Entity::find().count(db.reader()).await;
    assert_eq!(reviews.expect("a number"), 300);
    db.close().await.expect("it closes");
}
