//! HTML of an embedded diary.

use maud::{DOCTYPE, Markup, html};

use crate::diary::Entry;
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::web::assets;
use crate::web::ui::{movie_year, stars, time};

/// The default number of entries, and the largest.
const DEFAULT_AND_MAX_ENTRIES: (usize, usize) = (5, 20);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum EmbedTheme {
    Light,
    Dark,
    Auto,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EmbedOptions {
    theme: EmbedTheme,
    count: usize,
}

impl EmbedOptions {
    /// Invalid values are ignored: a reader of the embedding site cannot fix them.
    pub fn from_params(params: &paths::EmbedParams) -> Self {
        let count = params.count.parse().ok();
        let count = count.filter(|count| (1..=DEFAULT_AND_MAX_ENTRIES.1).contains(count));
        Self {
            theme: match params.theme.as_str() {
                "light" => EmbedTheme::Light,
                "dark" => EmbedTheme::Dark,
                _ => EmbedTheme::Auto,
            },
            count: count.unwrap_or(DEFAULT_AND_MAX_ENTRIES.0),
        }
    }

    fn css_class(self) -> &'static str {
        match self.theme {
            EmbedTheme::Light => "light",
            EmbedTheme::Dark => "dark",
            EmbedTheme::Auto => "auto",
        }
    }
}

#[derive(Debug)]
pub struct EmbedView<'a> {
    owner: &'a DiaryOwner,
    entries: &'a [Entry],
    options: EmbedOptions,
    site_name: &'a str,
}

impl<'a> EmbedView<'a> {
    /// Takes the first `options.count` of `entries`.
    pub fn new(
        owner: &'a DiaryOwner,
        entries: &'a [Entry],
        options: EmbedOptions,
        site_name: &'a str,
    ) -> Self {
        Self {
            owner,
            entries: &entries[..entries.len().min(options.count)],
            options,
            site_name,
        }
    }
}

pub fn embed_document(view: &EmbedView<'_>) -> Markup {
    let name = &view.owner.display_name;
    html! {
        (DOCTYPE)
        html lang="en" class=(view.options.css_class()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (name) "’s diary · " (view.site_name) }
                link rel="stylesheet" href=(assets::asset_urls().embed.url) integrity=(assets::asset_urls().embed.integrity);
                link rel="icon" type="image/svg+xml" href=(assets::asset_urls().icon);
            }
            body {
                main {
                    h1 {
                        a href=(paths::Member::of(&view.owner.username)) target="_blank" rel="noopener" dir="auto" { (name) }
                        " " small { "on " bdi { (view.site_name) } }
                    }
                    @if view.entries.is_empty() { p { "No films yet." } }
                    ol { @for entry in view.entries { li { (entry_item(entry)) } } }
                }
            }
        }
    }
}

fn entry_item(entry: &Entry) -> Markup {
    // A pending poster would have to be fetched again later, which needs a script.
    let picture = match &entry.poster {
        Poster::Pending => &Poster::Missing,
        settled => settled,
    };
    html! {
        a href=(paths::Review { id: entry.id }) target="_blank" rel="noopener" {
            (poster(entry.movie_id, &entry.title, picture, PosterSlot::Entry))
            span.movie { strong dir="auto" { (entry.title) } " " (movie_year(entry.year)) }
            span.marks {
                @if let Some(rating) = entry.rating { (stars(rating)) " " }
                @if entry.liked { span.heart role="img" aria-label="Liked" { "♥" } }
            }
            @match entry.watched_on {
                Some(day) => time datetime=(day) { (time::format_date(day)) },
                None => span.day { "Day unknown" },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EmbedOptions;
    use crate::paths::EmbedParams;

    fn parse_options(theme: &str, count: &str) -> (&'static str, usize) {
        let options = EmbedOptions::from_params(&EmbedParams {
            theme: theme.to_owned(),
            count: count.to_owned(),
        });
        (options.css_class(), options.count)
    }

    #[test]
    fn invalid_values_fall_back_to_the_defaults() {
        assert_eq!(parse_options("dark", "20"), ("dark", 20));
        assert_eq!(parse_options("light", "1"), ("light", 1));
        for bad in ["", "0", "21", "-1", "x", "1e1", "99999999999999999999"] {
            assert_eq!(parse_options("\"><x", bad), ("auto", 5), "{bad}");
        }
    }
}
