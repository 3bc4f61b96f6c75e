//! The OpenAPI document matches what the API does.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use chrono::Datelike;
use serde_json::{Value, json};

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder};

async fn fetch_document(program: &ApiClient) -> Value {
    let answer = program.get("/api/openapi.json").await;
    answer.expect(StatusCode::OK).json()
}

fn response_of<'a>(document: &'a Value, path: &str, method: &str, status: &str) -> &'a Value {
    let answer = &document["paths"][path][method]["responses"][status];
    match answer["$ref"].as_str() {
        Some(there) => document.pointer(&there[1..]).expect("it leads somewhere"),
        None => answer,
    }
}

fn header_names(answer: &Value) -> BTreeSet<&str> {
    let headers = answer["headers"].as_object().into_iter().flatten();
    headers.map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn documented_headers_are_sent() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    for number in 0..21 {
        ReviewBuilder::of(&format!("Film {number}"), 1995)
            .log(&ada)
            .await;
    }
    let year = app.state.clock.now().year().to_string();
    let goal = format!("/users/ada/goals/{year}");
    ada.post(goal, &[("films", "52")]).await;
    program
        .post("/api/lists", &json!({ "title": "Noir" }))
        .await
        .expect(StatusCode::CREATED);
    let diary: [(&str, &[u8]); 1] = [("diary.csv", b"title,year\nRan,1985\n")];
    let client = program.http_client();
    let begun = client.upload_form("/api/imports", &diary, &[]).await;
    begun.expect(StatusCode::ACCEPTED);
    let document = fetch_document(&program).await;
    for path in document["paths"].as_object().expect("paths").keys() {
        let read = &document["paths"][path]["get"];
        // A file is written as it is sent, so it has no ETag.
        if read.is_null() || path.ends_with(".csv") || path.ends_with("/{format}") {
            continue;
        }
        let url = path.replace("{id}", "1").replace("{username}", "ada");
        let url = url.replace("{year}", &year);
        let sent = program.get(&url).await;
        if sent.status != 200 {
            assert!(path.starts_with("/api/me/"), "{path}: {}", sent.body);
        }
        let documented = header_names(response_of(&document, path, "get", "200"));
        for header in ["etag", "x-request-id", "ratelimit", "ratelimit-policy"] {
            assert!(documented.contains(header), "{path}: {header}");
            assert!(sent.headers.contains_key(header), "{path}: {header}");
        }
        let is_list = sent.json().get("next").is_some();
        assert_eq!(documented.contains("link"), is_list, "{path}");
        let again = program.header("if-none-match", sent.header("etag"));
        assert_eq!(again.get(&url).await.status, 304, "{path}");
        assert!(header_names(response_of(&document, path, "get", "304")).contains("etag"));
        let parameters = read["parameters"].as_array().expect("parameters");
        let conditional = json!({ "$ref": "#/components/parameters/if-none-match" });
        assert!(parameters.contains(&conditional), "{path}");
    }
    let parameter = &document["components"]["parameters"]["if-none-match"];
    assert_eq!(parameter["in"], "header");
    assert_eq!(parameter["required"], false);
    let feed = program.get("/api/feed").await;
    assert!(feed.header("link").contains("rel=\"next\""));

    // Responses to changes carry the same `ETag` as reads.
    for (path, method, status) in [
        ("/api/me", "patch", "200"),
        ("/api/reviews", "post", "201"),
        ("/api/reviews/{id}", "patch", "200"),
        ("/api/reviews/{id}/movie", "put", "200"),
        ("/api/reviews/{id}/restore", "post", "200"),
        ("/api/movies/{id}", "patch", "200"),
        ("/api/lists", "post", "201"),
        ("/api/lists/{id}", "patch", "200"),
        ("/api/imports", "post", "202"),
        ("/api/imports/{id}/answers", "post", "200"),
        ("/api/goals/{year}", "put", "200"),
        ("/api/goals/{year}", "put", "201"),
    ] {
        assert!(header_names(response_of(&document, path, method, status)).contains("etag"));
    }
    for (path, method, status) in [
        ("/api/auth/login", "post", "200"),
        ("/api/me/tokens", "post", "201"),
    ] {
        assert!(!header_names(response_of(&document, path, method, status)).contains("etag"));
    }
    let refused = app.api_client().get("/api/me").await;
    let told = response_of(&document, "/api/me", "get", "401");
    assert!(refused.headers.contains_key("www-authenticate"));
    assert!(header_names(told).contains("www-authenticate"));
    let refused = program.delete("/api/me").await;
    assert!(refused.headers.contains_key("allow"));
    assert!(header_names(response_of(&document, "/api/me", "get", "405")).contains("allow"));
}

fn is_nullable(schema: &Value) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == "null"),
        Value::String(one) => one == "null",
        _ => {
            let choices = schema["oneOf"].as_array().into_iter().flatten();
            choices.into_iter().any(is_nullable)
        }
    }
}

