//! What people do in a real browser: logging, editing, deleting, and losing the server.

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::PASSWORD;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;

/// `None` where no browser is installed.
async fn open_empty_site(setup: BrowserOptions) -> Option<(TestDatabase, ServerProcess, Browser)> {
    let browser = Browser::open(setup).await?;
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    Some((database, server, browser))
}

async fn complete_setup(browser: &Browser, server: &ServerProcess) {
    browser.goto(&server.setup_link()).await;
    browser.fill("#username", "ada").await;
    browser.fill("#display_name", "Ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
}

/// Opens the form for a movie entered by hand, in place.
async fn open_log_form(browser: &Browser, title: &str, year: &str) {
    browser.fill("#q", title).await;
    let by_hand = format!("#suggestion-by-hand[data-typed='{title}']");
    browser.click(&by_hand).await;
    browser.fill("#year", year).await;
}

/// Logs a movie entered by hand, in place, without a mouse.
async fn log_by_hand(browser: &Browser, title: &str, year: &str) {
    browser.fill("#q", title).await;
    browser
        .find(&format!("#suggestion-by-hand[data-typed='{title}']"))
        .await;
    browser.press_keys("\u{e007}").await;
    // The title is filled in already; the year has focus.
    browser
        .wait_until("document.activeElement.id === 'year'")
        .await;
    browser.press_keys(year).await;
    browser.press_keys("\u{e007}").await;
    browser.find("#q").await;
}

#[tokio::test]
async fn the_first_evening_with_javascript() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    assert_eq!(browser.path().await, "/");

    log_by_hand(&browser, "The Matrix", "1999").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser
        .wait_until("document.activeElement.id === 'q'")
        .await;
    browser
        .wait_until("document.getElementById('live').textContent === 'Logged The Matrix.'")
        .await;
    assert_eq!(
        browser.evaluate("document.getElementById('q').value").await,
        ""
    );

    // The second time the movie is known: three letters, arrow, Enter.
    browser.press_keys("mat").await;
    browser.find("#suggestion-0").await;
    browser.press_keys("\u{e015}").await;
    // Escape closes the suggestions, and the arrow key opens them again.
    browser.press_keys("\u{e00c}").await;
    browser
        .wait_until("document.getElementById('q').getAttribute('aria-expanded') === 'false'")
        .await;
    browser.press_keys("\u{e015}").await;
    let active = "document.getElementById('q').getAttribute('aria-activedescendant')";
    assert_eq!(browser.evaluate(active).await, "suggestion-0");
    browser.press_keys("\u{e007}").await;
    browser.find("form.review [name=rewatch]:checked").await;
    // Stars by keyboard: "no rating" has focus, and the arrow key moves to the right.
    browser
        .wait_until("document.activeElement.name === 'rating'")
        .await;
    browser.press_keys("\u{e014}").await;
    let rating = "document.querySelector('form.review [name=rating]:checked').value";
    assert_eq!(browser.evaluate(rating).await, "0.5");
    browser.fill("form.review [name=comment]", "Again.").await;
    browser.click("form.review button.primary").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 2")
        .await;
    assert_eq!(browser.text(".entry:first-child .comment").await, "Again.");

    browser.open_menu(".entry:first-child").await;
    browser.click(".entry:first-child [data-edit]").await;
    browser
        .fill(".editing [name=comment]", "Edited in place.")
        .await;
    browser.click(".editing button.primary").await;
    browser
        .wait_until("document.querySelector('.entry .comment')?.textContent === 'Edited in place.'")
        .await;
    browser
        .wait_until("document.activeElement.closest('.entry') !== null")
        .await;

    browser.open_menu(".entry:first-child").await;
    browser.click(".entry:first-child .menu button").await;
    browser.find(".entry.gone").await;
    browser
        .wait_until("document.activeElement.textContent === 'Undo'")
        .await;
    browser.click(".entry.gone button").await;
    browser
        .wait_until("document.querySelectorAll('.entry .menu').length === 2")
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

    browser.open_menu(".entry:first-child").await;
    browser.click(".entry:first-child .menu button").await;
    browser.find(".entry.gone").await;
    // Once the pointer has left it, the entry disappears after ten seconds.
    browser.click("#q").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;

    browser.click_and_navigate("header.site button").await;
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
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn the_first_evening_without_javascript() {
    let setup = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some((_database, server, browser)) = open_empty_site(setup).await else {
        return;
    };
    complete_setup(&browser, &server).await;
    // Without JavaScript the time zone is not detected, so the settings come first.
    assert_eq!(browser.path().await, "/settings");
    browser.click_and_navigate("a.brand").await;
    for (title, year) in [("Heat", "1995"), ("Ran", "1985")] {
        browser.fill("#q", title).await;
        browser.click_and_navigate(".ask button").await;
        browser.click_and_navigate("main p a.button").await;
        browser.fill("#year", year).await;
        browser.fill("[name=comment]", "Without a script.").await;
        browser
            .click_and_navigate("form.review button.primary")
            .await;
        assert_eq!(browser.path().await, "/");
    }
    assert_eq!(browser.text(".entry:first-child .title").await, "Ran 1985");

    browser.fill("#q", "hea").await;
    browser.click_and_navigate(".ask button").await;
    browser.click_and_navigate(".found a").await;
    browser.find("[name=rewatch]:checked").await;
    browser.click_and_navigate("main .actions a").await;

    browser.open_menu(".entry:first-child").await;
    browser
        .click_and_navigate(".entry:first-child [data-edit]")
        .await;
    browser.click("[name=day][value=other]").await;
    browser.fill("[name=watched_on]", "").await;
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    let error = browser.text(".day .error").await;
    assert!(error.contains("Choose the day"), "{error}");
    browser.click("[name=day][value=unknown]").await;
    browser.fill("[name=comment]", "Edited.").await;
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    assert_eq!(browser.text(".words").await, "Edited.");

    browser.open_menu(".review-page").await;
    browser.click_and_navigate(".menu button").await;
    assert_eq!(browser.path().await, "/reviews/deleted");
    browser.click_and_navigate(".gone button").await;
    assert_eq!(browser.text(".words").await, "Edited.");
    browser.click_and_navigate("header.site button").await;
    browser.find("a[href='/login']").await;
    browser.client.back().await.expect("Back");
    browser.find("a[href='/login']").await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn nothing_is_wider_than_a_phone_in_either_theme() {
    for dark in [false, true] {
        let setup = BrowserOptions {
            width: 360,
            dark,
            ..BrowserOptions::default()
        };
        let Some((_database, server, browser)) = open_empty_site(setup).await else {
            return;
        };
        complete_setup(&browser, &server).await;
        let long =
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        log_by_hand(&browser, long, "1999").await;
        browser
            .wait_until("document.querySelectorAll('.entry').length === 1")
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
            browser.goto(&format!("{}{path}", server.base_url())).await;
            assert_eq!(browser.evaluate("innerWidth").await, 360, "{path}");
            let width = browser
                .evaluate("document.documentElement.scrollWidth")
                .await;
            assert_eq!(width, 360, "{path} scrolls sideways");
        }
        browser.assert_no_console_errors().await;
        browser.close().await;
    }
}

#[tokio::test]
async fn a_long_list_loads_more_by_itself() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    for number in 0..25 {
        log_by_hand(&browser, &format!("Film {number}"), "2000").await;
        browser
            .wait_until(&format!(
                "document.querySelectorAll('.entry').length === {}",
                number + 1
            ))
            .await;
    }
    browser.goto(&server.base_url()).await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 20")
        .await;
    browser
        .evaluate("document.querySelector('.older').scrollIntoView()")
        .await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 25")
        .await;
    browser
        .wait_until("document.querySelector('.older') === null")
        .await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn a_refused_form_stays_in_place_and_an_unreachable_server_is_reported() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "95").await;
    browser
        .fill("form.review [name=comment]", "Typed with care.")
        .await;
    browser.click("form.review button.primary").await;
    browser.find("#year-error").await;
    let typed = "document.querySelector('form.review [name=comment]').value";
    assert_eq!(browser.evaluate(typed).await, "Typed with care.");
    assert_eq!(browser.path().await, "/");
    browser.assert_no_console_errors().await;

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
        .wait_until("document.querySelector('.toast') === null")
        .await;
    browser.close().await;
}

