//! What is known of a movie elsewhere: the words in which every source answers.

use url::Url;

use crate::config::SourceName;

/// The numbers a movie has elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ids {
    /// `tt` and seven to ten digits.
    pub imdb_id: Option<String>,
    /// Its number at TMDB.
    pub tmdb_id: Option<i64>,
    /// `Q` and digits.
    pub wikidata_id: Option<String>,
}

/// What a source knows of one movie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Who says so.
    pub source: SourceName,
    /// Its numbers, as far as this source knows them.
    pub ids: Ids,
    /// In the language of the settings where the source has it.
    pub title: String,
    /// As it was first called; `None` when that is the same.
    pub original_title: Option<String>,
    /// The year it came out.
    pub year: Option<i16>,
    /// Ten at most, each once.
    pub directors: Vec<String>,
    /// In minutes.
    pub runtime: Option<i16>,
    /// Eight at most, each spelt alike whoever says it.
    pub genres: Vec<String>,
    /// What it is about; may be empty.
    pub overview: String,
    /// Its poster, or the picture that comes closest.
    pub poster: Option<Picture>,
}

/// Where a poster can be fetched, and the page that says whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The picture itself.
    pub url: Url,
    /// Where people read about it.
    pub page: Option<Url>,
}

/// One movie that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Who found it.
    pub source: SourceName,
    /// Its numbers: one of them is enough to look it up.
    pub ids: Ids,
    /// In the language of the settings where the source has it.
    pub title: String,
    /// As it was first called; `None` when that is the same.
    pub original_title: Option<String>,
    /// The year it came out.
    pub year: Option<i16>,
    /// Those that the source names in a search; mostly none.
    pub directors: Vec<String>,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    /// As it was typed.
    pub title: String,
    /// The year it came out, where that is known.
    pub year: Option<i16>,
    /// The last word may be unfinished.
    pub is_typing: bool,
}
