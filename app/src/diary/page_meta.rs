//! Page metadata of the feed and of a review, for search engines and link previews.

use entity::Audience;
use serde_json::{Value, json};

use super::{Cursor, Entry};
use crate::paths;
use crate::posters::preview_image;
use crate::web::PageMeta;
use crate::web::page_meta::OpenGraphType;
use crate::web::ui::time;
use crate::web::ui::title_with_year;

/// `cursor` is where the page starts; `None` for the first page.
pub fn feed_meta(name: &str, cursor: Option<Cursor>) -> PageMeta {
    let description = format!("Films that people watch on {name}, and what they think of them.");
    let older = cursor.map_or_else(String::new, |cursor| cursor.to_string());
    let path = paths::with(
        paths::Feed,
        paths::OlderParams {
            older,
            ..paths::OlderParams::default()
        },
    );
    let path = path.trim_end_matches('?');
    PageMeta::new(OpenGraphType::Website, path, &description).title(name)
}

/// `None` unless the review is public.
pub fn review_meta(entry: &Entry) -> Option<PageMeta> {
    let path = paths::Review { id: entry.id };
    let about = PageMeta::new(OpenGraphType::Article, path, &review_description(entry))
        .pictures(preview_image(&entry.poster, &entry.title))
        .json_ld(review_json_ld(entry));
    (entry.audience == Audience::Public).then_some(about)
}

/// Never includes a comment that is marked as a spoiler.
fn review_description(entry: &Entry) -> String {
    let stars = entry.rating.map(|rating| format!("{rating} of 5 stars."));
    let words = match spoiler_free_comment(entry) {
        Some(words) => words.to_owned(),
        None => {
            let day = entry.watched_on.map(time::format_date);
            let day = day.map_or_else(String::new, |day| format!(" on {day}"));
            let movie = title_with_year(&entry.title, entry.year);
            format!("{} watched {movie}{day}.", entry.display_name)
        }
    };
    stars
        .into_iter()
        .chain([words])
        .collect::<Vec<_>>()
        .join(" ")
}

fn spoiler_free_comment(entry: &Entry) -> Option<&str> {
    (!entry.spoiler && !entry.comment.is_empty()).then_some(&entry.comment)
}

fn review_json_ld(entry: &Entry) -> Value {
    let movie = paths::Movie { id: entry.movie_id };
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Review",
        "url": paths::Review { id: entry.id }.to_string(),
        "dateModified": entry.updated_at.date_naive(),
        "author": {
            "@type": "Person",
            "name": entry.display_name,
            "url": paths::Member::of(&entry.username).to_string(),
        },
        "itemReviewed": {
            "@type": "Movie",
            "name": entry.title,
            "url": movie.to_string(),
        },
    });
    if let Some(time) = entry.known_log_time() {
        data["datePublished"] = json!(time.date_naive());
    }
    if let Some(year) = entry.year {
        data["itemReviewed"]["dateCreated"] = year.to_string().into();
    }
    if let Some(rating) = entry.rating {
        data["reviewRating"] = json!({
            "@type": "Rating",
            "ratingValue": f64::from(rating.half_stars()) / 2.0,
            "bestRating": 5,
            "worstRating": 0,
        });
    }
    if let Some(words) = spoiler_free_comment(entry) {
        data["reviewBody"] = json!(words);
    }
    if let Some(picture) = preview_image(&entry.poster, &entry.title) {
        data["itemReviewed"]["image"] = json!(picture.path);
    }
    data
}
