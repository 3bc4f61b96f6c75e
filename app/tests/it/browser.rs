//! What a person does in a real browser.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::PASSWORD;
use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::outside::{SEARCH, Upstream, ok, pairs};
use crate::support::process::Process;
use crate::support::shapes::tmdb;

/// A server and a browser, or nothing where there is no browser.
async fn open(setup: Setup) -> Option<(TestDatabase, Process, Browser)> {
    let browser = Browser::open(setup).await?;
    let database = TestDatabase::migrated().await;
    let server = Process::serve(&database);
    Some((database, server, browser))
}

async fn set_up(browser: &Browser, server: &Process) {
    browser.goto(&server.setup_link()).await;
    browser.fill("#username", "ada").await;
    browser.fill("#display_name", "Ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_away("main button.primary").await;
}

/// Opens the form for a film typed by hand, in place.
async fn open_form(browser: &Browser, title: &str, year: &str) {
    browser.fill("#q", title).await;
    let by_hand = format!("#suggestion-by-hand[data-typed='{title}']");
    browser.click(&by_hand).await;
    browser.fill("#year", year).await;
}

/// Logs a film typed by hand, in place, without a mouse.
async fn log_by_hand(browser: &Browser, title: &str, year: &str) {
    browser.fill("#q", title).await;
    browser
        .find(&format!("#suggestion-by-hand[data-typed='{title}']"))
        .await;
    browser.keys("\u{e007}").await;
    // The title is there already; the cursor waits for the year.
    browser.until("document.activeElement.id === 'year'").await;
    browser.keys(year).await;
    browser.keys("\u{e007}").await;
    browser.find("#q").await;
}

#[tokio::test]
async fn the_first_evening_with_javascript() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    assert_eq!(browser.path().await, "/");

    log_by_hand(&browser, "The Matrix", "1999").await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.until("document.activeElement.id === 'q'").await;
    browser
        .until("document.getElementById('live').textContent === 'Logged The Matrix.'")
        .await;
    assert_eq!(
        browser.evaluate("document.getElementById('q').value").await,
        ""
    );

    // The second time it is known: three letters, arrow, Enter.
    browser.keys("mat").await;
    browser.find("#suggestion-0").await;
    browser.keys("\u{e015}").await;
    // Escape closes them, the arrow opens them again.
    browser.keys("\u{e00c}").await;
    browser
        .until("document.getElementById('q').getAttribute('aria-expanded') === 'false'")
        .await;
    browser.keys("\u{e015}").await;
    let active = "document.getElementById('q').getAttribute('aria-activedescendant')";
    assert_eq!(browser.evaluate(active).await, "suggestion-0");
    browser.keys("\u{e007}").await;
    browser.find("form.review [name=rewatch]:checked").await;
    // Stars by keyboard: from "no rating", which has the cursor, to the right.
    browser
        .until("document.activeElement.name === 'rating'")
        .await;
    browser.keys("\u{e014}").await;
    let rating = "document.querySelector('form.review [name=rating]:checked').value";
    assert_eq!(browser.evaluate(rating).await, "0.5");
    browser.fill("form.review [name=comment]", "Again.").await;
    browser.click("form.review button.primary").await;
    browser
        .until("document.querySelectorAll('.entry').length === 2")
        .await;
    assert_eq!(browser.text(".entry:first-child .comment").await, "Again.");

    browser.click(".entry:first-child .actions a").await;
    browser
        .fill(".editing [name=comment]", "Edited in place.")
        .await;
    browser.click(".editing button.primary").await;
    browser
        .until("document.querySelector('.entry .comment')?.textContent === 'Edited in place.'")
        .await;
    browser
        .until("document.activeElement.closest('.entry') !== null")
        .await;

    browser.click(".entry:first-child .actions button").await;
    browser.find(".entry.gone").await;
    browser
        .until("document.activeElement.textContent === 'Undo'")
        .await;
    browser.click(".entry.gone button").await;
    browser
        .until("document.querySelectorAll('.entry .actions').length === 2")
        .await;
    assert_eq!(
        browser.text(".entry:first-child .comment").await,
        "Edited in place."
    );
    assert_eq!(
        browser.path().await,
        "/",
        "all of it without leaving the page"
    );

    browser.click(".entry:first-child .actions button").await;
    browser.find(".entry.gone").await;
    // Away from under the pointer it is gone after ten seconds.
    browser.click("#q").await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;

    browser.click_away("header.site button").await;
    assert!(
        browser
            .find("a[href='/login']")
            .await
            .is_displayed()
            .await
            .is_ok()
    );
    browser.client.back().await.expect("Back");
    browser.find("a[href='/login']").await;
    let shown = browser
        .evaluate("document.body.textContent.includes('Sign out')")
        .await;
    assert_eq!(shown, false, "Back shows nothing");
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn the_first_evening_without_javascript() {
    let setup = Setup {
        javascript: false,
        ..Setup::default()
    };
    let Some((_database, server, browser)) = open(setup).await else {
        return;
    };
    set_up(&browser, &server).await;
    // Nobody guessed the time zone.
    assert_eq!(browser.path().await, "/settings");
    browser.click_away("a.brand").await;
    for (title, year) in [("Heat", "1995"), ("Ran", "1985")] {
        browser.fill("#q", title).await;
        browser.click_away(".ask button").await;
        browser.click_away("main p a.button").await;
        browser.fill("#year", year).await;
        browser.fill("[name=comment]", "Without a script.").await;
        browser.click_away("form.review button.primary").await;
        assert_eq!(browser.path().await, "/");
    }
    assert_eq!(browser.text(".entry:first-child .title").await, "Ran 1985");

    browser.fill("#q", "hea").await;
    browser.click_away(".ask button").await;
    browser.click_away(".found a").await;
    browser.find("[name=rewatch]:checked").await;
    browser.click_away("main .actions a").await;

    browser.click_away(".entry:first-child .actions a").await;
    browser.fill("[name=watched_on]", "").await;
    browser.click_away("form.review button.primary").await;
    let error = browser.text(".day .error").await;
    assert!(error.contains("Choose the day"), "{error}");
    browser.click("[name=day_unknown]").await;
    browser.fill("[name=comment]", "Edited.").await;
    browser.click_away("form.review button.primary").await;
    assert_eq!(browser.text(".entry .comment").await, "Edited.");

    browser.click_away(".entry .actions button").await;
    assert_eq!(browser.path().await, "/reviews/deleted");
    browser.click_away(".gone button").await;
    assert_eq!(browser.text(".entry .comment").await, "Edited.");
    browser.click_away("header.site button").await;
    browser.find("a[href='/login']").await;
    browser.client.back().await.expect("Back");
    browser.find("a[href='/login']").await;
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn nothing_is_wider_than_a_phone_in_either_theme() {
    for dark in [false, true] {
        let setup = Setup {
            width: 360,
            dark,
            ..Setup::default()
        };
        let Some((_database, server, browser)) = open(setup).await else {
            return;
        };
        set_up(&browser, &server).await;
        let long =
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        log_by_hand(&browser, long, "1999").await;
        browser
            .until("document.querySelectorAll('.entry').length === 1")
            .await;
        for path in [
            "/",
            "/users/ada",
            "/movies",
            "/movies?q=d",
            "/movies/1",
            "/reviews/1",
            "/reviews/1/edit",
            "/reviews/deleted",
            "/reviews/new?movie=1",
            "/reviews/new?q=x&by_hand=1",
            "/reviews/new?q=d",
            "/settings",
            "/settings/feeds",
            "/settings/tokens",
            "/api/docs",
            "/embed/ada",
            "/admin",
            "/nowhere",
            "/login",
        ] {
            browser.goto(&format!("{}{path}", server.base())).await;
            assert_eq!(browser.evaluate("innerWidth").await, 360, "{path}");
            let width = browser
                .evaluate("document.documentElement.scrollWidth")
                .await;
            assert_eq!(width, 360, "{path} scrolls sideways");
        }
        browser.assert_no_complaints().await;
        browser.close().await;
    }
}

#[tokio::test]
async fn a_long_list_goes_on_by_itself() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    for number in 0..25 {
        log_by_hand(&browser, &format!("Film {number}"), "2000").await;
        browser
            .until(&format!(
                "document.querySelectorAll('.entry').length === {}",
                number + 1
            ))
            .await;
    }
    browser.goto(&server.base()).await;
    browser
        .until("document.querySelectorAll('.entry').length === 20")
        .await;
    browser
        .evaluate("document.querySelector('.older').scrollIntoView()")
        .await;
    browser
        .until("document.querySelectorAll('.entry').length === 25")
        .await;
    browser
        .until("document.querySelector('.older') === null")
        .await;
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn a_refused_form_stays_in_place_and_a_lost_server_is_told() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "95").await;
    browser
        .fill("form.review [name=comment]", "Typed with care.")
        .await;
    browser.click("form.review button.primary").await;
    browser.find("#year-error").await;
    let typed = "document.querySelector('form.review [name=comment]').value";
    assert_eq!(browser.evaluate(typed).await, "Typed with care.");
    assert_eq!(browser.path().await, "/");
    browser.assert_no_complaints().await;

    browser.fill("#year", "1995").await;
    server.kill();
    browser.click("form.review button.primary").await;
    assert!(
        browser
            .text(".toast")
            .await
            .contains("Can’t reach the server")
    );
    assert_eq!(browser.evaluate(typed).await, "Typed with care.");
    browser.click(".toast button:last-child").await;
    browser
        .until("document.querySelector('.toast') === null")
        .await;
    browser.close().await;
}

