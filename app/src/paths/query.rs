//! What stands behind the question mark of addresses.

use serde::{Deserialize, Serialize};

/// How a member's diary is looked at. What is not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Look {
    /// `recent`, `ratings`, `history` or `trends`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub view: String,
    /// History: `calendar`, or as a list.
    #[serde(default, rename = "as", skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// History: the month, as `2024-03`, from which the list goes back, or of the calendar.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub month: String,
    /// Only what was watched on this day,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// or in this year;
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// only what came out in the ten years from this one,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decade: String,
    /// has this many stars, or `none`,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating: String,
    /// is of the genre of this slug,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub genre: String,
    /// was directed by the person of this number,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    /// was seen before (`yes`) or not (`no`),
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rewatch: String,
    /// has these words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Trends: a year, `12months`, or all time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub period: String,
    /// Trends: the year of which every day is shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub days: String,
    /// The entry after which the list goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
}

/// How the list of members is looked at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MemberList {
    /// What orders it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The member after which it goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// `?code=…`, of a one-time link.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Code {
    /// What the link opens with.
    #[serde(default)]
    pub code: String,
}

/// `?next=…`, where to go after signing in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Next {
    /// A path of this site.
    #[serde(default)]
    pub next: String,
}

/// `?older=…`, the entry after which a list goes on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Older {
    /// A cursor that an earlier page gave.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub older: String,
}

/// How an embedded diary looks; what makes no sense counts as nothing.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct EmbedLook {
    /// `light`, `dark`, or as the reader's system has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme: String,
    /// How many entries it has, 1 to 20.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub count: String,
}

/// What `GET /reviews/new` starts from: a movie known here, one that the catalog knows, or
/// what was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Choice {
    /// The movie that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie: Option<i64>,
    /// What was typed in the box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The movie is none of those found: go on by hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by_hand: String,
    /// The source that knows the movie, by its name in the settings;
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// the movie's title,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// year,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub year: String,
    /// directors,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub director: String,
    /// and its numbers at IMDb,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub imdb: String,
    /// TMDB
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tmdb: String,
    /// and Wikidata.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wikidata: String,
    /// What another app of a phone shared: what that is called,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_title: String,
    /// what it says of it, where many put the address,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_text: String,
    /// and its address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shared_url: String,
}

impl Choice {
    /// None of those found for what was typed.
    pub fn by_hand(typed: &str) -> Self {
        Self {
            q: typed.trim().to_owned(),
            by_hand: "1".to_owned(),
            ..Self::default()
        }
    }

    /// What another app shared, as somebody would type it, the most telling first: the
    /// address, then the words beside it. Many apps put both into one text.
    pub fn shared(&self) -> Vec<String> {
        let texts = [&self.shared_url, &self.shared_title, &self.shared_text];
        let is_address = |word: &str| word.starts_with("https://") || word.starts_with("http://");
        let mut words = texts.into_iter().flat_map(|text| text.split_whitespace());
        let address = words.find(|word| is_address(word)).map(str::to_owned);
        let said = texts.into_iter().find_map(|text| {
            let words = text.split_whitespace().filter(|word| !is_address(word));
            let words = words.collect::<Vec<_>>().join(" ");
            (!words.is_empty()).then_some(words)
        });
        address.into_iter().chain(said).collect()
    }
}

/// `?q=…`, what is being typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// Any text.
    #[serde(default)]
    pub q: String,
}

/// The movies whose posters a page waits for, by the places where it has them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Waiting {
    /// Beside entries.
    #[serde(default)]
    pub entry: Vec<i64>,
    /// In lines.
    #[serde(default)]
    pub line: Vec<i64>,
    /// In days of a calendar.
    #[serde(default)]
    pub day: Vec<i64>,
    /// On cards.
    #[serde(default)]
    pub card: Vec<i64>,
    /// On the movie's page.
    #[serde(default)]
    pub head: Vec<i64>,
}

/// What `GET /movies` lists: what fits, or all from one movie on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MovieList {
    /// What is typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// The movie after which the list goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// What is looked for in the catalog, and where the answer goes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Find {
    /// Any text.
    #[serde(default)]
    pub q: String,
    /// Not empty: into a list of links, not into the box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub links: String,
}

/// `?saved=…`, the part of the settings that was just saved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Saved {
    /// Its name.
    #[serde(default)]
    pub saved: String,
}

/// `?after=…`, the name after which a list of members goes on.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct After {
    /// A username.
    #[serde(default)]
    pub after: String,
}
