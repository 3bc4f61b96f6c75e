//! A real browser: Chromium through WebDriver. Where it is not installed, browser tests print a
//! notice and pass, unless `REQUIRE_BROWSER=1`.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::PASSWORD;

/// A host name that leads to this machine.
pub const HTTP_HOST: &str = "films.test";

pub struct Browser {
    pub client: Client,
    driver: Child,
    profile: TempDir,
}

#[derive(Clone, Copy, Debug)]
pub struct BrowserOptions {
    pub javascript: bool,
    pub width: u32,
    pub dark: bool,
    pub reduced_motion: bool,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self {
            javascript: true,
            width: 1000,
            dark: false,
            reduced_motion: false,
        }
    }
}

impl Browser {
    /// `None` where Chromium or chromedriver is not installed.
    pub async fn open(setup: BrowserOptions) -> Option<Self> {
        let (Some(chromium), Some(chromedriver)) =
            (find_program("chromium"), find_program("chromedriver"))
        else {
            let required = std::env::var("REQUIRE_BROWSER").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "REQUIRE_BROWSER=1, but Chromium or chromedriver is missing"
            );
            // Not `eprintln!`: the test harness shows its output only for failing tests.
            let notice = "SKIPPED: a browser test, because Chromium or chromedriver is missing";
            writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
            return None;
        };
        let (driver, port) = start_driver(&chromedriver);
        let profile = TempDir::new().expect("a folder");
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities(&chromium, profile.path(), setup))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        client
            .set_window_size(setup.width, 900)
            .await
            .expect("a size");
        Some(Self {
            client,
            driver,
            profile,
        })
    }

    pub async fn goto(&self, address: &str) {
        self.client.goto(address).await.expect("a page");
    }

    /// Waits up to ten seconds for the element.
    #[track_caller]
    pub fn find<'a>(&'a self, css: &'a str) -> impl Future<Output = Element> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let wait = self.client.wait().at_most(Duration::from_secs(10));
            let found = wait.for_element(Locator::Css(css)).await;
            match found {
                Ok(element) => element,
                Err(error) => {
                    let page = self.client.source().await.unwrap_or_default();
                    panic!("{caller}: no {css}: {error}\n{page}")
                }
            }
        }
    }

    /// Waits up to 20 seconds until the script returns `true`.
    #[track_caller]
    pub fn wait_until<'a>(&'a self, script: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..400 {
                if self.evaluate(script).await == Value::Bool(true) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let page = self.client.source().await.unwrap_or_default();
            panic!("{caller}: never true: {script}\n{page}");
        }
    }

    /// The value of an expression. The page's content security policy does not apply to it.
    pub async fn evaluate(&self, script: &str) -> Value {
        let script = format!("return ({script});");
        self.client
            .execute(&script, Vec::new())
            .await
            .expect("a value")
    }

    /// Runs statements. The page's content security policy does not apply to them.
    pub async fn run(&self, script: &str) {
        self.client
            .execute(script, Vec::new())
            .await
            .expect("it runs");
    }

    /// The value that a promise resolves to, or its error as a text.
    pub async fn evaluate_promise(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; ({script}).then(done, (error) => done(`${{error}}`));"
        );
        self.client
            .execute_async(&script, Vec::new())
            .await
            .expect("a value")
    }

    /// Sends a command of the [Chrome DevTools
    /// Protocol](https://chromedevtools.github.io/devtools-protocol/).
    pub async fn devtools(&self, method: &'static str, parameters: Value) -> Value {
        let command = DevToolsCommand { method, parameters };
        self.client.issue_cmd(command).await.expect("an answer")
    }

    /// Emulates a window of this width, which may be as narrow as a phone.
    pub async fn resize(&self, width: u32) {
        self.resize_to(width, 740).await;
    }

    /// Emulates a window of this size.
    pub async fn resize_to(&self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Emulates a system that prefers `light` or `dark`, with reduced motion, so that no transition
    /// blends the colours.
    pub async fn emulate_color_scheme(&self, colours: &str) {
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": colours },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.expect("a click");
    }

    /// Opens the menu of an entry.
    pub async fn open_menu(&self, entry: &str) {
        self.click(&format!("{entry} .menu summary")).await;
    }

    /// Opens what a review form has besides the most needed fields.
    pub async fn open_more_fields(&self) {
        self.find("form.review [data-remembered]").await;
        self.run("document.querySelector('form.review [data-remembered]').open = true")
            .await;
    }

    /// Signs in at the server with this address.
    pub async fn sign_in(&self, base_url: &str, username: &str) {
        self.goto(&format!("{base_url}/login")).await;
        self.fill("#username", username).await;
        self.fill("#password", PASSWORD).await;
        self.click_and_navigate("main button.primary").await;
    }

    /// Clicks and waits for the next page.
    pub async fn click_and_navigate(&self, css: &str) {
        let element = self.find(css).await;
        let page = self.find("html").await;
        element.click().await.expect("a click");
        for _ in 0..200 {
            if page.is_displayed().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{css} led nowhere");
    }

    /// Reloads the page, as somebody without scripts does, until it has the element.
    pub async fn reload_until(&self, css: &str) {
        for _ in 0..200 {
            if self.has(css).await {
                return;
            }
            self.client.refresh().await.expect("a page");
        }
        panic!("no {css}");
    }

    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("typed");
    }

    pub async fn choose_file(&self, css: &str, file: &std::path::Path) {
        let path = file.to_str().expect("a text");
        let field = self.find(css).await;
        field.send_keys(path).await.expect("chosen");
    }

    /// Whether the page has such an element now, without waiting.
    pub async fn has(&self, css: &str) -> bool {
        let found = self.client.find_all(Locator::Css(css)).await;
        !found.expect("an answer").is_empty()
    }

    /// Types into the element with focus.
    pub async fn press_keys(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a cursor");
        focused.send_keys(keys).await.expect("typed");
    }

    /// Waits up to 20 seconds until the element has focus.
    #[track_caller]
    pub fn wait_for_focus<'a>(&'a self, css: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let is_there = format!("document.activeElement.matches(`{css}`)");
            for _ in 0..400 {
                if self.evaluate(&is_there).await == true {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let at = "document.activeElement.outerHTML.slice(0, 200)";
            panic!("{caller}: not at {css}, but at {}", self.evaluate(at).await);
        }
    }

    /// The visible text. WebDriver's own command returns nothing for elements that are still fading
    /// in.
    pub async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        let element = serde_json::to_value(&element).expect("a reference");
        let words = self
            .client
            .execute("return arguments[0].innerText.trim()", vec![element])
            .await
            .expect("a text");
        words.as_str().expect("words").to_owned()
    }

    pub async fn path(&self) -> String {
        self.client
            .current_url()
            .await
            .expect("an address")
            .path()
            .to_owned()
    }

    /// The value of `expression` in the page's first frame.
    pub async fn evaluate_in_frame(&self, expression: &str) -> Value {
        self.client.enter_frame(0).await.expect("a frame");
        let value = self.evaluate(expression).await;
        self.client.enter_parent_frame().await.expect("the page");
        value
    }

    /// Fails the test on whatever the browser logged: errors of scripts, of the policy or of the
    /// network. Responses with 4xx that the test provoked do not count.
    #[track_caller]
    pub fn assert_no_console_errors<'a>(&'a self) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let lines = self.console_errors().await;
            assert!(lines.is_empty(), "{caller}: {lines:#?}");
        }
    }

    async fn console_errors(&self) -> Vec<String> {
        let log = self
            .client
            .issue_cmd(ConsoleLogCommand)
            .await
            .expect("the log");
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{} {}", entry["level"], entry["message"]))
            // Hints to developers are not errors. One is always there: htmx focuses the `autofocus`
            // element before Chromium does.
            .filter(|line| !line.starts_with("\"INFO\"") && !line.starts_with("\"DEBUG\""))
            .filter(|line| !line.contains("the server responded with a status of 4"))
            // The library of the API reference doubts schemas that are valid.
            .filter(|line| !(line.starts_with("\"WARNING\"") && line.contains("/assets/scalar-")))
            .collect()
    }

    pub async fn close(self) {
        self.client.clone().close().await.expect("it closes");
    }
}

