//! Building the local catalog from Wikidata's query service. No test waits: pauses move the clock.

use std::cell::RefCell;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use movies_diary::catalog::local::{CatalogInfo, LocalCatalog};
use movies_diary::catalog::sources::query_service::QueryService;
use movies_diary::catalog::wikidata_build::{
    BuildActivity, BuildLock, BuildRun, BuildStage, BuildStarter, FetchStep, WORK_FILE,
    WikidataBuildError, WikidataFetch,
};
use movies_diary::catalog::{CatalogBuilds, CatalogQuery};
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use tempfile::TempDir;
use wiremock::ResponseTemplate;

use crate::support::catalog_stub::status;
use crate::support::catalogs::{build, film};
use crate::support::process::{command, run_command};
use crate::support::query_service_stub::{Overload, QueryServiceStub, StubFilm};

pub fn heat_and_ran() -> Vec<StubFilm> {
    let heat = StubFilm {
        sitelinks: 40,
        more: vec![
            ("labels", "en:Heat\nde:Heiß".to_owned()),
            ("directors", "Q1:en:Michael Mann".to_owned()),
            ("imdb", "tt0113277".to_owned()),
        ],
        ..StubFilm::new(42198, "Heat", "1995-12-15")
    };
    let short = StubFilm {
        kind: "Q24862",
        ..StubFilm::new(5, "Heat Lightning", "1995-01-01")
    };
    let twice = StubFilm {
        kind: "Q24869",
        ..heat.clone()
    };
    let project = StubFilm {
        kind: "Q18011172",
        ..StubFilm::new(6, "Heat 2", "2026-01-01")
    };
    vec![
        short,
        heat,
        twice,
        StubFilm::new(7, "Ran", "1985-05-31"),
        project,
    ]
}

/// A folder with a catalog that is built from the stub.
struct BuildFixture {
    folder: TempDir,
    clock: Clock,
    config: Arc<Config>,
    local: Arc<LocalCatalog>,
    builds: CatalogBuilds,
    waits: RefCell<Vec<Duration>>,
}

impl BuildFixture {
    async fn new(stub: &QueryServiceStub, more: &[(&str, &str)]) -> Self {
        Self::in_folder(
            TempDir::new().expect("a folder"),
            Clock::default(),
            stub,
            more,
        )
        .await
    }

    async fn in_folder(
        folder: TempDir,
        clock: Clock,
        stub: &QueryServiceStub,
        more: &[(&str, &str)],
    ) -> Self {
        let data_dir = folder.path().display().to_string();
        let settings = stub.settings();
        let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
        let settings = settings.chain([("DATA_DIR", data_dir.as_str())]);
        let config = Config::from_values(settings.chain(more.iter().copied()));
        let config = Arc::new(config.expect("valid settings"));
        let local = Arc::new(LocalCatalog::open_in(folder.path()).await);
        Self {
            builds: CatalogBuilds::new(Arc::clone(&config), clock.clone(), Arc::clone(&local)),
            waits: RefCell::default(),
            folder,
            clock,
            config,
            local,
        }
    }

    /// The same folder, as another process sees it.
    async fn restarted(self, stub: &QueryServiceStub) -> Self {
        Self::in_folder(self.folder, self.clock, stub, &[]).await
    }

    async fn run(&self) -> Result<CatalogInfo, WikidataBuildError> {
        let wait = |time| self.pass_time(time);
        self.builds.run(BuildStarter::CommandLine, wait).await
    }

    async fn run_if_wanted(&self) -> BuildRun {
        self.builds.run_if_wanted(|time| self.pass_time(time)).await
    }

    async fn pass_time(&self, time: Duration) {
        self.waits.borrow_mut().push(time);
        self.clock
            .advance(TimeDelta::from_std(time).expect("a time"));
    }

    async fn titles(&self, typed: &str) -> Vec<String> {
        let hits = self.local.search(&CatalogQuery::parse(typed), 8).await;
        hits.into_iter().map(|hit| hit.film.title).collect()
    }

    async fn stage(&self) -> Option<BuildStage> {
        self.builds.report().await.latest.map(|latest| latest.stage)
    }

    /// Waits of more than ten seconds, in full seconds.
    fn long_waits(&self) -> Vec<u64> {
        let waits = self.waits.borrow();
        let waits = waits.iter().map(|wait| wait.as_secs_f64().round() as u64);
        waits.filter(|seconds| *seconds >= 9).collect()
    }

    fn has_work_file(&self) -> bool {
        self.folder.path().join(WORK_FILE).exists()
    }
}

fn later(seconds: &str) -> ResponseTemplate {
    status(429).insert_header("Retry-After", seconds)
}