/// Double click, and a network that loses the answer: the key in the form makes them
/// one.
#[tokio::test]
async fn a_double_click_logs_once() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "1995").await;
    browser
        .evaluate("(() => { const b = document.querySelector('form.review button.primary'); b.click(); b.click(); })()")
        .await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.goto(&server.base()).await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.assert_no_complaints().await;
    browser.close().await;
}

/// C2
#[tokio::test]
async fn another_site_can_frame_the_embedded_diary_and_nothing_else() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    log_by_hand(&browser, "The Matrix", "1999").await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    let films = "document.body.innerText.includes('The Matrix')";
    for (path, is_shown) in [
        ("/embed/ada?theme=dark", true),
        ("/", false),
        ("/users/ada", false),
        ("/movies/1", false),
    ] {
        let other_site = MockServer::start().await;
        let page = format!(
            "<!DOCTYPE html><iframe src=\"{}{path}\"></iframe>",
            server.base()
        );
        let page = ResponseTemplate::new(200).set_body_raw(page, "text/html");
        Mock::given(any())
            .respond_with(page)
            .mount(&other_site)
            .await;
        browser.goto(&other_site.uri()).await;
        let shown = browser.evaluate_in_frame(films).await;
        assert_eq!(shown, is_shown, "{path}");
    }
    browser.close().await;
}

