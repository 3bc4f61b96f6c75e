//! A movie as a Wikidata item describes it. Its directors and genres are items too; their labels
//! take another request.

use chrono::NaiveDate;
use serde_json::Value;
use url::Url;

use super::item::{LabelLanguages, WikidataItem};
use crate::catalog::facts::{ExternalIds, Hit, RemotePoster, SourceFacts};
use crate::catalog::sources::{genres, sanitize};
use crate::config::SourceName;

/// The most directors, and the most genres, whose labels are fetched: the API returns at most
/// fifty items per request.
const MAX_LINKED_ITEMS: usize = 20;

/// In pixels. Commons scales wider pictures down to this width.
const POSTER_WIDTH: &str = "780";

/// A movie whose directors and genres are still item ids.
#[derive(Clone, Debug)]
pub struct WikidataMovie {
    pub ids: ExternalIds,
    /// The earliest release year.
    pub year: Option<i16>,
    released_on: Option<NaiveDate>,
    title: String,
    original_title: Option<String>,
    runtime: Option<i16>,
    directors: Vec<String>,
    genres: Vec<String>,
    poster: Option<RemotePoster>,
}

impl WikidataMovie {
    /// `None` when the item has no title.
    pub fn from_item(
        item: WikidataItem<'_>,
        languages: &LabelLanguages,
        commons: &Url,
    ) -> Option<Self> {
        let original = item.strings("P1476").find_map(sanitize::title);
        let label = item.label(languages).and_then(sanitize::title);
        let title = label.or_else(|| original.clone())?;
        Some(Self {
            ids: ExternalIds {
                imdb_id: item.strings("P345").find_map(sanitize::imdb_id),
                tmdb_id: item.strings("P4947").find_map(parse_tmdb_claim),
                wikidata_id: Some(item.id()?),
            },
            year: item.earliest_year("P577"),
            released_on: item.earliest_date("P577"),
            original_title: original.filter(|original| *original != title),
            title,
            runtime: item.minutes("P2047"),
            directors: item.item_ids("P57").take(MAX_LINKED_ITEMS).collect(),
            genres: item.item_ids("P136").take(MAX_LINKED_ITEMS).collect(),
            poster: commons_poster(item, commons),
        })
    }

    /// The item ids of the directors and genres.
    pub fn linked_item_ids(&self) -> Vec<String> {
        let mut others = [self.directors.as_slice(), &self.genres].concat();
        others.sort_unstable();
        others.dedup();
        others
    }

    pub fn director_ids(&self) -> impl Iterator<Item = &String> {
        self.directors.iter()
    }

    /// With the names of directors that are among the labels in `answer`.
    pub fn into_hit(self, answer: &Value, languages: &LabelLanguages) -> Hit {
        let names = labels_of(&self.directors, answer, languages);
        Hit {
            source: SourceName::Wikidata,
            directors: sanitize::directors(names),
            ids: self.ids,
            title: self.title,
            original_title: self.original_title,
            year: self.year,
        }
    }

    /// Completes the facts with the labels in `answer`.
    pub fn into_facts(self, answer: &Value, languages: &LabelLanguages) -> SourceFacts {
        let english = languages.english_first();
        SourceFacts {
            source: SourceName::Wikidata,
            directors: sanitize::directors(labels_of(&self.directors, answer, languages)),
            genres: genres::canonical(labels_of(&self.genres, answer, &english)),
            ids: self.ids,
            title: self.title,
            original_title: self.original_title,
            year: self.year,
            released_on: self.released_on,
            runtime: self.runtime,
            overview: String::new(),
            poster: self.poster,
        }
    }
}

fn labels_of<'a>(ids: &[String], answer: &'a Value, languages: &LabelLanguages) -> Vec<&'a str> {
    let items = ids.iter().filter_map(|id| WikidataItem::find(answer, id));
    items.filter_map(|item| item.label(languages)).collect()
}

fn parse_tmdb_claim(text: &str) -> Option<i64> {
    text.parse().ok().and_then(sanitize::tmdb_id)
}

/// The poster (P3383) if the item has one, otherwise its picture (P18).
fn commons_poster(item: WikidataItem<'_>, commons: &Url) -> Option<RemotePoster> {
    let mut files = item.strings("P3383").chain(item.strings("P18"));
    let file = files.find_map(commons_file_name)?;
    let mut url = commons_page_url(commons, &["wiki", "Special:FilePath", &file])?;
    url.query_pairs_mut().append_pair("width", POSTER_WIDTH);
    Some(RemotePoster {
        url,
        page: commons_page_url(commons, &["wiki", &format!("File:{file}")]),
    })
}

/// The file name on Commons, if it is of a type we can show.
fn commons_file_name(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let is_picture = matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "webp");
    // Characters that MediaWiki does not allow in page titles.
    let is_name = |c: char| !c.is_control() && !"#<>[]|{}/\\".contains(c);
    let fits = is_picture && name.len() <= 255 && name.chars().all(is_name);
    fits.then(|| name.replace(' ', "_"))
}

fn commons_page_url(base: &Url, path: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{commons_file_name, commons_page_url};

    #[test]
    fn commons_file_names_are_escaped_or_rejected() {
        let commons = Url::parse("https://commons.wikimedia.org/").expect("an address");
        let name = commons_file_name("Who? 100% (1999).JPG").expect("a picture");
        let url =
            commons_page_url(&commons, &["wiki", "Special:FilePath", &name]).expect("an address");
        let expected =
            "https://commons.wikimedia.org/wiki/Special:FilePath/Who%3F_100%25_(1999).JPG";
        assert_eq!(url.as_str(), expected);
        for bad in [
            "",
            "poster",
            "film.ogv",
            "../../a.jpg",
            "a|b.jpg",
            "a\nb.jpg",
            "a.svg",
        ] {
            assert_eq!(commons_file_name(bad), None, "{bad:?}");
        }
    }
}
