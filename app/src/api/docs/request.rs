//! How an operation is sent: the line to copy, with what is to be put in.

use serde_json::{Map, Value};

use super::shape::{body, declared, plain, resolved, text};
use crate::web::Origin;

/// How deep an example of a body goes: a shape may have itself in it.
const DEPTH: u8 = 6;

/// What to send.
#[derive(Debug)]
pub(super) struct Request {
    /// In capitals.
    pub(super) method: String,
    /// The address with its `{…}`.
    pub(super) path: String,
    /// Whether a token goes with it, and whether it must.
    pub(super) token: Token,
    query: Vec<(String, String)>,
    body: Option<Body>,
}

/// Whether a token goes with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It must.
    Needed,
    /// It shows more.
    Welcome,
    /// It says nothing.
    Useless,
}

#[derive(Debug)]
struct Body {
    media_type: String,
    example: Value,
}

impl Request {
    /// Reads how the operation is sent.
    pub(super) fn of(document: &Value, path: &str, method: &str, described: &Value) -> Self {
        let (media_type, schema) = body(described);
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            token: Token::of(&described["security"]),
            query: query(document, described),
            body: media_type.map(|media_type| Body {
                media_type: media_type.to_owned(),
                example: example(document, schema, DEPTH),
            }),
        }
    }

    /// The line for a shell.
    pub(super) fn line(&self, origin: &Origin) -> String {
        let mut line = match self.method.as_str() {
            "GET" => "curl".to_owned(),
            method => format!("curl -X {method}"),
        };
        line.push(' ');
        line.push_str(&quoted(&origin.at(self.address())));
        if self.token != Token::Useless {
            line.push_str(" \\\n  -H 'authorization: Bearer TOKEN'");
        }
        if let Some(body) = &self.body {
            line.push_str(&body.options());
        }
        line
    }

    /// The address with words to put something in for: curl means something else by `{…}`.
    fn address(&self) -> String {
        let mut parts = self.path.split(['{', '}']).enumerate();
        let path = parts.by_ref().fold(String::new(), |path, (at, part)| {
            let is_placeholder = at % 2 == 1;
            path + &match is_placeholder {
                true => part.to_uppercase(),
                false => part.to_owned(),
            }
        });
        let query = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let query = query.collect::<Vec<_>>().join("&");
        match query.is_empty() {
            true => path,
            false => format!("{path}?{query}"),
        }
    }
}

impl Token {
    /// An empty requirement means that none is needed; none at all, that it is as everywhere.
    fn of(security: &Value) -> Self {
        let Some(ways) = security.as_array() else {
            return Self::Needed;
        };
        let is_open = |way: &Value| way.as_object().is_none_or(Map::is_empty);
        match (ways.iter().any(is_open), ways.iter().all(is_open)) {
            (_, true) => Self::Useless,
            (true, false) => Self::Welcome,
            (false, false) => Self::Needed,
        }
    }
}

impl Body {
    fn options(&self) -> String {
        let data = match self.media_type.as_str() {
            "application/json" => format!("-d {}", quoted(&self.example.to_string())),
            _ => "--data-binary '@FILE'".to_owned(),
        };
        let kind = format!("content-type: {}", self.media_type);
        format!(" \\\n  -H {} \\\n  {data}", quoted(&kind))
    }
}

/// As a shell takes it literally.
fn quoted(text: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "/:._-".contains(one);
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// What must stand behind the question mark.
fn query(document: &Value, described: &Value) -> Vec<(String, String)> {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
    let read = needed.map(|one| {
        let value = example(document, &one["schema"], DEPTH);
        (text(&one["name"]), plain(&value))
    });
    read.collect()
}

/// A value that fits: the example that the document has, or one made of what it says.
fn example(document: &Value, schema: &Value, depth: u8) -> Value {
    let schema = resolved(document, schema);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Null;
    };
    let choices = ["oneOf", "anyOf", "allOf"].map(|several| schema[several].as_array());
    if let Some(choices) = choices.into_iter().flatten().next() {
        let something = choices.iter().find(|choice| choice["type"] != "null");
        return something.map_or(Value::Null, |one| example(document, one, depth));
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    let first = match &schema["type"] {
        Value::Array(types) => types.first().and_then(Value::as_str),
        one => one.as_str(),
    };
    match first {
        Some("object") => object(document, schema, depth),
        Some("array") => Value::from(vec![example(document, &schema["items"], depth)]),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(1.into()),
        Some("boolean") => Value::Bool(true),
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => "2030-01-31T20:15:00Z".into(),
            Some("date") => "2024-03-07".into(),
            _ => "…".into(),
        },
        _ => Value::Null,
    }
}

/// With what must be there; where nothing must, with the first that may.
fn object(document: &Value, schema: &Value, depth: u8) -> Value {
    let needed = schema["required"].as_array();
    let chosen = declared(schema).enumerate();
    let chosen = chosen.filter(|(at, (name, _))| match needed {
        Some(needed) => needed.iter().any(|one| one == name),
        None => *at == 0,
    });
    let made = chosen.map(|(_, (name, schema))| {
        let value = example(document, schema, depth);
        (name.to_owned(), value)
    });
    Value::Object(made.collect())
}