/// C1
#[tokio::test]
async fn payloads_in_every_field_never_run() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    let payload = "\"'><img src=x onerror=window.hit=1><svg onload=window.hit=1></textarea><script>window.hit=1</script>${1}";
    for in_place in [true, false] {
        match in_place {
            true => {
                browser.fill("#q", payload).await;
                browser.find("#suggestion-by-hand").await;
                browser.until("document.getElementById('suggestion-by-hand').dataset.typed === document.getElementById('q').value").await;
                browser.click("#suggestion-by-hand").await;
            }
            false => {
                browser
                    .goto(&format!("{}/reviews/new?q=x&by_hand=1", server.base()))
                    .await;
            }
        }
        browser.fill("#title", payload).await;
        browser.fill("#year", "1999").await;
        browser.click("details.more:not([open]) summary").await;
        browser.fill("#director", payload).await;
        browser.fill("#new-comment", payload).await;
        browser.fill("#new-tags", &payload[..32]).await;
        match in_place {
            true => browser.click("form.review button.primary").await,
            false => browser.click_away("form.review button.primary").await,
        }
        browser.find(".entry .comment").await;
        assert_eq!(browser.evaluate("window.hit === undefined").await, true);
    }
    browser.goto(&format!("{}/settings", server.base())).await;
    browser.fill("#display_name", &payload[..50]).await;
    browser.click_away("#profile button.primary").await;
    for path in [
        "/",
        "/users/ada",
        "/movies/1",
        "/reviews/1",
        "/reviews/1/edit",
        "/admin",
        "/settings",
        "/settings/feeds",
        "/embed/ada",
    ] {
        browser.goto(&format!("{}{path}", server.base())).await;
        assert_eq!(
            browser.evaluate("window.hit === undefined").await,
            true,
            "{path}"
        );
    }
    browser.assert_no_complaints().await;
    browser.close().await;
}

