//! What the feed and a review are about, for those who do not read them.

use entity::Audience;
use serde_json::{Value, json};

use super::{Cursor, Entry};
use crate::paths;
use crate::posters::preview;
use crate::web::About;
use crate::web::about::Kind;
use crate::web::ui::time;

/// The feed of the site called `name`, from `cursor` on.
pub fn feed(name: &str, cursor: Option<Cursor>) -> About {
    let description = format!("The films that people watch on {name}, and what they say of them.");
    let older = cursor.map_or_else(String::new, |cursor| cursor.to_string());
    let path = paths::with(paths::Feed, paths::Older { older });
    About::new(Kind::Website, path.trim_end_matches('?'), &description)
}

/// A review, if everybody may see it.
pub fn review(entry: &Entry) -> Option<About> {
    let path = paths::Review { id: entry.id };
    let about = About::new(Kind::Article, path, &description(entry))
        .picture(preview(&entry.poster, &entry.title))
        .data(data(entry));
    (entry.audience == Audience::Public).then_some(about)
}

/// What was said; never what gives the plot away.
fn description(entry: &Entry) -> String {
    let stars = entry.rating.map(|rating| format!("{rating} of 5 stars."));
    let words = match said(entry) {
        Some(words) => words.to_owned(),
        None => {
            let day = entry.watched_on.map(time::written);
            let day = day.map_or_else(String::new, |day| format!(" on {day}"));
            format!(
                "{} watched {} ({}){day}.",
                entry.display_name, entry.title, entry.year
            )
        }
    };
    stars
        .into_iter()
        .chain([words])
        .collect::<Vec<_>>()
        .join(" ")
}

fn said(entry: &Entry) -> Option<&str> {
    (!entry.spoiler && !entry.comment.is_empty()).then_some(&entry.comment)
}

fn data(entry: &Entry) -> Value {
    let movie = paths::Movie { id: entry.movie_id };
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Review",
        "url": paths::Review { id: entry.id }.to_string(),
        "datePublished": entry.logged_at.date_naive(),
        "dateModified": entry.updated_at.date_naive(),
        "author": {
            "@type": "Person",
            "name": entry.display_name,
            "url": paths::User::of(&entry.username).to_string(),
        },
        "itemReviewed": {
            "@type": "Movie",
            "name": entry.title,
            "dateCreated": entry.year.to_string(),
            "url": movie.to_string(),
        },
    });
    if let Some(rating) = entry.rating {
        data["reviewRating"] = json!({
            "@type": "Rating",
            "ratingValue": f64::from(rating.half_stars()) / 2.0,
            "bestRating": 5,
            "worstRating": 0,
        });
    }
    if let Some(words) = said(entry) {
        data["reviewBody"] = json!(words);
    }
    if let Some(picture) = preview(&entry.poster, &entry.title) {
        data["itemReviewed"]["image"] = json!(picture.path);
    }
    data
}