/// A test that fails leaves no browser behind. Killing the driver does not close the browser, so
/// this kills both.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        for id in processes_using(self.profile.path()) {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
        }
    }
}

/// The processes that were started with this folder, which no other test uses.
fn processes_using(profile: &std::path::Path) -> Vec<String> {
    let named = profile.to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let theirs = processes.filter(|process| {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&arguments).contains(&named)
    });
    theirs
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Chromedriver's own command for reading the console.
#[derive(Debug)]
struct ConsoleLogCommand;

impl fantoccini::wd::WebDriverCompatibleCommand for ConsoleLogCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({"type": "browser"}).to_string()),
        )
    }
}

/// Chromedriver's command for the Chrome DevTools Protocol.
#[derive(Debug)]
struct DevToolsCommand {
    method: &'static str,
    parameters: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for DevToolsCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.method, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

pub fn find_program(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Chromedriver tries to find a port that is free on IPv4 and IPv6, and exits when another test
/// takes it in between; so this retries.
fn start_driver(chromedriver: &PathBuf) -> (Child, u16) {
    let mut tries = (0..5).map(|_| try_start_driver(chromedriver));
    let started = tries.find_map(|(mut driver, port)| match port {
        Some(port) => Some((driver, port)),
        None => {
            let _ = driver.wait();
            None
        }
    });
    started.expect("chromedriver says where it listens")
}

fn try_start_driver(chromedriver: &PathBuf) -> (Child, Option<u16>) {
    let mut driver = Command::new(chromedriver)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts");
    let lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
    let port = lines
        .map_while(Result::ok)
        .filter_map(|line| {
            line.split_once("on port ")?
                .1
                .trim_end_matches('.')
                .parse()
                .ok()
        })
        // Chromedriver first prints the requested port, which is 0.
        .find(|port| *port > 0);
    (driver, port)
}

fn capabilities(
    chromium: &std::path::Path,
    profile: &std::path::Path,
    setup: BrowserOptions,
) -> fantoccini::wd::Capabilities {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--lang=en-GB".to_owned(),
        // Browsers trust `localhost` without https, but not this name.
        format!("--host-resolver-rules=MAP {HTTP_HOST} 127.0.0.1"),
        format!("--user-data-dir={}", profile.display()),
    ];
    if setup.dark {
        arguments.push("--force-dark-mode".to_owned());
    }
    if setup.reduced_motion {
        arguments.push("--force-prefers-reduced-motion".to_owned());
    }
    let javascript = if setup.javascript { 1 } else { 2 };
    let mut options = json!({
        "binary": chromium,
        "args": arguments,
        "prefs": { "profile.managed_default_content_settings.javascript": javascript },
    });
    if setup.width < 500 {
        // A window cannot be this narrow, so this emulates a phone.
        options["mobileEmulation"] = json!({
            "deviceMetrics": { "width": setup.width, "height": 740, "pixelRatio": 2.0 }
        });
    }
    let all = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    all.as_object().cloned().unwrap_or_default()
}