#[tokio::test]
async fn a_build_brings_all_films_with_the_best_known_first() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let fixture = BuildFixture::new(&stub, &[("CATALOG_LANGUAGE", "de")]).await;
    let info = fixture.run().await.expect("built");
    assert_eq!(info.films, 3, "the same film of two kinds counts once");
    assert_eq!(info.origin.language, "de");
    assert!(info.origin.source.starts_with("Wikidata, CC0"), "{info:?}");
    assert_eq!(fixture.titles("heat").await, ["Heiß", "Heat Lightning"]);
    assert_eq!(fixture.titles("tt0113277").await, ["Heiß"]);
    assert_eq!(fixture.titles("mann 1995").await, ["Heiß"]);
    assert_eq!(fixture.titles("ran").await, ["Ran"]);
    assert_eq!(fixture.stage().await, Some(BuildStage::Installed));
    assert!(!fixture.has_work_file());
    let agent = stub.last_header("user-agent").await.expect("a user agent");
    assert!(agent.starts_with("MoviesDiary/"), "{agent}");
    // As long as the queries took, but at least a second.
    let waits = fixture.waits.borrow();
    assert!(waits.len() + 1 >= stub.query_count(), "{}", waits.len());
    assert!(fixture.long_waits().is_empty());
}

#[tokio::test]
async fn what_is_too_much_for_one_query_is_asked_in_parts() {
    for overload in [Overload::Timeout, Overload::HalfPage] {
        // Only their year is known, so all are at the first day of it.
        let mut films: Vec<_> = (100..140)
            .map(|number| StubFilm::new(number, &format!("Film {number}"), "1990-01-01"))
            .collect();
        films.extend((200..205).map(|number| StubFilm::new(number, "Late", "1990-11-30")));
        films.extend(heat_and_ran());
        let stub = QueryServiceStub::start(films).await;
        stub.limit_films(4, overload);
        let fixture = BuildFixture::new(&stub, &[]).await;
        let info = fixture.run().await.expect("built");
        assert_eq!(info.films, 40 + 5 + 3, "{overload:?}");
        let queries = stub.queries();
        let asked = |part: &str| queries.iter().filter(|it| it.contains(part)).count();
        assert!(asked("?day < \"1990-02-01T") >= 1, "{overload:?}");
        assert!(asked("STRENDS(STR(?film), \"7\")") >= 1, "{overload:?}");
        let mut different = queries.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), queries.len(), "nothing is asked twice");
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_even_by_the_next_process() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    stub.respond_next([later("86400")]);
    let fixture = BuildFixture::new(&stub, &[]).await;
    let open = async || {
        let lock = BuildLock::take(fixture.folder.path())
            .await
            .expect("a lock");
        let lock = Arc::new(lock.expect("nobody else builds"));
        let service = QueryService::new(&fixture.config);
        let (clock, folder) = (fixture.clock.clone(), fixture.folder.path());
        WikidataFetch::open(service, clock, folder, "en", lock)
            .await
            .expect("open")
    };
    let mut fetch = open().await;
    assert_eq!(fetch.step().await.expect("a step"), FetchStep::Sent);
    for _ in 0..2 {
        for _ in 0..3 {
            let FetchStep::Wait(left) = fetch.step().await.expect("a step") else {
                panic!("a request was sent");
            };
            assert!((86_390..=86_400).contains(&left.as_secs()), "{left:?}");
        }
        assert_eq!(stub.query_count(), 1);
        drop(fetch);
        fetch = open().await;
    }
    fixture.clock.advance(TimeDelta::days(1));
    assert_eq!(fetch.step().await.expect("a step"), FetchStep::Sent);
    assert_eq!(stub.query_count(), 2);
    assert_eq!(stub.queries()[0], stub.queries()[1]);
    drop(fetch);

    stub.respond_next([later("90"), later("30")]);
    fixture.run().await.expect("built");
    assert_eq!(fixture.long_waits(), [90, 30]);
}

