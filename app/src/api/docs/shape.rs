//! What a value looks like, as the document says it in JSON Schema.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Something that comes or goes in bodies.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name.
    pub(super) name: String,
    /// What it is.
    pub(super) about: String,
    /// What it has in it, if it is an object.
    pub(super) fields: Vec<Field>,
    /// The only values there are, if they are few.
    pub(super) values: Vec<String>,
}

/// One field of a body, or one parameter.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Where it stands, if not in a body: `path`, `query` or `header`.
    pub(super) place: Option<String>,
    /// What its value is.
    pub(super) kind: Kind,
    /// Whether it must be there.
    pub(super) is_required: bool,
    /// What it means.
    pub(super) about: String,
    /// A value that fits.
    pub(super) example: Option<String>,
}

/// What a value is, in the words of JSON Schema.
#[derive(Debug, Default)]
pub(super) struct Kind {
    /// What stands before the name of a shape, or all of it: `array of `.
    pub(super) before: String,
    /// A shape that the page shows.
    pub(super) shape: Option<String>,
    /// What stands after it: ` or null`.
    pub(super) after: String,
}

/// The key under which a schema lists its fields in the order in which it declares them.
const ORDER: &str = "x-order";

/// The document as JSON, whose objects are sorted, with the order that fields had before.
pub(super) fn in_order(document: &OpenApi) -> Value {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    let schemas = document.components.iter();
    for (name, schema) in schemas.flat_map(|components| &components.schemas) {
        if let RefOr::T(Schema::Object(object)) = schema {
            let names = object.properties.keys().map(String::as_str);
            json["components"]["schemas"][name][ORDER] = names.collect();
        }
    }
    json
}

/// The fields that a schema declares, in its order.
pub(super) fn declared(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let names = schema[ORDER].as_array().into_iter().flatten();
    let names = names.filter_map(Value::as_str);
    names.map(|name| (name, &schema["properties"][name]))
}

/// The text, or none.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The name of what is referred to.
pub(super) fn name_in(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// What is referred to, or what stands there itself.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match name_in(schema) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}

/// The media type of an operation's body, and its schema.
pub(super) fn body(described: &Value) -> (Option<&str>, &Value) {
    let content = described["requestBody"]["content"].as_object();
    match content.and_then(|content| content.iter().next()) {
        Some((media_type, content)) => (Some(media_type), &content["schema"]),
        None => (None, &Value::Null),
    }
}

/// The shapes to which anything refers but the bodies that stand with their operations.
pub(super) fn all(document: &Value) -> Vec<Shape> {
    let mut names = BTreeSet::new();
    refer(document, &mut names);
    let schemas = document["components"]["schemas"].as_object();
    let shown = schemas.into_iter().flatten();
    let shown = shown.filter(|(name, _)| names.contains(name.as_str()));
    let shapes = shown.map(|(name, schema)| Shape {
        name: name.clone(),
        about: text(&schema["description"]),
        fields: fields(document, schema),
        values: values(schema),
    });
    shapes.collect()
}

fn refer<'a>(value: &'a Value, names: &mut BTreeSet<&'a str>) {
    names.extend(name_in(value));
    match value {
        Value::Object(parts) => {
            for (key, part) in parts {
                let (_, schema) = body(value);
                if key != "requestBody" || schema.get("$ref").is_none() {
                    refer(part, names);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| refer(item, names)),
        _ => {}
    }
}

/// The fields of an object, or of each item of an array.
pub(super) fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolved(document, schema);
    if !schema["items"].is_null() {
        return fields(document, &schema["items"]);
    }
    let needed = schema["required"].as_array();
    let is_needed = |name: &str| needed.is_some_and(|needed| needed.iter().any(|one| one == name));
    let own = declared(schema).map(|(name, schema)| Field {
        name: name.to_owned(),
        place: None,
        kind: Kind::of(schema),
        is_required: is_needed(name),
        about: about(schema),
        example: example(schema),
    });
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let inherited = parts.flat_map(|part| fields(document, part));
    inherited.chain(own).collect()
}

/// What goes into the address and the headers of an operation, but for what many of them take.
pub(super) fn parameters(document: &Value, described: &Value) -> Vec<Field> {
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let own = parameters.filter(|parameter| parameter.get("$ref").is_none());
    own.map(|own| parameter(document, own)).collect()
}

/// What many operations take.
pub(super) fn common_parameters(document: &Value) -> Vec<Field> {
    let common = document["components"]["parameters"].as_object();
    let common = common.into_iter().flatten();
    common.map(|(_, one)| parameter(document, one)).collect()
}

fn parameter(document: &Value, parameter: &Value) -> Field {
    Field {
        name: text(&parameter["name"]),
        place: parameter["in"].as_str().map(str::to_owned),
        kind: Kind::of_parameter(document, &parameter["schema"]),
        is_required: parameter["required"] == true,
        about: text(&parameter["description"]),
        example: example(parameter).or_else(|| example(&parameter["schema"])),
    }
}

/// What a field says of itself; one that may be null says it inside.
fn about(schema: &Value) -> String {
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    let told = [schema].into_iter().chain(choices);
    let mut told = told.map(|schema| text(&schema["description"]));
    told.find(|text| !text.is_empty()).unwrap_or_default()
}

fn example(schema: &Value) -> Option<String> {
    let example = schema.get("example");
    let example = example.or_else(|| schema["examples"].get(0))?;
    Some(plain(example))
}

/// A text without its quotes, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn values(schema: &Value) -> Vec<String> {
    let values = schema["enum"].as_array().into_iter().flatten();
    values.map(plain).collect()
}

