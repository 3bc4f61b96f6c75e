//! A response, and reading it as a person reads the page.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use scraper::{ElementRef, Html, Selector};

#[derive(Debug, Clone)]
pub struct TestResponse {
    pub status: u16,
    pub headers: HeaderMap,
    /// `bytes` as lossy UTF-8.
    pub body: String,
    pub bytes: Bytes,
}

/// A form with its current values, ready to be filled in and submitted.
#[derive(Debug, Clone)]
pub struct FormFields {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl FormFields {
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl TestResponse {
    pub async fn read(response: Response) -> Self {
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("the whole body").to_bytes();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// Fails the test unless the response has this status.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status.as_u16(), "{}", self.body);
        self
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no {name} in {:?}", self.headers));
        value.to_str().expect("a text")
    }

    /// The text of each matching element, with whitespace collapsed.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.map_elements(selector, |element| {
            let text = element.text().collect::<String>();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }

    /// An attribute of each matching element; empty where it is missing.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.map_elements(selector, |element| {
            element.attr(name).unwrap_or_default().to_owned()
        })
    }

    /// The matching element with this number, from 0 on, as a page of its own.
    #[track_caller]
    pub fn nth_element(&self, selector: &str, number: usize) -> Self {
        let parts = self.map_elements(selector, |element| element.html());
        Self {
            body: format!("<!DOCTYPE html>{}", parts[number]),
            ..self.clone()
        }
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.texts(selector).is_empty()
    }

    /// The titles of the entries, from top to bottom.
    pub fn titles(&self) -> Vec<String> {
        self.texts(
            ".entry:not(.editing):not(.gone) .title a, .viewing .title a, .film .title, h1.title a",
        )
    }

    pub fn errors(&self) -> Vec<String> {
        self.texts(".error")
    }

    /// The first matching form, with its current values.
    #[track_caller]
    pub fn form(&self, selector: &str) -> FormFields {
        let html = self.parse_html();
        let form = html
            .select(&Selector::parse(selector).expect("a selector"))
            .next()
            .unwrap_or_else(|| panic!("no {selector} in {}", self.body));
        let fields = Selector::parse("input, textarea, select").expect("a selector");
        FormFields {
            action: form.attr("action").expect("an action").to_owned(),
            fields: form.select(&fields).filter_map(form_field).collect(),
        }
    }

    fn map_elements<T>(&self, selector: &str, read: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
        let selector = Selector::parse(selector).expect("a selector");
        self.parse_html().select(&selector).map(read).collect()
    }

    /// Fragments are wrapped in a list, because a parser drops list items outside of one.
    fn parse_html(&self) -> Html {
        if self.body.starts_with("<!DOCTYPE") {
            Html::parse_document(&self.body)
        } else {
            Html::parse_document(&format!("<ol>{}</ol>", self.body))
        }
    }
}

/// What a browser would submit for this field; `None` if nothing.
fn form_field(element: ElementRef<'_>) -> Option<(String, String)> {
    let name = element.attr("name")?.to_owned();
    if element.attr("form").is_some() {
        // It belongs to another form.
        return None;
    }
    let is_ticked = element.attr("checked").is_some();
    let value = match (element.value().name(), element.attr("type")) {
        ("input", Some("checkbox" | "radio")) if !is_ticked => return None,
        ("textarea", _) => element.text().collect(),
        ("select", _) => {
            let chosen = Selector::parse("option[selected]").expect("a selector");
            let option = element.select(&chosen).next()?;
            option.attr("value")?.to_owned()
        }
        _ => element.attr("value").unwrap_or_default().to_owned(),
    };
    Some((name, value))
}
