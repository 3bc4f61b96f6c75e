//! What an item of Wikidata says of a film. Directors and genres are items themselves, so
//! their names come later.

use serde_json::Value;
use url::Url;

use super::item::{Item, Languages};
use crate::catalog::facts::{Facts, Hit, Ids, Picture};
use crate::catalog::sources::{clean, genres};
use crate::config::SourceName;

/// The most directors and genres whose names are asked for: an answer names fifty items.
const OTHERS: usize = 20;

/// The width in which Commons is to make a picture, where it is wider.
const WIDTH: &str = "780";

/// A film, its directors and genres still ids.
#[derive(Clone, Debug)]
pub struct Film {
    /// Its numbers.
    pub ids: Ids,
    /// The earliest year in which it came out.
    pub year: Option<i16>,
    title: String,
    original_title: Option<String>,
    runtime: Option<i16>,
    directors: Vec<String>,
    genres: Vec<String>,
    poster: Option<Picture>,
}

impl Film {
    /// What the item says; `None` when it has no title.
    pub fn read(item: Item<'_>, languages: &Languages, commons: &Url) -> Option<Self> {
        let original = item.texts("P1476").find_map(clean::title);
        let label = item.label(languages).and_then(clean::title);
        let title = label.or_else(|| original.clone())?;
        Some(Self {
            ids: Ids {
                imdb_id: item.texts("P345").find_map(clean::imdb_id),
                tmdb_id: item.texts("P4947").find_map(tmdb_id),
                wikidata_id: Some(item.id()?),
            },
            year: item.year("P577"),
            original_title: original.filter(|original| *original != title),
            title,
            runtime: item.minutes("P2047"),
            directors: item.items("P57").take(OTHERS).collect(),
            genres: item.items("P136").take(OTHERS).collect(),
            poster: poster(item, commons),
        })
    }

    /// The ids of its directors and genres.
    pub fn others(&self) -> Vec<String> {
        let mut others = [self.directors.as_slice(), &self.genres].concat();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// As a search shows it, without directors: their names would be one more request.
    pub fn into_hit(self) -> Hit {
        Hit {
            source: SourceName::Wikidata,
            ids: self.ids,
            title: self.title,
            original_title: self.original_title,
            year: self.year,
            directors: Vec::new(),
        }
    }

    /// All of it, with the names that `answer` has for its directors and genres.
    pub fn into_facts(self, answer: &Value, languages: &Languages) -> Facts {
        let english = languages.english_first();
        let names = |ids: &[String], languages: &Languages| -> Vec<&str> {
            let items = ids.iter().filter_map(|id| Item::of(answer, id));
            items.filter_map(|item| item.label(languages)).collect()
        };
        Facts {
            source: SourceName::Wikidata,
            directors: clean::directors(names(&self.directors, languages)),
            genres: genres::canonical(names(&self.genres, &english)),
            ids: self.ids,
            title: self.title,
            original_title: self.original_title,
            year: self.year,
            runtime: self.runtime,
            overview: String::new(),
            poster: self.poster,
        }
    }
}

fn tmdb_id(text: &str) -> Option<i64> {
    text.parse().ok().and_then(clean::tmdb_id)
}

/// Its poster where Commons may have it, else the picture that stands for it.
fn poster(item: Item<'_>, commons: &Url) -> Option<Picture> {
    let mut files = item.texts("P3383").chain(item.texts("P18"));
    let file = files.find_map(file)?;
    let mut url = page(commons, &["wiki", "Special:FilePath", &file])?;
    url.query_pairs_mut().append_pair("width", WIDTH);
    Some(Picture {
        url,
        page: page(commons, &["wiki", &format!("File:{file}")]),
    })
}

/// The name of a picture of a kind that can be shown.
fn file(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let is_picture = matches!(ending.as_str(), "jpg" | "jpeg" | "png" | "webp");
    // What no page of a wiki can be called.
    let is_name = |c: char| !c.is_control() && !"#<>[]|{}/\\".contains(c);
    let fits = is_picture && name.len() <= 255 && name.chars().all(is_name);
    fits.then(|| name.replace(' ', "_"))
}

fn page(base: &Url, path: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{file, page};

    #[test]
    fn a_file_of_commons_stays_in_its_place() {
        let commons = Url::parse("https://commons.wikimedia.org/").expect("an address");
        let name = file("Who? 100% (1999).JPG").expect("a picture");
        let url = page(&commons, &["wiki", "Special:FilePath", &name]).expect("an address");
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
            assert_eq!(file(bad), None, "{bad:?}");
        }
    }
}
