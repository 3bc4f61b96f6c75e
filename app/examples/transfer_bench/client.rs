//! A program that imports or exports a diary, and loads pages meanwhile.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Outcome, PASSWORD, READ};

#[derive(Clone)]
pub(crate) struct ApiClient {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl ApiClient {
    pub(crate) async fn sign_in(base: &str, member: &str) -> Outcome<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let login = json!({ "username": member, "password": PASSWORD });
        let answer = http.post(format!("{base}/api/auth/login"));
        let answer = answer.header("content-type", "application/json");
        let answer = answer.body(login.to_string()).send().await?.text().await?;
        let answer: Value = serde_json::from_str(&answer)?;
        let token = answer["token"].as_str().ok_or_else(|| answer.to_string())?;
        Ok(Self {
            http,
            base: base.to_owned(),
            token: token.to_owned(),
        })
    }

    pub(crate) async fn upload(&self, diary: &str) -> Outcome<i64> {
        let head = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"diary.csv\"\r\n\r\n";
        let request = self.http.post(format!("{}/api/imports", self.base));
        let request = request
            .bearer_auth(&self.token)
            .header("content-type", "multipart/form-data; boundary=line")
            .body(format!("{head}{diary}\r\n--line--\r\n"));
        let answer = request.send().await?.text().await?;
        let answer: Value = serde_json::from_str(&answer)?;
        answer["id"]
            .as_i64()
            .ok_or_else(|| answer.to_string().into())
    }

    pub(crate) async fn post(&self, path: &str) -> Outcome<()> {
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.bearer_auth(&self.token);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Begins to download an export.
    pub(crate) async fn download(&self, format: &str) -> Outcome<reqwest::Response> {
        let request = self.http.get(format!("{}/api/export/{format}", self.base));
        let answer = request.bearer_auth(&self.token).send().await?;
        Ok(answer.error_for_status()?)
    }

    pub(crate) async fn import(&self, id: i64) -> Outcome<Value> {
        let request = self.http.get(format!("{}/api/imports/{id}", self.base));
        let answer = request
            .bearer_auth(&self.token)
            .send()
            .await?
            .text()
            .await?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Like [`load_pages`](Self::load_pages), as seldom as while an import is watched.
    pub(crate) async fn load_pages_slowly(&self, rounds: u32) -> Outcome<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.extend(self.load_pages(2).await?);
            let imports = self.http.get(format!("{}/api/imports", self.base));
            imports
                .bearer_auth(&self.token)
                .send()
                .await?
                .text()
                .await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(times)
    }

    /// How long each of some views of another member’s diary took.
    pub(crate) async fn load_pages(&self, count: u32) -> Outcome<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..count {
            let start = Instant::now();
            let page = self
                .http
                .get(format!("{}/users/{READ}", self.base))
                .send()
                .await?;
            page.error_for_status()?.bytes().await?;
            times.push(start.elapsed());
        }
        Ok(times)
    }
}
