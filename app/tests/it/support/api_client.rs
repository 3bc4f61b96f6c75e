//! An API client: it sends JSON and a token, and keeps no cookies.

use axum::http::Method;
use serde_json::Value;

use super::answer::TestResponse;
use super::app::App;
use super::client::TestClient;

#[derive(Clone)]
pub struct ApiClient(TestClient);

impl ApiClient {
    pub fn new(client: TestClient) -> Self {
        Self(client)
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self(self.0.header("authorization", &format!("Bearer {token}")))
    }

    pub fn header(&self, name: &'static str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// The HTTP client beneath it.
    pub fn http_client(&self) -> &TestClient {
        &self.0
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        self.0.send(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> TestResponse {
        self.0.send(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> TestResponse {
        self.send(Method::POST, path, &body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> TestResponse {
        self.send(Method::PATCH, path, &body.to_string()).await
    }

    /// Sends `body` even if it is not JSON.
    pub async fn send(&self, method: Method, path: &str, body: &str) -> TestResponse {
        let client = self.0.header("content-type", "application/json");
        client.send(method, path, Some(body.to_owned())).await
    }
}

/// A token that a member created in the settings.
pub struct TestToken {
    pub id: i64,
    pub token: String,
}

pub async fn create_token(member: &TestClient, scope: &str) -> TestToken {
    let fields = [("name", "A test"), ("scope", scope), ("days", "")];
    let page = member.post_and_follow("/settings/tokens", &fields).await;
    let revoke_path = page.attributes("#tokens form", "action").remove(0);
    TestToken {
        id: revoke_path
            .split('/')
            .nth(3)
            .and_then(|id| id.parse().ok())
            .expect("an id"),
        token: page.texts("#token").remove(0),
    }
}

/// An API client with a new token of `member`.
pub async fn api_client_of(app: &App, member: &TestClient, scope: &str) -> ApiClient {
    let token = create_token(member, scope).await;
    app.api_client().with_token(&token.token)
}

/// A token that was revoked right away.
pub async fn create_revoked_token(member: &TestClient) -> TestToken {
    let token = create_token(member, "write").await;
    let revoke_path = format!("/settings/tokens/{}/ending", token.id);
    assert_eq!(member.post(&revoke_path, &[]).await.status, 303);
    token
}
