//! A browser without a face.

use movies_diary::secret::Code;
use reqwest::header::{ETAG, SET_COOKIE};
use reqwest::redirect::Policy;
use scraper::{Html, Selector};

use crate::Outcome;

/// Somebody who visits.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    /// The session of a member.
    pub(crate) cookie: Option<String>,
}

impl Client {
    /// A visitor without an account.
    pub(crate) fn visitor(base: &str) -> Outcome<Self> {
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

    /// A member who has signed in.
    pub(crate) async fn member(base: &str, username: &str, password: &str) -> Outcome<Self> {
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

    /// Looks at a page. Returns the status, and what is there.
    pub(crate) async fn look(&self, path: &str) -> Outcome<(u16, String)> {
        let answer = self.get(path).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// The tag of what is there, by which it is asked for again.
    pub(crate) async fn tag(&self, path: &str) -> Outcome<Option<String>> {
        let answer = self.get(path).send().await?;
        let tag = answer.headers().get(ETAG);
        Ok(tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned))
    }

    /// The address of a later page of a list, and the number of the page: the last one where
    /// there are not so many.
    pub(crate) async fn further(&self, path: &str, number: u32) -> Outcome<(String, u32)> {
        let mut path = path.to_owned();
        for page in 1..number {
            let (_, text) = self.look(&path).await?;
            match next(&text) {
                Some(next) => path = next,
                None => return Ok((path, page)),
            }
        }
        Ok((path, number))
    }

    /// A token, and so what a program sends to be this member.
    pub(crate) async fn token(&self, username: &str, password: &str) -> Outcome<String> {
        let body = serde_json::json!({ "username": username, "password": password });
        let request = self.http.post(format!("{}/api/auth/login", self.base));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?.text().await?;
        let made: serde_json::Value = serde_json::from_str(&answer)?;
        let token = made["token"].as_str();
        Ok(token.ok_or("no token is made")?.to_owned())
    }

    /// Logs a review of a movie.
    pub(crate) async fn log(&self, movie: i64, day: &str) -> Outcome<()> {
        match self.try_to_log(Code::mint().expose(), movie, day).await? {
            303 => Ok(()),
            status => Err(format!("a review is not logged: {status}").into()),
        }
    }

    /// Tries to, and says how that was answered.
    pub(crate) async fn try_to_log(&self, key: &str, movie: i64, day: &str) -> Outcome<u16> {
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

/// Where a list goes on.
fn next(page: &str) -> Option<String> {
    let link = Selector::parse("a[rel=next]").ok()?;
    let page = Html::parse_document(page);
    let address = page.select(&link).next()?.attr("href")?;
    Some(address.to_owned())
}
