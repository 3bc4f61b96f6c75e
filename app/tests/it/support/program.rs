//! A program: it sends JSON and a token, and keeps no cookies.

use axum::http::Method;
use serde_json::Value;

use super::answer::Answer;
use super::app::App;
use super::client::Client;

/// One program.
#[derive(Clone)]
pub struct Program(Client);

impl Program {
    /// One that is nobody, over a connection of its own.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// The same with a token.
    pub fn with_token(&self, token: &str) -> Self {
        Self(self.0.header("authorization", &format!("Bearer {token}")))
    }

    /// The same with another header.
    pub fn header(&self, name: &'static str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// What it sends with.
    pub fn client(&self) -> &Client {
        &self.0
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.0.send(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.0.send(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &body.to_string()).await
    }

    /// Sends what may be no JSON at all.
    pub async fn send(&self, method: Method, path: &str, body: &str) -> Answer {
        let client = self.0.header("content-type", "application/json");
        client.send(method, path, Some(body.to_owned())).await
    }
}

/// A token that a member has made in the settings.
pub struct MadeToken {
    pub id: i64,
    pub token: String,
}

/// Makes one.
pub async fn made_token(member: &Client, scope: &str) -> MadeToken {
    let fields = [("name", "A test"), ("scope", scope), ("days", "")];
    let page = member.post("/settings/tokens", &fields).await;
    let ending = page.attributes("#tokens form", "action").remove(0);
    MadeToken {
        id: ending
            .split('/')
            .nth(3)
            .and_then(|id| id.parse().ok())
            .expect("an id"),
        token: page.attributes("#token", "value").remove(0),
    }
}

/// A program with a token that `member` has made.
pub async fn program_of(app: &App, member: &Client, scope: &str) -> Program {
    let made = made_token(member, scope).await;
    app.program().with_token(&made.token)
}

/// Makes one that works no more.
pub async fn ended_token(member: &Client) -> MadeToken {
    let made = made_token(member, "write").await;
    let ending = format!("/settings/tokens/{}/ending", made.id);
    assert_eq!(member.post(&ending, &[]).await.status, 303);
    made
}
