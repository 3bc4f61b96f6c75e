//! The page on which admins build the local catalog, and what the server does about it. No test
//! waits: pauses move the clock.

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::catalog::local::LocalCatalog;
use movies_diary::catalog::wikidata_build::BuildRun;
use tempfile::TempDir;

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_stub::status;
use crate::support::process::ServerProcess;
use crate::support::query_service_stub::QueryServiceStub;
use crate::support::{App, TestClient};
use crate::wikidata_build::heat_and_ran;

/// A site whose local catalog is in a folder of its own.
async fn start_site(stub: &QueryServiceStub, folder: &TempDir, more: &[(&str, &str)]) -> App {
    let data_dir = folder.path().display().to_string();
    let settings = stub.settings();
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let settings = settings.chain([("DATA_DIR", data_dir.as_str())]);
    let settings: Vec<_> = settings.chain(more.iter().copied()).collect();
    let local = LocalCatalog::open_in(folder.path()).await;
    App::start_with_catalog(local, &settings).await
}

/// What the background worker does.
async fn run_worker_once(app: &App) -> BuildRun {
    let clock = &app.state.clock;
    let wait = async |time| clock.advance(TimeDelta::from_std(time).expect("a time"));
    app.state.catalog_builds.run_if_wanted(wait).await
}

async fn catalog_page(boss: &TestClient) -> String {
    let page = boss.get("/admin/catalog").await.expect(StatusCode::OK);
    page.texts("main").concat()
}

const BUILDS: &str = "/admin/catalog/builds";

#[tokio::test]
async fn admins_start_a_build_and_are_told_how_it_went() {
    let (stub, folder) = (
        QueryServiceStub::start(heat_and_ran()).await,
        TempDir::new().expect("a folder"),
    );
    let app = start_site(&stub, &folder, &[]).await;
    let boss = app.admin("boss").await;
    let card = boss.get("/admin").await.texts("#catalog").concat();
    assert!(card.contains("There is no local catalog."), "{card}");

    stub.respond_next([status(403)]);
    boss.post(BUILDS, &[]).await.expect(StatusCode::SEE_OTHER);
    let page = catalog_page(&boss).await;
    assert!(page.contains("A build is about to start."), "{page}");
    let again = boss.post(BUILDS, &[]).await.expect(StatusCode::CONFLICT);
    assert!(again.body.contains("A build is running already."));
    let fragment = boss.htmx().get("/admin/catalog").await;
    assert!(fragment.has("#local-catalog") && !fragment.has("h1"));
    assert!(fragment.has("[hx-trigger='every 2s']"));

    assert!(matches!(
        run_worker_once(&app).await,
        BuildRun::Ended(Err(_))
    ));
    for path in ["/admin", "/admin/catalog"] {
        let page = boss.get(path).await;
        let alert = page.texts(".error[role=alert]").concat();
        assert!(alert.contains("The latest build failed"), "{path}: {alert}");
        assert!(
            alert.contains("it answered 403 Forbidden"),
            "{path}: {alert}"
        );
    }
    boss.post(BUILDS, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(matches!(
        run_worker_once(&app).await,
        BuildRun::Ended(Ok(_))
    ));
    assert!(matches!(run_worker_once(&app).await, BuildRun::NotWanted));
    let page = catalog_page(&boss).await;
    assert!(page.contains("3 films from Wikidata, CC0"), "{page}");
    assert!(!page.contains("failed"), "{page}");
    let fragment = boss.htmx().get("/admin/catalog").await;
    assert!(!fragment.has("[hx-trigger]"), "nothing is left to wait for");
    assert!(fragment.body.contains("The build has ended."));
    let found = boss.htmx().get("/movies/suggest?q=lightning").await;
    assert_eq!(found.texts("[role=option] .title"), ["Heat Lightning"]);
}

#[tokio::test]
async fn an_interrupted_build_goes_on_at_the_next_start() {
    let (stub, folder) = (
        QueryServiceStub::start(heat_and_ran()).await,
        TempDir::new().expect("a folder"),
    );
    let app = start_site(&stub, &folder, &[]).await;
    let boss = app.admin("boss").await;
    boss.post(BUILDS, &[]).await.expect(StatusCode::SEE_OTHER);
    let (reached, clock) = (tokio::sync::Notify::new(), &app.state.clock);
    let wait = async |time| {
        clock.advance(TimeDelta::from_std(time).expect("a time"));
        if stub.query_count() == 30 {
            reached.notify_one();
            std::future::pending::<()>().await;
        }
    };
    // The server stops: the build is dropped.
    tokio::select! {
        _ = app.state.catalog_builds.run_if_wanted(wait) => panic!("it ended"),
        () = async {
            reached.notified().await;
            let page = catalog_page(&boss).await;
            assert!(page.contains("Fetching films of 1897, year 10 of"), "{page}");
        } => {}
    }
    let restarted = start_site(&stub, &folder, &[]).await;
    assert!(matches!(
        run_worker_once(&restarted).await,
        BuildRun::Ended(Ok(_))
    ));
    let mut queries = stub.queries();
    let all = queries.len();
    queries.dedup();
    assert_eq!(queries.len(), all, "nothing is asked twice");
}

#[tokio::test]
async fn with_catalog_off_nobody_is_asked() {
    let (stub, folder) = (
        QueryServiceStub::start(heat_and_ran()).await,
        TempDir::new().expect("a folder"),
    );
    let app = start_site(&stub, &folder, &[("CATALOG", "off")]).await;
    let boss = app.admin("boss").await;
    let page = boss.get("/admin/catalog").await;
    assert!(!page.has("main form"));
    boss.post(BUILDS, &[]).await.expect(StatusCode::CONFLICT);
    assert!(matches!(run_worker_once(&app).await, BuildRun::NotWanted));
    assert_eq!(stub.query_count(), 0);
}

#[tokio::test]
async fn the_page_follows_a_build_without_losing_the_focus() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let stub = QueryServiceStub::start(heat_and_ran()).await;
    let app = App::start().await;
    app.admin("boss").await;
    let settings = stub.settings();
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let server = ServerProcess::serve_with(&app.database, &settings);
    browser.sign_in(&server.base_url(), "boss").await;
    browser
        .goto(&format!("{}/admin/catalog", server.base_url()))
        .await;
    browser.click_and_navigate("main button.primary").await;
    browser
        .run("document.querySelector('main form button').focus()")
        .await;
    browser
        .wait_until(
            "document.querySelector('#build-progress')?.textContent.includes('films of 1889')",
        )
        .await;
    let stop = "document.activeElement.textContent === 'Stop the build'";
    browser.wait_until(stop).await;
    browser.press_keys("\u{e007}").await;
    browser
        .wait_until("document.querySelector('main').textContent.includes('Go on with the build')")
        .await;
    browser.assert_no_console_errors().await;
    browser.close().await;
    drop(server);
}
