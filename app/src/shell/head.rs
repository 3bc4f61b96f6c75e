//! What a document tells of itself to those who do not read it.

use maud::{Markup, html};

use crate::config::Config;
use crate::device::Theme;
use crate::paths;
use crate::web::about::{About, Picture};
use crate::web::{assets, json_ld};

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

/// How it looks, and on a home screen.
pub fn looks(config: &Config, theme: Theme, comes_from_here: bool) -> Markup {
    let assets = assets::addresses();
    html! {
        @match theme {
            Theme::System => {
                meta name="color-scheme" content="light dark";
                (colour(Theme::Light, Some("(prefers-color-scheme: light)")))
                (colour(Theme::Dark, Some("(prefers-color-scheme: dark)")))
            }
            Theme::Light | Theme::Dark => {
                meta name="color-scheme" content=(theme.name());
                (colour(theme, None))
            }
        }
        link rel="stylesheet" href=(assets.style);
        // Until it ran there is no body, and no page is drawn: Chromium gives up the transition
        // from the page before where it does not know its rule by then. Whoever comes from
        // elsewhere has no such page, and need not wait for it.
        script src=(assets.view_transition) defer[!comes_from_here] {}
        link rel="icon" type="image/svg+xml" href=(assets.icon);
        link rel="apple-touch-icon" href=(assets.touch_icon);
        link rel="manifest" href=(paths::Manifest);
        meta name="apple-mobile-web-app-title" content=(config.site_name);
    }
}

/// The colour of what the browser draws around the page.
fn colour(theme: Theme, media: Option<&str>) -> Markup {
    html! {
        meta name="theme-color" content=(theme.paper()) media=[media] data-own=(theme.name())
            data-light=(Theme::Light.paper()) data-dark=(Theme::Dark.paper());
    }
}

/// The scripts; more where the device keeps pages.
pub fn scripts(keeps_pages: bool) -> Markup {
    let assets = assets::addresses();
    let own = if keeps_pages {
        &assets.offline_script
    } else {
        &assets.script
    };
    html! {
        meta name="htmx-config" content=r#"{"includeIndicatorCSS":false,"history":"reload","defaultTimeout":30000}"#;
        script src=(assets.htmx) defer {}
        script src=(own) defer {}
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
