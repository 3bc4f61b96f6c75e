//! What the page shows of the document.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::request::Request;
use super::shape::{self, Field, Kind, Shape, name_in, text};

/// The document as a page tells it.
#[derive(Debug)]
pub(super) struct Outline {
    /// What all of it is.
    pub(super) about: String,
    /// The operations by what they are about.
    pub(super) groups: Vec<Group>,
    /// What many of them take,
    pub(super) common: Vec<Field>,
    /// and what many of them answer.
    pub(super) usual: Vec<Answer>,
    /// What bodies are made of.
    pub(super) shapes: Vec<Shape>,
}

/// Operations with the same tag.
#[derive(Debug)]
pub(super) struct Group {
    /// The tag.
    pub(super) name: String,
    /// What it says of itself.
    pub(super) about: String,
    /// The operations, by address.
    pub(super) operations: Vec<Operation>,
}

/// One method of one address.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name in the document, to which links on the page lead.
    pub(super) id: String,
    /// How it is sent.
    pub(super) request: Request,
    /// What it does, in a few words,
    pub(super) summary: String,
    /// and in more.
    pub(super) about: String,
    /// What goes into the address and the headers.
    pub(super) parameters: Vec<Field>,
    /// What goes into the body; nothing, where it has no fields.
    pub(super) body: Vec<Field>,
    /// What it answers besides the usual.
    pub(super) answers: Vec<Answer>,
}

/// One status, and what comes with it.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: String,
    /// What it means.
    pub(super) about: String,
    /// What its body is; none where there is none, or where it tells of an error.
    pub(super) body: Option<Kind>,
}

impl Outline {
    /// Reads the document.
    pub(super) fn of(document: &OpenApi) -> Self {
        let document = shape::in_order(document);
        Self {
            about: text(&document["info"]["description"]),
            groups: groups(&document),
            common: shape::common_parameters(&document),
            usual: usual(&document),
            shapes: shape::all(&document),
        }
    }
}

/// In the order of the tags.
fn groups(document: &Value) -> Vec<Group> {
    let tags = document["tags"].as_array().into_iter().flatten();
    let groups = tags.map(|tag| {
        let operations = operations(document);
        let own = operations.filter(|(_, _, described)| described["tags"][0] == tag["name"]);
        let own =
            own.map(|(path, method, described)| Operation::of(document, path, method, described));
        Group {
            name: text(&tag["name"]),
            about: text(&tag["description"]),
            operations: own.collect(),
        }
    });
    groups.collect()
}

/// All of them with their addresses and methods.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = METHODS.into_iter();
        methods.filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

impl Operation {
    fn of(document: &Value, path: &str, method: &str, described: &Value) -> Self {
        Self {
            id: text(&described["operationId"]),
            request: Request::of(document, path, method, described),
            summary: text(&described["summary"]),
            about: text(&described["description"]),
            parameters: shape::parameters(document, described),
            body: shape::fields(document, shape::body(described).1),
            answers: own_answers(described),
        }
    }
}

/// Those that are not the same for all of them.
fn own_answers(described: &Value) -> Vec<Answer> {
    let answers = described["responses"].as_object().into_iter().flatten();
    let own = answers.filter(|(_, answer)| answer.get("$ref").is_none());
    own.map(|(status, answer)| Answer::of(status, answer))
        .collect()
}

/// Those to which operations refer, each once.
fn usual(document: &Value) -> Vec<Answer> {
    let mut found = BTreeMap::new();
    for (_, _, described) in operations(document) {
        let answers = described["responses"].as_object().into_iter().flatten();
        for (status, answer) in answers {
            if let Some(name) = name_in(answer) {
                let answer = &document["components"]["responses"][name];
                found.insert(status.clone(), Answer::of(status, answer));
            }
        }
    }
    found.into_values().collect()
}

impl Answer {
    fn of(status: &str, described: &Value) -> Self {
        let body = &described["content"]["application/json"]["schema"];
        Self {
            status: status.to_owned(),
            about: text(&described["description"]),
            body: (!body.is_null()).then(|| Kind::of(body)),
        }
    }
}
