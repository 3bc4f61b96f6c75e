//! What the catalog adds to what is known here, while somebody looks for a movie.

use std::time::Duration;

use futures_util::join;
use sea_orm::DbErr;
use tokio::time::timeout;

use super::asked::Asked;
use super::facts::{Facts, Hit, Ids, Search};
use super::outside::Outside;
use super::queries::{self, Known};
use super::sources::Trouble;
use crate::db::Db;
use crate::text::key;

/// How many of the catalog's answers are worth reading.
const MOST: usize = 8;

/// How long a person waits for the catalog.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long one waits who gets a whole page of it.
const PAGE_PATIENCE: Duration = Duration::from_secs(2);

/// What the catalog has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Movies that are known here after all, under another title.
    pub known: Vec<Known>,
    /// Movies that are new here.
    pub hits: Vec<Hit>,
    /// Whether somebody could not be asked, so that there may be more.
    pub is_cut_short: bool,
}

/// What the catalog knows besides `here`, which is what is known here of it. Nothing, where
/// nothing is looked for or nobody may be asked.
pub async fn find_outside(
    db: &Db,
    outside: &Outside,
    asked: &Asked,
    is_typing: bool,
    here: &[Known],
) -> Result<Added, DbErr> {
    if asked.is_empty() || outside.is_off() {
        return Ok(Added::default());
    }
    let patience = match is_typing {
        true => PATIENCE,
        false => PAGE_PATIENCE,
    };
    let answer = timeout(patience, ask(outside, asked, is_typing)).await;
    let Ok(Ok(mut hits)) = answer else {
        return Ok(Added {
            is_cut_short: true,
            ..Added::default()
        });
    };
    hits.truncate(MOST);
    let mut known = queries::find_any_named(db.reader(), hits.iter().map(|hit| &hit.ids)).await?;
    hits.retain(|hit| !here.iter().chain(&known).any(|movie| is_same(hit, movie)));
    known.retain(|movie| !here.contains(movie));
    Ok(Added {
        known,
        hits,
        is_cut_short: false,
    })
}

async fn ask(outside: &Outside, asked: &Asked, is_typing: bool) -> Result<Vec<Hit>, Trouble> {
    let (by_number, by_words) = join!(
        look_up(outside, asked.ids.as_ref()),
        search(outside, asked, is_typing)
    );
    let troubles = [by_number.as_ref().err(), by_words.as_ref().err()];
    let trouble = troubles.into_iter().flatten().next().cloned();
    let mut hits = by_words.unwrap_or_default();
    let number = by_number.ok().flatten().map(hit);
    hits.retain(|hit| number.as_ref().is_none_or(|named| named.ids != hit.ids));
    let hits: Vec<_> = number.into_iter().chain(hits).collect();
    match trouble {
        Some(trouble) if hits.is_empty() => Err(trouble),
        _ => Ok(hits),
    }
}

async fn look_up(outside: &Outside, ids: Option<&Ids>) -> Result<Option<Facts>, Trouble> {
    match ids {
        Some(ids) => outside.look_up(ids).await,
        None => Ok(None),
    }
}

/// A year at the end narrows the search, unless nothing is found so: then it belongs to
/// the title (`Blade Runner 2049`).
async fn search(outside: &Outside, asked: &Asked, is_typing: bool) -> Result<Vec<Hit>, Trouble> {
    if asked.words.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((title, year)) = asked.with_year() {
        let narrow = Search {
            title: title.to_owned(),
            year: Some(year),
            is_typing: false,
        };
        if let Some(found) = outside.search(&narrow).await? {
            return Ok(found.hits);
        }
    }
    let wide = Search {
        title: asked.words.clone(),
        year: None,
        is_typing,
    };
    Ok(outside
        .search(&wide)
        .await?
        .map(|found| found.hits)
        .unwrap_or_default())
}

fn hit(facts: Facts) -> Hit {
    Hit {
        source: facts.source,
        ids: facts.ids,
        title: facts.title,
        original_title: facts.original_title,
        year: facts.year,
        directors: facts.directors,
    }
}

/// Whether a movie that is known here is the one that was found.
fn is_same(hit: &Hit, movie: &Known) -> bool {
    let agree = hit.ids.name(movie.imdb_id.as_deref(), movie.tmdb_id);
    let is_numbered = movie.imdb_id.is_some() || movie.tmdb_id.is_some();
    let is_named_so = key(&hit.title) == key(&movie.title) && hit.year == Some(movie.year);
    agree || (!is_numbered && is_named_so)
}
