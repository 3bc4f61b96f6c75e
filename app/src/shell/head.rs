//! The contents of `<head>`: metadata for search engines and link previews, styles and scripts.

use maud::{Markup, html};

use crate::config::Config;
use crate::device::Theme;
use crate::paths;
use crate::web::page_meta::{MetaPicture, PageMeta};
use crate::web::{assets, json_ld};

const ATOM: &str = "application/atom+xml";

/// Metadata of a page. Pages without `metadata` are not public and must not be indexed.
pub fn metadata_tags(config: &Config, title: &str, metadata: Option<&PageMeta>) -> Markup {
    html! {
        @match metadata {
            Some(about) => (public_metadata_tags(config, title, about)),
            None => meta name="robots" content="noindex";,
        }
        link rel="alternate" type=(ATOM) title=(config.site_name) href=(paths::SiteFeed);
    }
}

/// Style sheet, colour scheme and icons.
pub fn appearance_tags(config: &Config, theme: Theme, is_same_origin: bool) -> Markup {
    let assets = assets::asset_urls();
    html! {
        @match theme {
            Theme::System => {
                meta name="color-scheme" content="light dark";
                (theme_color_tag(Theme::Light, Some("(prefers-color-scheme: light)")))
                (theme_color_tag(Theme::Dark, Some("(prefers-color-scheme: dark)")))
            }
            Theme::Light | Theme::Dark => {
                meta name="color-scheme" content=(theme.name());
                (theme_color_tag(theme, None))
            }
        }
        link rel="stylesheet" href=(assets.style.url) integrity=(assets.style.integrity);
        // Blocks rendering on navigation within the site: Chromium skips the view transition
        // if its rules are not known before the first frame. Visitors from other sites have no
        // transition, so the script need not block for them.
        script src=(assets.view_transition_script.url) integrity=(assets.view_transition_script.integrity) defer[!is_same_origin] {}
        link rel="icon" type="image/svg+xml" href=(assets.icon);
        link rel="apple-touch-icon" href=(assets.touch_icon);
        link rel="manifest" href=(paths::Manifest);
        meta name="apple-mobile-web-app-title" content=(config.site_name);
    }
}

/// The colour of the browser's own interface around the page.
fn theme_color_tag(theme: Theme, media: Option<&str>) -> Markup {
    html! {
        meta name="theme-color" content=(theme.page_color()) media=[media] data-own=(theme.name())
            data-light=(Theme::Light.page_color()) data-dark=(Theme::Dark.page_color());
    }
}

pub fn script_tags(is_member: bool, saves_pages: bool) -> Markup {
    let assets = assets::asset_urls();
    let script = match (is_member, saves_pages) {
        (_, true) => &assets.offline_script,
        (true, false) => &assets.member_script,
        (false, false) => &assets.script,
    };
    html! {
        meta name="htmx-config" content=r#"{"includeIndicatorCSS":false,"history":"reload","defaultTimeout":30000}"#;
        script src=(assets.htmx.url) integrity=(assets.htmx.integrity) defer {}
        script src=(script.url) integrity=(script.integrity) defer {}
    }
}

fn public_metadata_tags(config: &Config, title: &str, metadata: &PageMeta) -> Markup {
    // Absolute URLs need the configured origin.
    let origin = config.origin();
    html! {
        meta name="description" content=(metadata.description);
        @if let Some(origin) = origin {
            link rel="canonical" href={ (origin) (metadata.canonical_path) };
            (open_graph_tags(&config.site_name, origin, title, metadata))
        }
        @if let Some(data) = &metadata.json_ld {
            (json_ld::json_ld_script(&json_ld::with_absolute_urls(data.clone(), origin.unwrap_or_default())))
        }
        @if let Some(feed) = &metadata.feed {
            link rel="alternate" type=(ATOM) title=(feed.title) href=(feed.path);
        }
    }
}

/// Open Graph tags, which other services also read for their link previews.
fn open_graph_tags(site: &str, origin: &str, title: &str, metadata: &PageMeta) -> Markup {
    html! {
        (property_tag("og:site_name", site))
        (property_tag("og:type", metadata.og_type.as_str()))
        (property_tag("og:title", metadata.title.as_deref().unwrap_or(title)))
        (property_tag("og:description", &metadata.description))
        (property_tag("og:url", &format!("{origin}{}", metadata.canonical_path)))
        @for picture in &metadata.pictures { (open_graph_image_tags(origin, picture)) }
        // Posters are upright; the large card would crop them.
        meta name="twitter:card" content="summary";
    }
}

fn open_graph_image_tags(origin: &str, picture: &MetaPicture) -> Markup {
    html! {
        (property_tag("og:image", &format!("{origin}{}", picture.path)))
        (property_tag("og:image:width", &picture.width.to_string()))
        (property_tag("og:image:height", &picture.height.to_string()))
        (property_tag("og:image:alt", &picture.alt))
    }
}

fn property_tag(name: &str, content: &str) -> Markup {
    html! { meta property=(name) content=(content); }
}