/// What was chosen stays chosen, also in a form that comes back.
#[tokio::test]
async fn the_day_of_a_refused_form_is_kept() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "1995").await;
    let day = "document.querySelector('[name=watched_on]')";
    browser
        .evaluate(&format!("{day}.value = '2020-01-01'"))
        .await;
    browser.fill("[name=tags]", &"x".repeat(40)).await;
    browser.click("form.review button.primary").await;
    browser.find("#new-tags-error").await;
    browser
        .until("document.activeElement.name === 'tags'")
        .await;
    browser.fill("[name=tags]", "x").await;
    browser.click("form.review button.primary").await;
    let leaf = "document.querySelector('.leaf')?.getAttribute('datetime') === '2020-01-01'";
    browser.until(leaf).await;
    browser.assert_no_complaints().await;
    browser.close().await;
}

/// A form that was opened before midnight and is sent after it.
#[tokio::test]
async fn an_untouched_day_is_the_day_on_which_the_form_is_sent() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "1995").await;
    // As if it had been opened yesterday.
    let opened = "(() => { const day = document.querySelector('[name=watched_on]'); \
         const was = day.value; day.defaultValue = day.value = '2020-01-01'; return was; })()";
    let today = browser.evaluate(opened).await;
    browser.click("form.review button.primary").await;
    browser.find(".leaf").await;
    let logged = "document.querySelector('.leaf').getAttribute('datetime')";
    assert_eq!(browser.evaluate(logged).await, today);
    browser.close().await;
}

/// An error page of something between the server and the browser.
#[tokio::test]
async fn a_proxys_error_page_does_not_take_the_place_of_a_form() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "1995").await;
    browser
        .fill("form.review [name=comment]", "Typed with care.")
        .await;
    let broken = "(() => { window.real = window.fetch; window.fetch = async () => \
         new Response('<h1>502 Bad Gateway</h1>', { status: 502 }); return true; })()";
    browser.evaluate(broken).await;
    browser.click("form.review button.primary").await;
    assert!(
        browser
            .text(".toast")
            .await
            .contains("Can’t reach the server")
    );
    let typed = "document.querySelector('form.review [name=comment]').value";
    assert_eq!(browser.evaluate(typed).await, "Typed with care.");
    browser
        .evaluate("(() => { window.fetch = window.real; return true; })()")
        .await;
    browser.click("form.review button.primary").await;
    browser.find(".entry").await;
    browser.close().await;
}

/// The answer is lost after the review was logged: sent again, it is the same review; and
/// changed first, the person is told.
#[tokio::test]
async fn a_lost_answer_logs_once() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    set_up(&browser, &server).await;
    open_form(&browser, "Heat", "1995").await;
    let lossy = "(() => { window.real = window.fetch; window.fetch = async (...all) => \
         { await window.real(...all); throw new TypeError('lost'); }; return true; })()";
    browser.evaluate(lossy).await;
    browser.click("form.review button.primary").await;
    browser.find(".toast").await;
    browser
        .evaluate("(() => { window.fetch = window.real; return true; })()")
        .await;
    browser
        .fill("form.review [name=comment]", "A second thought.")
        .await;
    browser.click("form.review button.primary").await;
    assert!(browser.text(".log .error").await.contains("sent before"));
    browser.goto(&server.base()).await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.close().await;
}