/// A double click, or a response lost by the network: the key in the form makes them one review.
#[tokio::test]
async fn a_double_click_logs_once() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "1995").await;
    browser
        .evaluate("(() => { const b = document.querySelector('form.review button.primary'); b.click(); b.click(); })()")
        .await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.goto(&server.base_url()).await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn another_site_can_frame_the_embedded_diary_and_nothing_else() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    log_by_hand(&browser, "The Matrix", "1999").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    let shows_movie = "document.body.innerText.includes('The Matrix')";
    for (path, is_shown) in [
        ("/embed/ada?theme=dark", true),
        ("/", false),
        ("/users/ada", false),
        ("/movies/1", false),
    ] {
        let other_site = MockServer::start().await;
        let page = format!(
            "<!DOCTYPE html><iframe src=\"{}{path}\"></iframe>",
            server.base_url()
        );
        let page = ResponseTemplate::new(200).set_body_raw(page, "text/html");
        Mock::given(any())
            .respond_with(page)
            .mount(&other_site)
            .await;
        browser.goto(&other_site.uri()).await;
        let shown = browser.evaluate_in_frame(shows_movie).await;
        assert_eq!(shown, is_shown, "{path}");
    }
    browser.close().await;
}

#[tokio::test]
async fn payloads_in_every_field_never_run() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    let payload = "\"'><img src=x onerror=window.hit=1><svg onload=window.hit=1></textarea><script>window.hit=1</script>${1}";
    for in_place in [true, false] {
        if in_place {
            browser.fill("#q", payload).await;
            browser.find("#suggestion-by-hand").await;
            browser.wait_until("document.getElementById('suggestion-by-hand').dataset.typed === document.getElementById('q').value").await;
            browser.click("#suggestion-by-hand").await;
        } else {
            browser
                .goto(&format!("{}/reviews/new?q=x&by_hand=1", server.base_url()))
                .await;
        }
        browser.fill("#title", payload).await;
        browser.fill("#year", "1999").await;
        browser.click("details.more:not([open]) summary").await;
        browser.fill("#director", payload).await;
        browser.fill("#new-comment", payload).await;
        browser.open_more_fields().await;
        browser.fill("#new-tags", &payload[..32]).await;
        if in_place {
            browser.click("form.review button.primary").await;
        } else {
            browser
                .click_and_navigate("form.review button.primary")
                .await;
        }
        browser.find(".entry .comment").await;
        assert_eq!(browser.evaluate("window.hit === undefined").await, true);
    }
    browser
        .goto(&format!("{}/settings", server.base_url()))
        .await;
    browser.fill("#display_name", &payload[..50]).await;
    browser.click_and_navigate("#profile button.primary").await;
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
        browser.goto(&format!("{}{path}", server.base_url())).await;
        assert_eq!(
            browser.evaluate("window.hit === undefined").await,
            true,
            "{path}"
        );
    }
    browser.assert_no_console_errors().await;
    browser.close().await;
}

