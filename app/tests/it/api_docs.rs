//! The page that tells people what programs can ask.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::support::program::program_of;
use crate::support::{Answer, App, Review};

/// Every operation of the document: its name, method and address, and all that is said of it.
fn operations(document: &Value) -> Vec<(&str, String, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| {
            let name = operation["operationId"].as_str().expect("a name");
            (name, method.to_uppercase(), path.as_str(), operation)
        })
    });
    operations.collect()
}

/// As it stands on the page: code is drawn, not quoted, and lines go on.
fn without_marks(text: &Value) -> String {
    let words = text.as_str().expect("a text").split_whitespace();
    words.collect::<Vec<_>>().join(" ").replace('`', "")
}

fn only(page: &Answer, selector: &str) -> String {
    let mut texts = page.texts(selector);
    assert_eq!(texts.len(), 1, "{selector}");
    texts.remove(0)
}

#[tokio::test]
async fn every_operation_is_on_the_page_with_all_that_is_said_of_it() {
    let app = App::start().await;
    let document = app.program().get("/api/openapi.json").await.json();
    let page = app.visitor().get("/api/docs").await.expect(StatusCode::OK);
    for (name, method, path, operation) in operations(&document) {
        let told = only(&page, &format!("#{name}"));
        let route = only(&page, &format!("#{name} .route"));
        assert_eq!(route, format!("{method} {path}"));
        assert!(told.contains(&without_marks(&operation["summary"])));
        for (status, answer) in operation["responses"].as_object().expect("answers") {
            if answer.get("$ref").is_none() {
                let answer = format!("{status}{}", without_marks(&answer["description"]));
                assert!(told.contains(&answer), "{answer} is missing in {told}");
            }
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter.get("$ref").is_none()) {
            assert!(told.contains(&without_marks(&parameter["name"])), "{told}");
            assert!(
                told.contains(&without_marks(&parameter["description"])),
                "{told}"
            );
        }
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let shape = body["$ref"].as_str().unwrap_or_default();
        let shape = &document
            .pointer(shape.trim_start_matches('#'))
            .unwrap_or(&Value::Null);
        for (field, described) in shape["properties"].as_object().into_iter().flatten() {
            assert!(
                told.contains(field.as_str()),
                "{field} is missing in {told}"
            );
            if let Some(example) = described["example"].as_str() {
                assert!(told.contains(&format!("For example {example}.")), "{told}");
            }
        }
    }
    let count = page.texts("article.operation").len();
    assert_eq!(count, operations(&document).len());
    for told in ["304", "401", "405", "429", "500", "503", "if-none-match"] {
        assert!(only(&page, "#common").contains(told), "{told}");
    }
}

/// The members of the schemas are told in the order in which they are sent.
#[tokio::test]
async fn fields_stand_in_the_order_in_which_they_are_sent() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = program_of(&app, &ada, "read").await;
    let id = Review::of("Heat", 1995).log(&ada).await;
    let sent = program.get(&format!("/api/reviews/{id}")).await;
    let page = app.visitor().get("/api/docs").await.expect(StatusCode::OK);
    let told = page.texts("#schema-Review dt > code");
    assert_eq!(told[..3], ["id", "movie_id", "title"]);
    let places = told
        .iter()
        .map(|name| sent.body.find(&format!("\"{name}\":")));
    let places: Option<Vec<_>> = places.collect();
    assert!(places.expect("all of them").is_sorted(), "{told:?}");
}

#[tokio::test]
async fn each_operation_has_a_line_to_copy() {
    let app = App::with(&[("BASE_URL", "https://films.example.org")]).await;
    let page = app.visitor().get("/api/docs").await;
    let made = "curl -X POST https://films.example.org/api/me/tokens \\ \
        -H 'authorization: Bearer TOKEN' \\ \
        -H 'content-type: application/json' \\ \
        -d '{\"name\":\"Phone\",\"scope\":\"read\"}'";
    assert_eq!(only(&page, "#post_me_tokens pre"), made);
    let ended = "curl -X DELETE https://films.example.org/api/me/tokens/ID \\ \
        -H 'authorization: Bearer TOKEN'";
    assert_eq!(only(&page, "#delete_me_tokens_id pre"), ended);
    // Who signs in has none yet.
    assert!(!only(&page, "#post_auth_login pre").contains("Bearer"));
}

#[tokio::test]
async fn every_link_on_the_page_leads_somewhere() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/api/docs").await.expect(StatusCode::OK);
    let ids = page.attributes("[id]", "id");
    for link in page.attributes("main a", "href") {
        match link.strip_prefix('#') {
            Some(id) => assert!(ids.iter().any(|there| there == id), "{link}"),
            None => {
                ada.get(&link).await.expect(StatusCode::OK);
            }
        }
    }
    let tokens = ada.get("/settings/tokens").await;
    assert!(tokens.has("main a[href='/api/docs']"));
}

/// Among addresses that answer programs it is one for people.
#[tokio::test]
async fn it_is_a_page_like_others() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/api/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.has("header a[href='/users/ada']"), "{}", page.body);
    assert!(!page.headers.contains_key("ratelimit"));
    let refused = ada.send(Method::PUT, "/api/docs", None).await;
    assert_eq!(refused.status, 405);
    assert!(refused.header("content-type").starts_with("text/html"));
    let beside = ada.get("/api/docs/").await;
    assert_eq!(beside.status, 404);
}
