//! A minimal HTTP client, with or without a session.

use movies_diary::secret::SecretCode;
use reqwest::header::{ETAG, SET_COOKIE};
use reqwest::redirect::Policy;
use scraper::{Html, Selector};

use crate::BenchResult;

#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    /// The session cookie of a signed-in member.
    pub(crate) cookie: Option<String>,
}

impl Client {
    pub(crate) fn visitor(base: &str) -> BenchResult<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .redirect(Policy::none())
            .build()?;
        Ok(Self {
            http,
            base: base.to_owned(),
            cookie: None,
        })
    }

    /// Signs in as a member.
    pub(crate) async fn member(base: &str, username: &str, password: &str) -> BenchResult<Self> {
        let visitor = Self::visitor(base)?;
        let fields = [
            ("username", username),
            ("password", password),
            ("time_zone", "UTC"),
        ];
        let request = visitor.http.post(format!("{base}/login")).form(&fields);
        let answer = request.send().await?;
        let cookie = answer.headers().get(SET_COOKIE);
        let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookie = cookie.ok_or_else(|| format!("{username} cannot sign in"))?;
        Ok(Self {
            cookie: Some(cookie.to_owned()),
            ..visitor
        })
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.get(format!("{}{path}", self.base));
        self.with_cookie(request)
    }

    fn with_cookie(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Fetches a page; returns status and body.
    pub(crate) async fn fetch(&self, path: &str) -> BenchResult<(u16, String)> {
        let answer = self.get(path).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// The `ETag` of a page, for conditional requests.
    pub(crate) async fn etag(&self, path: &str) -> BenchResult<Option<String>> {
        let answer = self.get(path).send().await?;
        let tag = answer.headers().get(ETAG);
        Ok(tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned))
    }

    /// The address and number of page `number` of a list, or of its last page if there are fewer.
    pub(crate) async fn nth_page(&self, path: &str, number: u32) -> BenchResult<(String, u32)> {
        let mut path = path.to_owned();
        for page in 1..number {
            let (_, text) = self.fetch(&path).await?;
            match next_link(&text) {
                Some(next) => path = next,
                None => return Ok((path, page)),
            }
        }
        Ok((path, number))
    }

    /// Creates an API token by signing in.
    pub(crate) async fn create_token(&self, username: &str, password: &str) -> BenchResult<String> {
        let body = serde_json::json!({ "username": username, "password": password });
        let request = self.http.post(format!("{}/api/auth/login", self.base));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?.text().await?;
        let made: serde_json::Value = serde_json::from_str(&answer)?;
        let token = made["token"].as_str();
        Ok(token.ok_or("the response has no token")?.to_owned())
    }

    pub(crate) async fn log(&self, movie: i64, day: &str) -> BenchResult<()> {
        match self
            .try_log(SecretCode::mint().expose(), movie, day)
            .await?
        {
            303 => Ok(()),
            status => Err(format!("logging a review failed: {status}").into()),
        }
    }

    /// Logs a review and returns the response's status.
    pub(crate) async fn try_log(&self, key: &str, movie: i64, day: &str) -> BenchResult<u16> {
        let movie = movie.to_string();
        let fields = [
            ("key", key),
            ("movie", &movie),
            ("rating", "3.5"),
            ("watched_on", day),
            ("comment", "It asks for patience and pays it back."),
            ("tags", "cinema, with friends"),
            ("visibility", "public"),
        ];
        let request = self
            .http
            .post(format!("{}/reviews", self.base))
            .form(&fields);
        let answer = self.with_cookie(request).send().await?;
        Ok(answer.status().as_u16())
    }
}

/// The address of the next page of a list.
fn next_link(page: &str) -> Option<String> {
    let link = Selector::parse("a[rel=next]").ok()?;
    let page = Html::parse_document(page);
    let address = page.select(&link).next()?.attr("href")?;
    Some(address.to_owned())
}
