//! What a page is about, for those who do not read it: search engines, readers of feeds,
//! and sites that show a card for a link. It is the same for everybody, so nothing stands
//! here but what everybody may see.

use serde_json::Value;

/// The most characters of a description; cards show about so many.
const DESCRIPTION: usize = 200;

/// What a page is about.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// A sentence or two.
    pub description: String,
    /// The address that counts, where several lead to the page: a path of this site.
    pub path: String,
    /// What it is, by the names of Open Graph.
    pub kind: Kind,
    /// A picture of it.
    pub picture: Option<Picture>,
    /// The same for programs, in the words of schema.org. An address of this site in it
    /// is a path.
    pub data: Option<Value>,
    /// Where what is new on it can be followed.
    pub feed: Option<Feed>,
}

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A list of the site.
    Website,
    /// Something that somebody wrote.
    Article,
    /// Somebody.
    Profile,
    /// A film.
    Movie,
}

impl Kind {
    /// Its name in Open Graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Article => "article",
            Self::Profile => "profile",
            Self::Movie => "video.movie",
        }
    }
}

/// A picture that everybody may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// A path of this site.
    pub path: String,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// What is to be seen on it.
    pub alt: String,
}

/// A feed of what a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What it is called.
    pub title: String,
    /// A path of this site.
    pub path: String,
}

impl About {
    /// A page at `path`; `description` is cut where it gets too long.
    pub fn new(kind: Kind, path: impl ToString, description: &str) -> Self {
        Self {
            description: shortened(description),
            path: path.to_string(),
            kind,
            picture: None,
            data: None,
            feed: None,
        }
    }

    /// With a picture, if there is one.
    #[must_use]
    pub fn picture(self, picture: Option<Picture>) -> Self {
        Self { picture, ..self }
    }

    /// With the same for programs.
    #[must_use]
    pub fn data(self, data: Value) -> Self {
        Self {
            data: Some(data),
            ..self
        }
    }

    /// With a feed of its own.
    #[must_use]
    pub fn feed(self, title: impl Into<String>, path: impl ToString) -> Self {
        let feed = Feed {
            title: title.into(),
            path: path.to_string(),
        };
        Self {
            feed: Some(feed),
            ..self
        }
    }
}

/// One line, cut between words.
fn shortened(text: &str) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in text.split_whitespace() {
        characters += word.chars().count() + 1;
        if characters > DESCRIPTION {
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
    use super::shortened;

    #[test]
    fn a_description_is_one_short_line() {
        assert_eq!(shortened(" a\n\n b "), "a b");
        let long = shortened(&"word ".repeat(100));
        assert!(
            long.ends_with("word…") && long.chars().count() <= 201,
            "{long}"
        );
        assert_eq!(shortened(&"x".repeat(300)), "…");
    }
}
