//! What a document tells of itself to those who do not read it.

use maud::{Markup, html};

use crate::config::Config;
use crate::paths;
use crate::web::about::{About, Picture};
use crate::web::json_ld;

/// The media type of feeds.
const ATOM: &str = "application/atom+xml";

/// What is told of a page called `title`. Of a page that is not for everybody, nothing,
/// and nobody is to list it.
pub fn told(config: &Config, title: &str, about: Option<&About>) -> Markup {
    html! {
        @match about {
            Some(about) => (public(config, title, about)),
            None => meta name="robots" content="noindex";,
        }
        link rel="alternate" type=(ATOM) title=(config.site_name) href=(paths::SiteFeed);
    }
}

fn public(config: &Config, title: &str, about: &About) -> Markup {
    // Without its origin, a page has no address that counts everywhere.
    let origin = config.origin();
    html! {
        meta name="description" content=(about.description);
        @if let Some(origin) = origin {
            link rel="canonical" href={ (origin) (about.path) };
            (card(&config.site_name, origin, title, about))
        }
        @if let Some(data) = &about.data {
            (json_ld::block(&json_ld::absolute(data.clone(), origin.unwrap_or_default())))
        }
        @if let Some(feed) = &about.feed {
            link rel="alternate" type=(ATOM) title=(feed.title) href=(feed.path);
        }
    }
}

/// The words of Open Graph; the cards of others are made of them, too.
fn card(site: &str, origin: &str, title: &str, about: &About) -> Markup {
    html! {
        (property("og:site_name", site))
        (property("og:type", about.kind.name()))
        (property("og:title", title))
        (property("og:description", &about.description))
        (property("og:url", &format!("{origin}{}", about.path)))
        @if let Some(picture) = &about.picture { (pictured(origin, picture)) }
        // A poster is upright: the large card would cut its head off.
        meta name="twitter:card" content="summary";
    }
}

fn pictured(origin: &str, picture: &Picture) -> Markup {
    html! {
        (property("og:image", &format!("{origin}{}", picture.path)))
        (property("og:image:width", &picture.width.to_string()))
        (property("og:image:height", &picture.height.to_string()))
        (property("og:image:alt", &picture.alt))
    }
}

fn property(name: &str, content: &str) -> Markup {
    html! { meta property=(name) content=(content); }
}