impl Kind {
    /// Of a value.
    pub(super) fn of(schema: &Value) -> Self {
        if let Some(name) = name_in(schema) {
            return Self {
                shape: Some(name.to_owned()),
                ..Self::default()
            };
        }
        for several in ["oneOf", "anyOf", "allOf"] {
            if let Some(choices) = schema[several].as_array() {
                return Self::one_of(choices);
            }
        }
        if !schema["items"].is_null() {
            let mut kind = Self::of(&schema["items"]);
            kind.before.insert_str(0, "array of ");
            if types(schema).contains(&"null") {
                kind.after.push_str(" or null");
            }
            return kind;
        }
        Self {
            before: simple(schema),
            ..Self::default()
        }
    }

    /// The first that is something, and whether it may be null.
    fn one_of(choices: &[Value]) -> Self {
        let (nulls, others): (Vec<_>, Vec<_>) =
            choices.iter().partition(|choice| choice["type"] == "null");
        let mut kind = others.first().map(|one| Self::of(one)).unwrap_or_default();
        if !nulls.is_empty() {
            kind.after.push_str(" or null");
        }
        kind
    }

    /// Of a parameter: one that may be left out is never null, and its few values are told at once.
    fn of_parameter(document: &Value, schema: &Value) -> Self {
        let kind = Self::of(schema);
        let shape = kind.shape.as_deref();
        let values = shape.map(|name| values(&document["components"]["schemas"][name]));
        match values.filter(|values| !values.is_empty()) {
            Some(values) => Self {
                before: values.join(", "),
                ..Self::default()
            },
            None => Self {
                after: kind.after.replace(" or null", ""),
                before: kind.before.replace(" or null", ""),
                ..kind
            },
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// `string (date-time) or null`, or the only values there are.
fn simple(schema: &Value) -> String {
    let values = values(schema);
    if !values.is_empty() {
        return values.join(", ");
    }
    let types = types(schema);
    let Some((first, others)) = types.split_first() else {
        return "anything".to_owned();
    };
    let format = match schema["format"].as_str() {
        // How many bits a number has says nothing to who sends JSON.
        Some(format) if *first == "string" => format!(" ({format})"),
        _ => String::new(),
    };
    let others = others.iter().map(|other| format!(" or {other}"));
    format!("{first}{format}{}", others.collect::<String>())
}