/// A form that comes back with errors keeps the day that was chosen.
#[tokio::test]
async fn the_day_of_a_refused_form_is_kept() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "1995").await;
    browser.click("[name=day][value=other]").await;
    browser
        .run("document.querySelector('[name=watched_on]').value = '2020-01-01'")
        .await;
    browser.open_more_fields().await;
    browser.fill("[name=tags]", &"x".repeat(40)).await;
    browser.click("form.review button.primary").await;
    browser.find("#new-tags-error").await;
    browser
        .wait_until("document.activeElement.name === 'tags'")
        .await;
    browser.open_more_fields().await;
    browser.fill("[name=tags]", "x").await;
    browser.click("form.review button.primary").await;
    let leaf = "document.querySelector('.entry time')?.getAttribute('datetime') === '2020-01-01'";
    browser.wait_until(leaf).await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}

/// The form was opened before midnight and is sent after it.
#[tokio::test]
async fn an_untouched_day_is_the_day_on_which_the_form_is_sent() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "1995").await;
    // As if the form had been opened yesterday.
    let opened = "(() => { const day = document.querySelector('[name=today]'); \
         const was = day.value; day.defaultValue = day.value = '2020-01-01'; return was; })()";
    let today = browser.evaluate(opened).await;
    browser.click("form.review button.primary").await;
    browser.find(".entry time").await;
    let logged = "document.querySelector('.entry time').getAttribute('datetime')";
    assert_eq!(browser.evaluate(logged).await, today);
    browser.close().await;
}