#[tokio::test]
async fn failures_are_retried_ever_later_and_a_given_up_build_goes_on_where_it_was() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let fixture = BuildFixture::new(&stub, &[]).await;
    let garbage = ResponseTemplate::new(200).set_body_string("<html>Error</html>");
    stub.respond_next([status(503), garbage.clone(), status(502)]);
    fixture.run().await.expect("built");
    assert_eq!(fixture.long_waits(), [10, 30, 60]);

    let queries = stub.query_count();
    stub.respond_next((0..8).map(|_| garbage.clone()));
    let error = fixture.run().await.expect_err("given up").to_string();
    assert!(
        error.contains("films of 1888: its answer is not"),
        "{error}"
    );
    assert_eq!(stub.query_count(), queries + 8);
    assert_eq!(fixture.long_waits()[3..], [10, 30, 60, 120, 300, 600, 1200]);
    assert_eq!(fixture.stage().await, Some(BuildStage::Failed));
    assert_eq!(
        fixture.titles("ran").await,
        ["Ran"],
        "the old one is in use"
    );

    // Whoever is told to stay away does.
    let queries = stub.query_count();
    stub.respond_next([status(403)]);
    let error = fixture.run().await.expect_err("refused").to_string();
    assert!(error.contains("403"), "{error}");
    assert_eq!(stub.query_count(), queries + 1);
    fixture.run().await.expect("built");
}

/// Stops when so many queries were answered.
async fn run_until(fixture: &BuildFixture, stub: &QueryServiceStub, queries: usize) {
    let wait = |time| {
        if stub.query_count() >= queries {
            assert!(fixture.builds.stop());
        }
        fixture.pass_time(time)
    };
    let stopped = fixture.builds.run(BuildStarter::CommandLine, wait).await;
    assert!(matches!(stopped, Err(WikidataBuildError::Stopped)));
}

#[tokio::test]
async fn a_stopped_build_goes_on_and_asks_for_nothing_twice() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    stub.limit_films(1, Overload::Timeout);
    let fixture = BuildFixture::new(&stub, &[]).await;
    run_until(&fixture, &stub, 100).await;
    assert_eq!(fixture.stage().await, Some(BuildStage::Stopped));
    assert!(fixture.builds.report().await.is_resumable);
    // Killed in the middle of writing: a film without the end of its slice, and half a record.
    let work = fixture.folder.path().join(WORK_FILE);
    let mut file = OpenOptions::new()
        .append(true)
        .open(&work)
        .expect("it is there");
    file.write_all(b"{\"film\":{\"title\":\"Half\",\"wikidata_id\":\"Q9\"}}\n{\"done\":{\"sli")
        .expect("written");
    let fixture = fixture.restarted(&stub).await;
    run_until(&fixture, &stub, 350).await;
    let fixture = fixture.restarted(&stub).await;
    let info = fixture.run().await.expect("built");
    assert_eq!(info.films, 3, "the half slice is fetched again");
    let mut queries = stub.queries();
    let all = queries.len();
    queries.sort();
    queries.dedup();
    assert_eq!(queries.len(), all);

    // Begun anew on demand, for another language, or when it is too old.
    for begin_anew in 0..3 {
        let stub = QueryServiceStub::start(heat_and_ran()).await;
        let fixture = BuildFixture::new(&stub, &[]).await;
        run_until(&fixture, &stub, 20).await;
        let first = stub.queries().remove(0);
        let language = [("CATALOG_LANGUAGE", "fr")];
        let fixture = match begin_anew {
            0 => {
                fixture.builds.forget_work().await.expect("forgotten");
                fixture
            }
            1 => {
                let BuildFixture { folder, clock, .. } = fixture;
                BuildFixture::in_folder(folder, clock, &stub, &language).await
            }
            _ => {
                fixture.clock.advance(TimeDelta::days(31));
                fixture
            }
        };
        run_until(&fixture, &stub, 40).await;
        let years = |query: &String| query.contains("?day >= \"1888-01-01T");
        let count = stub.queries().iter().filter(|it| years(it)).count();
        assert_eq!(count, 6, "{begin_anew}: {first}");
    }
}

#[tokio::test]
async fn a_service_that_sends_too_much_is_not_asked_any_further() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let fixture = BuildFixture::new(&stub, &[]).await;
    run_until(&fixture, &stub, 5).await;
    let slice = r#"{"kinds":"films","from":"1800-01-01","to":"1801-01-01"}"#;
    let record = format!("{{\"done\":{{\"slice\":{slice},\"films\":1,\"bytes\":2147483648}}}}\n");
    let work = fixture.folder.path().join(WORK_FILE);
    let mut file = OpenOptions::new()
        .append(true)
        .open(work)
        .expect("it is there");
    file.write_all(record.as_bytes()).expect("written");
    let queries = stub.query_count();
    let error = fixture.run().await.expect_err("too much").to_string();
    assert!(error.contains("more than 2 GB"), "{error}");
    assert_eq!(stub.query_count(), queries + 1);
    assert!(!fixture.has_work_file(), "the next build begins anew");
}

async fn install_films(folder: &Path, count: usize) {
    fs::create_dir_all(folder).expect("a folder");
    let films = (0..count).map(|number| film(&format!("Old {number}"), 1950, "Ada", ""));
    let built = build(folder, films).await;
    let local = LocalCatalog::open_in(folder).await;
    local.install(built).await.expect("installed");
}

