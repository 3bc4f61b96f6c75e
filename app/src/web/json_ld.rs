//! The one place that writes markup that is not drawn: data for programs, in a `script`
//! that runs nothing.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// `data` as a block of JSON-LD. No character in it can end the block, or be taken for
/// markup by anybody.
pub fn block(data: &Value) -> Markup {
    let mut json = String::new();
    for c in data.to_string().chars() {
        match c {
            // These stand only inside of strings, where they can be written so.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                json.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => json.push(c),
        }
    }
    html! { script type="application/ld+json" { (PreEscaped(json)) } }
}

/// `data` with `origin` before each address of this site: the values of `url` and
/// `image` that are paths.
pub fn absolute(mut data: Value, origin: &str) -> Value {
    complete(&mut data, origin);
    data
}

fn complete(data: &mut Value, origin: &str) {
    match data {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(path)
                        if matches!(name.as_str(), "url" | "image") && path.starts_with('/') =>
                    {
                        path.insert_str(0, origin);
                    }
                    value => complete(value, origin),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| complete(value, origin)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{absolute, block};

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back_and_is_no_markup(text in any::<String>()) {
            let data = json!({ "name": format!("{text}</script><!--\u{2028}&amp;{text}") });
            let drawn = block(&data).into_string();
            let inside = drawn
                .strip_prefix("<script type=\"application/ld+json\">")
                .and_then(|rest| rest.strip_suffix("</script>"))
                .expect("a block");
            let is_markup = inside.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!is_markup);
            prop_assert_eq!(serde_json::from_str::<Value>(inside).expect("JSON"), data);
        }
    }

    #[test]
    fn addresses_of_this_site_become_whole_and_nothing_else_changes() {
        let data =
            json!({ "url": "/a", "name": "/b", "author": [{ "image": "/c" }], "sameAs": "/d" });
        let whole =
            json!({ "url": "o/a", "name": "/b", "author": [{ "image": "o/c" }], "sameAs": "/d" });
        assert_eq!(absolute(data, "o"), whole);
    }
}