/// An error page from a proxy in front of the server.
#[tokio::test]
async fn a_proxys_error_page_does_not_take_the_place_of_a_form() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "1995").await;
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

/// The response is lost after the review was saved. Sending the form again gives the same review;
/// if the form was changed first, the page says that it was already sent.
#[tokio::test]
async fn a_lost_response_logs_once() {
    let Some((_database, server, browser)) = open_empty_site(BrowserOptions::default()).await
    else {
        return;
    };
    complete_setup(&browser, &server).await;
    open_log_form(&browser, "Heat", "1995").await;
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
    assert!(
        browser
            .text(".log .error")
            .await
            .contains("already sent this form")
    );
    browser.goto(&server.base_url()).await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser.close().await;
}

/// After three letters the catalog's results appear below the known movies. The facts of the chosen
/// movie arrive later.
#[tokio::test]
async fn a_movie_is_found_by_three_letters() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let upstream = CatalogStub::start().await;
    let matrix = tmdb::result(603, "Matrix", "1999-03-31");
    let hits = tmdb::results([matrix]);
    upstream
        .respond(SEARCH, &[("query", "mat")], ok(hits))
        .await;
    let nothing = ok(tmdb::results([]));
    upstream.respond(SEARCH, &[], nothing).await;
    let details = ok(tmdb::the_matrix());
    upstream.respond("/tmdb/3/movie/603", &[], details).await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = as_str_pairs(&settings);
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve_with(&database, &settings);
    complete_setup(&browser, &server).await;
    browser.click("#q").await;
    browser.press_keys("mat").await;
    browser.find("#found-0").await;
    assert_eq!(browser.text("#found-0 .badge").await, "TMDB");
    browser
        .wait_until("document.querySelector('.asking') === null")
        .await;
    // The response arrived while focus stayed in the box: arrow, Enter, stars, done.
    browser.press_keys("\u{e015}").await;
    let active = "document.getElementById('q').getAttribute('aria-activedescendant')";
    assert_eq!(browser.evaluate(active).await, "found-0");
    browser.press_keys("\u{e007}").await;
    browser
        .wait_until("document.activeElement.name === 'rating'")
        .await;
    browser.press_keys("\u{e014}").await;
    browser.click("form.review button.primary").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 1")
        .await;
    assert_eq!(browser.text(".entry .title").await, "Matrix 1999");
    // Logging does not wait for the facts.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        browser
            .goto(&format!("{}/movies/1", server.base_url()))
            .await;
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
    browser.assert_no_console_errors().await;
    browser.close().await;
}

/// The poster moves between list and movie page in a view transition, unless the browser asks for
/// reduced motion.
#[tokio::test]
async fn a_poster_moves_in_a_view_transition() {
    for reduced_motion in [false, true] {
        let setup = BrowserOptions {
            reduced_motion,
            ..BrowserOptions::default()
        };
        let Some((_database, server, browser)) = open_empty_site(setup).await else {
            return;
        };
        complete_setup(&browser, &server).await;
        for title in ["Heat", "Ran"] {
            log_by_hand(&browser, title, "1995").await;
        }
        browser
            .wait_until("document.querySelectorAll('.entry').length === 2")
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
        browser.click_and_navigate(".entry:last-child h2 a").await;
        let went = browser.evaluate("sessionStorage.went").await;
        assert_eq!(went, format!("{} Heat 1995", !reduced_motion));
        assert_eq!(browser.evaluate(named).await, "Heat 1995");

        browser.run(&watched).await;
        browser.click_and_navigate("a[href='/']").await;
        let went = browser.evaluate("sessionStorage.went").await;
        assert_eq!(went, format!("{} Heat 1995", !reduced_motion));
        assert_eq!(browser.evaluate(named).await, "Heat 1995");
        browser.assert_no_console_errors().await;
        browser.close().await;
    }
}
