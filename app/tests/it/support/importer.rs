//! A member who imports files through the API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::answer::TestResponse;
use super::api_client::{ApiClient, api_client_of};
use super::app::App;
use super::client::TestClient;

/// Sends files to be imported, with options if they are an object.
pub async fn send_files(api: &ApiClient, files: &[(&str, &[u8])], options: &Value) -> TestResponse {
    let options = options.is_object().then(|| options.to_string());
    let fields: Vec<_> = options
        .iter()
        .map(|options| ("options", options.as_str()))
        .collect();
    let client = api.http_client();
    client.upload_form("/api/imports", files, &fields).await
}

/// A member who sends files to the API, as a program does.
pub struct Importer<'a> {
    app: &'a App,
    pub username: String,
    pub client: TestClient,
    pub api: ApiClient,
}

impl<'a> Importer<'a> {
    /// A new member whose days are those of Berlin.
    pub async fn new(app: &'a App, username: &str) -> Self {
        let client = app.member(username).await;
        let zone =
            format!("UPDATE member SET time_zone = 'Europe/Berlin' WHERE username = '{username}'");
        app.execute(&zone).await;
        Self {
            app,
            username: username.to_owned(),
            api: api_client_of(app, &client, "write").await,
            client,
        }
    }

    pub fn app(&self) -> &App {
        self.app
    }

    /// A member who is there already.
    pub fn known(app: &'a App, username: &str, client: &TestClient, api: &ApiClient) -> Self {
        Self {
            app,
            username: username.to_owned(),
            client: client.clone(),
            api: api.clone(),
        }
    }

    /// Sends files, with options if they are an object.
    pub async fn send(&self, files: &[(&str, &[u8])], options: &Value) -> TestResponse {
        send_files(&self.api, files, options).await
    }

    /// Uploads a file and has it read. Returns the id of the import.
    pub async fn read(&self, name: &str, bytes: &[u8]) -> i64 {
        self.read_with(name, bytes, &Value::Null).await
    }

    pub async fn read_with(&self, name: &str, bytes: &[u8], options: &Value) -> i64 {
        let answer = self.send(&[(name, bytes)], options).await;
        let import = answer.expect(StatusCode::ACCEPTED).json();
        self.app.work_on_imports().await;
        import["id"].as_i64().expect("an id")
    }

    /// Confirms an import and has it written. Returns it.
    pub async fn write(&self, id: i64) -> Value {
        let path = format!("/api/imports/{id}/confirmation");
        let answer = self.api.post(&path, &json!({})).await;
        answer.expect(StatusCode::ACCEPTED);
        self.app.work_on_imports().await;
        self.import(id).await
    }

    /// Uploads a file, and has it read and written. Returns the import.
    pub async fn import_file(&self, name: &str, bytes: &[u8]) -> Value {
        let id = self.read(name, bytes).await;
        self.write(id).await
    }

    /// Takes an import back. Returns it.
    pub async fn undo(&self, id: i64) -> Value {
        let path = format!("/api/imports/{id}/undoing");
        let answer = self.api.post(&path, &json!({})).await;
        answer.expect(StatusCode::ACCEPTED);
        self.app.work_on_imports().await;
        self.import(id).await
    }

    pub async fn import(&self, id: i64) -> Value {
        let path = format!("/api/imports/{id}");
        self.api.get(&path).await.expect(StatusCode::OK).json()
    }

    /// All rows of an import.
    pub async fn rows(&self, id: i64) -> Vec<Value> {
        self.pages(&format!("/api/imports/{id}/rows"), "rows").await
    }

    /// All pages of a list together.
    pub async fn pages(&self, path: &str, name: &str) -> Vec<Value> {
        let mut next = Some(path.to_owned());
        let mut all = Vec::new();
        while let Some(path) = next {
            let page = self.api.get(&path).await.expect(StatusCode::OK).json();
            all.extend(page[name].as_array().expect("a list").iter().cloned());
            next = page["next"].as_str().map(str::to_owned);
        }
        all
    }

    /// The diary, each review as its day, title and stars.
    pub async fn diary(&self) -> Vec<String> {
        let path = format!("/api/users/{}/diary", self.username);
        let reviews = self.pages(&path, "reviews").await;
        let mut lines: Vec<String> = reviews.iter().map(review_line).collect();
        lines.sort();
        lines
    }

    /// The titles on the watchlist.
    pub async fn watchlist(&self) -> Vec<String> {
        let films = self.pages("/api/watchlist", "entries").await;
        let title = |film: &Value| film["title"].as_str().expect("a title").to_owned();
        films.iter().map(title).collect()
    }
}

fn review_line(review: &Value) -> String {
    let day = review["watched_on"].as_str().unwrap_or("day unknown");
    let title = review["title"].as_str().expect("a title");
    let stars = review["rating"].as_f64().map(|stars| format!(" {stars}"));
    let heart = if review["liked"] == true { " ♥" } else { "" };
    let again = if review["rewatch"] == true {
        " again"
    } else {
        ""
    };
    format!("{day} {title}{}{heart}{again}", stars.unwrap_or_default())
}