/// Three letters, and the catalog's answer comes in below what is known here; its facts
/// arrive by themselves.
#[tokio::test]
async fn a_film_is_found_by_three_letters_and_not_typed() {
    let Some(browser) = Browser::open(Setup::default()).await else {
        return;
    };
    let upstream = Upstream::start().await;
    let matrix = tmdb::result(603, "Matrix", "1999-03-31");
    let hits = tmdb::results([matrix]);
    upstream
        .answers(SEARCH, &[("query", "mat")], ok(hits))
        .await;
    let nothing = ok(tmdb::results([]));
    upstream.answers(SEARCH, &[], nothing).await;
    let details = ok(tmdb::the_matrix());
    upstream.answers("/tmdb/3/movie/603", &[], details).await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = pairs(&settings);
    let database = TestDatabase::migrated().await;
    let server = Process::serve_with(&database, &settings);
    set_up(&browser, &server).await;
    browser.click("#q").await;
    browser.keys("mat").await;
    browser.find("#found-0").await;
    assert_eq!(browser.text("#found-0 .badge").await, "TMDB");
    browser
        .until("document.querySelector('.asking') === null")
        .await;
    // The answer came while the cursor stayed in the box: arrow, Enter, stars, done.
    browser.keys("\u{e015}").await;
    let active = "document.getElementById('q').getAttribute('aria-activedescendant')";
    assert_eq!(browser.evaluate(active).await, "found-0");
    browser.keys("\u{e007}").await;
    browser
        .until("document.activeElement.name === 'rating'")
        .await;
    browser.keys("\u{e014}").await;
    browser.click("form.review button.primary").await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    assert_eq!(browser.text(".entry .title").await, "Matrix 1999");
    // Nobody waits for the facts; they are there soon.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        browser.goto(&format!("{}/movies/1", server.base())).await;
        if browser.text("main").await.contains("136 min") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "no facts");
    }
    assert!(
        browser
            .text("main")
            .await
            .contains("Directed by Lilly Wachowski")
    );
    browser.assert_no_complaints().await;
    browser.close().await;
}

/// From a list to a film its poster goes along and back, unless nothing may move.
#[tokio::test]
async fn a_poster_goes_along_to_its_film_and_back() {
    for calm in [false, true] {
        let setup = Setup {
            calm,
            ..Setup::default()
        };
        let Some((_database, server, browser)) = open(setup).await else {
            return;
        };
        set_up(&browser, &server).await;
        for title in ["Heat", "Ran"] {
            log_by_hand(&browser, title, "1995").await;
        }
        browser
            .until("document.querySelectorAll('.entry').length === 2")
            .await;
        let named = "[...document.querySelectorAll('.poster')]
            .filter((poster) => getComputedStyle(poster).viewTransitionName === 'poster')
            .map((poster) => poster.closest('.entry, .movie').querySelector('h1, h2').innerText)
            .join()";
        let watched = format!(
            "addEventListener('pageswap', (event) => {{
                sessionStorage.went = `${{Boolean(event.viewTransition)}} ${{{named}}}`;
            }})"
        );
        browser.run(&watched).await;
        browser.click_away(".entry:last-child h2 a").await;
        let went = browser.evaluate("sessionStorage.went").await;
        assert_eq!(went, format!("{} Heat 1995", !calm));
        assert_eq!(browser.evaluate(named).await, "Heat 1995");

        browser.run(&watched).await;
        browser.click_away("a[href='/']").await;
        let went = browser.evaluate("sessionStorage.went").await;
        assert_eq!(went, format!("{} Heat 1995", !calm));
        assert_eq!(browser.evaluate(named).await, "Heat 1995");
        browser.assert_no_complaints().await;
        browser.close().await;
    }
}
