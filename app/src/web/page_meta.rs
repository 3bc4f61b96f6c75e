//! Metadata of a page for search engines, feed readers and link previews. It is the same for
//! every viewer, so it must contain only public data.

use serde_json::Value;

/// In characters; link previews show about as many.
const MAX_DESCRIPTION: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct PageMeta {
    /// For link previews; `None` for the title of the page.
    pub title: Option<String>,
    pub description: String,
    /// Path of the canonical URL.
    pub canonical_path: String,
    pub og_type: OpenGraphType,
    /// The most important one first.
    pub pictures: Vec<MetaPicture>,
    /// JSON-LD in the vocabulary of schema.org. URLs of this site are paths; the shell adds the
    /// origin.
    pub json_ld: Option<Value>,
    pub feed: Option<FeedLink>,
}

/// The page's type in Open Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenGraphType {
    Website,
    Article,
    Profile,
    Movie,
}

impl OpenGraphType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Article => "article",
            Self::Profile => "profile",
            Self::Movie => "video.movie",
        }
    }
}

/// A public picture, such as a poster. `path` is on this site, the size in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaPicture {
    pub path: String,
    pub width: u16,
    pub height: u16,
    pub alt: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    pub title: String,
    pub path: String,
}

impl PageMeta {
    /// Truncates `description` to one short line.
    pub fn new(og_type: OpenGraphType, path: impl ToString, description: &str) -> Self {
        Self {
            title: None,
            description: truncate_description(description),
            canonical_path: path.to_string(),
            og_type,
            pictures: Vec::new(),
            json_ld: None,
            feed: None,
        }
    }

    #[must_use]
    pub fn title(self, title: &str) -> Self {
        Self {
            title: Some(title.to_owned()),
            ..self
        }
    }

    #[must_use]
    pub fn pictures(self, pictures: impl IntoIterator<Item = MetaPicture>) -> Self {
        Self {
            pictures: pictures.into_iter().collect(),
            ..self
        }
    }

    #[must_use]
    pub fn json_ld(self, data: Value) -> Self {
        Self {
            json_ld: Some(data),
            ..self
        }
    }

    #[must_use]
    pub fn feed(self, title: impl Into<String>, path: impl ToString) -> Self {
        let feed = FeedLink {
            title: title.into(),
            path: path.to_string(),
        };
        Self {
            feed: Some(feed),
            ..self
        }
    }
}

/// One line of at most [`MAX_DESCRIPTION`] characters, cut between words.
fn truncate_description(text: &str) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in text.split_whitespace() {
        characters += word.chars().count() + 1;
        if characters > MAX_DESCRIPTION {
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::truncate_description;

    #[test]
    fn a_description_is_one_short_line() {
        assert_eq!(truncate_description(" a\n\n b "), "a b");
        let long = truncate_description(&"word ".repeat(100));
        assert!(
            long.ends_with("word…") && long.chars().count() <= 201,
            "{long}"
        );
        assert_eq!(truncate_description(&"x".repeat(300)), "…");
    }
}
