//! The page.

use maud::{Markup, html};

use super::outline::{Answer, Group, Operation, Outline};
use super::request::Token;
use super::shape::{Field, Kind, Shape};
use crate::paths;
use crate::web::Origin;

/// The whole page.
pub(super) fn page(outline: &Outline, origin: &Origin) -> Markup {
    html! {
        h1 { "API" }
        (about(outline))
        (contents(outline))
        @for group in &outline.groups { (part(group, origin)) }
        (usual(outline))
        (shapes(&outline.shapes))
    }
}

fn about(outline: &Outline) -> Markup {
    html! {
        section.card {
            (paragraphs(&outline.about))
            p.actions {
                a.button.primary href=(paths::SettingsTokens) { "Make a token" }
                a.button href=(paths::OpenApi) { "OpenAPI document" }
            }
        }
    }
}

fn contents(outline: &Outline) -> Markup {
    html! {
        nav.contents aria-label="On this page" {
            @for group in &outline.groups {
                section {
                    h2 { (group.name) }
                    ul {
                        @for operation in &group.operations {
                            li { a href={ "#" (operation.id) } {
                                (method(operation)) span { (operation.summary) }
                            } }
                        }
                    }
                }
            }
            section {
                h2 { "Reference" }
                ul {
                    li { a href="#common" { "Common to all operations" } }
                    li { a href="#schemas" { "Schemas" } }
                }
            }
        }
    }
}

fn method(operation: &Operation) -> Markup {
    let name = &operation.request.method;
    html! { code.method.writes[name != "GET"] { (name) } }
}

fn part(group: &Group, origin: &Origin) -> Markup {
    html! {
        section.part {
            h2 { (group.name) }
            (paragraphs(&group.about))
            @for one in &group.operations { (operation(one, origin)) }
        }
    }
}

fn operation(operation: &Operation, origin: &Origin) -> Markup {
    let Operation { id, request, .. } = operation;
    html! {
        article.card.operation id=(id) {
            h3 { a href={ "#" (id) } { (operation.summary) } }
            p.route { (method(operation)) " " code { (request.path) } }
            @match request.token {
                Token::Needed => {}
                Token::Welcome => p.hint { "The token is optional." },
                Token::Useless => p.hint { "Takes no token." },
            }
            (paragraphs(&operation.about))
            @if !operation.parameters.is_empty() { h4 { "Parameters" } (fields(&operation.parameters, needed)) }
            @if !operation.body.is_empty() { h4 { "Body" } (fields(&operation.body, needed)) }
            h4 { "Responses" }
            (answers(&operation.answers))
            pre { code { (request.line(origin)) } }
        }
    }
}

/// What is sent says what must be there,
fn needed(field: &Field) -> Markup {
    html! { @if field.is_required { " " strong.needed { "required" } } }
}

/// and what comes back, what may be missing.
fn optional(field: &Field) -> Markup {
    html! { @if !field.is_required { " " span.kind { "(optional)" } } }
}

fn fields(fields: &[Field], presence: fn(&Field) -> Markup) -> Markup {
    html! {
        dl.fields {
            @for field in fields {
                dt {
                    code { (field.name) }
                    @if let Some(place) = &field.place { " " span.badge { (place) } }
                    " " span.kind { (kind(&field.kind)) }
                    (presence(field))
                }
                dd {
                    (inline(&field.about))
                    @if let Some(example) = &field.example { " " span.example { "For example " code { (example) } "." } }
                }
            }
        }
    }
}

fn answers(answers: &[Answer]) -> Markup {
    html! {
        dl.answers {
            @for answer in answers {
                dt { code { (answer.status) } }
                dd {
                    (inline(&answer.about))
                    @if let Some(body) = &answer.body { " " span.kind { (kind(body)) } }
                }
            }
        }
    }
}

fn usual(outline: &Outline) -> Markup {
    html! {
        section.card #common {
            h2 { "Common to all operations" }
            p { "Every " code { "GET" } " also takes this parameter." }
            (fields(&outline.common, needed))
            p { "Besides its own responses, an operation may give these, where they apply. "
                "The body of every error is a " a href={ "#" (anchor("Problem")) } { "Problem" } "." }
            (answers(&outline.usual))
        }
    }
}

fn shapes(shapes: &[Shape]) -> Markup {
    html! {
        section.card #schemas {
            h2 { "Schemas" }
            @for shape in shapes {
                section.shape id=(anchor(&shape.name)) {
                    h3 { a href={ "#" (anchor(&shape.name)) } { (shape.name) } }
                    (paragraphs(&shape.about))
                    @if !shape.values.is_empty() {
                        p { @for value in &shape.values { code { (value) } " " } }
                    }
                    @if !shape.fields.is_empty() { (fields(&shape.fields, optional)) }
                }
            }
        }
    }
}

fn anchor(shape: &str) -> String {
    format!("schema-{shape}")
}

fn kind(kind: &Kind) -> Markup {
    html! {
        (kind.before)
        @if let Some(shape) = &kind.shape { a href={ "#" (anchor(shape)) } { (shape) } }
        (kind.after)
    }
}

/// The document's texts are Markdown, of which they use paragraphs and code.
fn paragraphs(text: &str) -> Markup {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.is_empty());
    html! { @for paragraph in paragraphs { p { (inline(paragraph)) } } }
}

fn inline(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn texts_are_paragraphs_and_code_and_never_markup() {
        let drawn = paragraphs("Send `<b>` & wait.\n\nThen `go`").into_string();
        let expected = "<p>Send <code>&lt;b&gt;</code> &amp; wait.</p><p>Then <code>go</code></p>";
        assert_eq!(drawn, expected);
    }
}