#[tokio::test]
async fn a_service_that_knows_no_films_replaces_nothing() {
    let stub = QueryServiceStub::start(Vec::new()).await;
    let folder = TempDir::new().expect("a folder");
    let fixture = BuildFixture::in_folder(folder, Clock::default(), &stub, &[]).await;
    let error = fixture.run().await.expect_err("nothing").to_string();
    assert!(error.contains("no films"), "{error}");
    install_films(fixture.folder.path(), 7).await;
    stub.set_films(heat_and_ran());
    let fixture = fixture.restarted(&stub).await;
    fixture.builds.forget_work().await.expect("forgotten");
    let info = fixture.run().await.expect("built");
    assert_eq!(info.films, 3, "half as many will do");
    install_films(fixture.folder.path(), 8).await;
    let fixture = fixture.restarted(&stub).await;
    let error = fixture.run().await.expect_err("too few").to_string();
    assert!(
        error.contains("only 3 films, and the current one 8"),
        "{error}"
    );
    assert_eq!(fixture.titles("old 7").await, ["Old 7"]);
    assert!(!fixture.has_work_file(), "the next build begins anew");
}

#[tokio::test]
async fn two_builds_never_run_at_once() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let fixture = BuildFixture::new(&stub, &[]).await;
    let lock = BuildLock::take(fixture.folder.path())
        .await
        .expect("a lock");
    assert!(lock.is_some());
    let error = fixture.run().await.expect_err("locked");
    assert!(matches!(error, WikidataBuildError::AlreadyRunning));
    let report = fixture.builds.report().await;
    assert_eq!(report.activity, BuildActivity::RunningElsewhere);
    assert!(fixture.builds.request().await.is_err());
    drop(lock);
    assert_eq!(fixture.builds.request().await, Ok(()));
    assert!(fixture.builds.request().await.is_err());
    assert_eq!(stub.query_count(), 0);
}

#[tokio::test]
async fn a_refresh_comes_once_a_month_and_a_day_after_a_failure() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let off = BuildFixture::new(&stub, &[]).await;
    assert!(matches!(off.run_if_wanted().await, BuildRun::NotWanted));
    let monthly = ("CATALOG_REFRESH", "monthly");
    let nobody = BuildFixture::new(&stub, &[monthly, ("CATALOG", "off")]).await;
    assert!(matches!(nobody.run_if_wanted().await, BuildRun::NotWanted));
    assert_eq!(stub.query_count(), 0);

    let fixture = BuildFixture::new(&stub, &[monthly]).await;
    let run = async || match fixture.run_if_wanted().await {
        BuildRun::NotWanted => None,
        BuildRun::Ended(outcome) => Some(outcome.is_ok()),
    };
    assert_eq!(run().await, Some(true));
    assert_eq!(run().await, None);
    fixture.clock.advance(TimeDelta::days(29));
    assert_eq!(run().await, None);
    fixture.clock.advance(TimeDelta::days(1));
    stub.respond_next([status(403)]);
    assert_eq!(run().await, Some(false));
    assert_eq!(run().await, None);
    fixture.clock.advance(TimeDelta::days(1));
    assert_eq!(run().await, Some(true));
    assert_eq!(run().await, None);
}

#[tokio::test]
async fn the_command_line_builds_too_and_says_why_it_failed() {
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let folder = TempDir::new().expect("a folder");
    let settings = stub.settings();
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let run = async |arguments: &[&str]| {
        let mut command = command(folder.path(), &settings);
        command.arg("catalog").args(arguments);
        tokio::task::spawn_blocking(move || run_command(command, ""))
            .await
            .expect("it ran")
    };
    install_films(&folder.path().join("data"), 3).await;
    stub.respond_next([status(403), status(403)]);
    for arguments in [&["build"][..], &["build", "--wikidata", "--restart"]] {
        let output = run(arguments).await;
        assert!(!output.success, "{}", output.stdout);
        assert!(output.stderr.contains("403 Forbidden"), "{}", output.stderr);
    }
    let status = run(&["status"]).await.stdout;
    assert!(status.contains("has 3 films"), "{status}");
    assert!(status.contains("The latest build failed on"), "{status}");
    assert!(status.contains("403 Forbidden"), "{status}");
    assert!(!run(&["build", "--wikidata", "--file", "x"]).await.success);
    fs::remove_dir_all(folder.path().join("data")).expect("removed");
    let status = run(&["status"]).await.stdout;
    assert!(status.starts_with("There is no local catalog."), "{status}");
}