/// Nullable fields are always present in responses, and may be left out of requests.
#[tokio::test]
async fn nullable_fields_are_required_only_in_responses() {
    let app = App::start().await;
    let document = fetch_document(&app.api_client()).await;
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().expect("methods").values());
    let sent: BTreeSet<_> = operations
        .filter_map(|operation| {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            // A body that may be left out is one of a schema and null.
            let schema = schema["oneOf"].get(0).unwrap_or(schema);
            schema["$ref"].as_str()?.rsplit('/').next()
        })
        .collect();
    assert!(sent.contains("ReviewToLog"), "{sent:?}");
    let mut found = 0;
    for (name, schema) in document["components"]["schemas"].as_object().expect("them") {
        let required = schema["required"].as_array();
        let required = |field| required.is_some_and(|fields| fields.iter().any(|one| one == field));
        for (field, described) in schema["properties"].as_object().into_iter().flatten() {
            if is_nullable(described) {
                let is_sent = sent.contains(name.as_str());
                assert_eq!(required(field), !is_sent, "{name}.{field}");
                found += 1;
            }
        }
    }
    assert!(found > 30, "{found}");
    let problem = &document["components"]["schemas"]["Problem"]["required"];
    assert_eq!(problem, &json!(["type", "title", "status"]));
}

#[tokio::test]
async fn patches_take_json_and_merge_patch() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let document = fetch_document(&program).await;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let content = &operation["requestBody"]["content"];
            let is_documented =
                content["application/merge-patch+json"] == content["application/json"];
            let has_json = !content["application/json"].is_null();
            assert_eq!(
                has_json && is_documented,
                method == "patch",
                "{method} {path}"
            );
        }
    }
    for (method, path, kind, status) in [
        (Method::PATCH, "/api/me", "application/json", 200),
        (
            Method::PATCH,
            "/api/me",
            "application/json; charset=utf-8",
            200,
        ),
        (
            Method::PATCH,
            "/api/me",
            "application/merge-patch+json",
            200,
        ),
        (Method::PATCH, "/api/me", "application/json-patch+json", 415),
        (Method::PATCH, "/api/me", "text/plain", 415),
        (Method::POST, "/api/reviews", "application/json", 422),
        (
            Method::POST,
            "/api/reviews",
            "application/merge-patch+json",
            415,
        ),
        (
            Method::POST,
            "/api/reviews",
            "application/problem+json",
            415,
        ),
    ] {
        let client = program.http_client().header("content-type", kind);
        let answer = client.send(method, path, Some("{}".to_owned())).await;
        assert_eq!(answer.status, status, "{kind}: {}", answer.body);
    }
}

#[tokio::test]
async fn servers_and_tags_are_documented() {
    let app = App::start().await;
    let document = fetch_document(&app.api_client()).await;
    assert_eq!(document["servers"], json!([{ "url": "/" }]));
    let tags = document["tags"].as_array().expect("tags");
    let known: BTreeSet<_> = tags.iter().map(|tag| tag["name"].as_str()).collect();
    assert!(tags.iter().all(|tag| tag["description"].is_string()));
    let mut used = BTreeSet::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("methods").values() {
            used.insert(operation["tags"][0].as_str());
        }
    }
    assert_eq!(known, used);
    // Any token may sign itself out; registration needs no token.
    let logout = &document["paths"]["/api/auth/logout"]["post"]["responses"];
    assert!(logout["403"].is_null() && logout["401"].is_object());
    let register = &document["paths"]["/api/auth/register"]["post"]["responses"];
    assert!(register["401"].is_null() && register["507"].is_object());
    assert!(register["201"]["headers"]["location"].is_object());
}

/// Collects the `$ref`s below this value.
fn collect_references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields
                .values()
                .for_each(|one| collect_references(one, found));
        }
        Value::Array(items) => items.iter().for_each(|one| collect_references(one, found)),
        _ => {}
    }
}

#[tokio::test]
async fn references_lead_somewhere() {
    let app = App::start().await;
    let document = fetch_document(&app.api_client()).await;
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    assert!(references.contains("#/components/schemas/Problem"));
    for reference in references {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

/// An internal error names the request, so that it can be found in the log.
#[tokio::test]
async fn an_internal_error_names_the_request() {
    use sea_orm::ConnectionTrait;
    let app = App::start().await;
    let renamed = app.state.db.write(|tx| {
        Box::pin(async move {
            tx.execute_unprepared("ALTER TABLE genre RENAME TO gone")
                .await
        })
    });
    renamed.await.expect("renamed");
    let answer = app.api_client().get("/api/movies?genre=drama").await;
    let answer = answer.expect(StatusCode::INTERNAL_SERVER_ERROR);
    let id = answer.header("x-request-id");
    assert_eq!(answer.json()["instance"], format!("x-request-id:{id}"));
    let nothing = app.api_client().get("/api/movies/1").await.json();
    assert!(nothing.get("instance").is_none());
}
