//! JSON-LD for search engines, in a `<script>` element that is data and never runs. The only place
//! that writes unescaped markup.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// Escapes every character that could end the script element or start other markup.
pub fn json_ld_script(data: &Value) -> Markup {
    let mut json = String::new();
    for c in data.to_string().chars() {
        match c {
            // In JSON these occur only inside strings, where escapes are allowed.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                json.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => json.push(c),
        }
    }
    html! { script type="application/ld+json" { (PreEscaped(json)) } }
}

/// Prefixes `origin` to the paths in `url` and `image` fields.
pub fn with_absolute_urls(mut data: Value, origin: &str) -> Value {
    prefix_paths(&mut data, origin);
    data
}

fn prefix_paths(data: &mut Value, origin: &str) {
    match data {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(path)
                        if matches!(name.as_str(), "url" | "image") && path.starts_with('/') =>
                    {
                        path.insert_str(0, origin);
                    }
                    value => prefix_paths(value, origin),
                }
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| prefix_paths(value, origin)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{json_ld_script, with_absolute_urls};

    proptest! {
        #[test]
        fn json_ld_round_trips_without_markup(text in any::<String>()) {
            let data = json!({ "name": format!("{text}</script><!--\u{2028}&amp;{text}") });
            let drawn = json_ld_script(&data).into_string();
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
    fn only_urls_of_this_site_become_absolute() {
        let data =
            json!({ "url": "/a", "name": "/b", "author": [{ "image": "/c" }], "sameAs": "/d" });
        let whole =
            json!({ "url": "o/a", "name": "/b", "author": [{ "image": "o/c" }], "sameAs": "/d" });
        assert_eq!(with_absolute_urls(data, "o"), whole);
    }
}
