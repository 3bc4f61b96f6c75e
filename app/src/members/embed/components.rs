//! How an embedded diary looks.

use maud::{DOCTYPE, Markup, html};

use crate::diary::Entry;
use crate::members::queries::Owner;
use crate::paths;
use crate::posters::{Place, Poster, poster};
use crate::web::assets;
use crate::web::ui::{stars, time};

/// How many entries it has unless its address says so, and at most.
const ENTRIES: (usize, usize) = (5, 20);

/// Light on dark, or dark on light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Theme {
    Light,
    Dark,
    Auto,
}

/// What its address says of how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Look {
    theme: Theme,
    count: usize,
}

impl Look {
    /// What makes no sense is as if it were not there: nobody who reads the other site
    /// could do anything about it.
    pub fn of(raw: &paths::EmbedLook) -> Self {
        let count = raw.count.parse().ok();
        let count = count.filter(|count| (1..=ENTRIES.1).contains(count));
        Self {
            theme: match raw.theme.as_str() {
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => Theme::Auto,
            },
            count: count.unwrap_or(ENTRIES.0),
        }
    }

    fn class(self) -> &'static str {
        match self.theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Auto => "auto",
        }
    }
}

/// What it shows.
#[derive(Debug)]
pub struct Shown<'a> {
    owner: &'a Owner,
    entries: &'a [Entry],
    look: Look,
    site_name: &'a str,
}

impl<'a> Shown<'a> {
    /// As many of `entries` as `look` has.
    pub fn new(owner: &'a Owner, entries: &'a [Entry], look: Look, site_name: &'a str) -> Self {
        Self {
            owner,
            entries: &entries[..entries.len().min(look.count)],
            look,
            site_name,
        }
    }
}

/// All of it.
pub fn document(shown: &Shown<'_>) -> Markup {
    let name = &shown.owner.display_name;
    html! {
        (DOCTYPE)
        html lang="en" class=(shown.look.class()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (name) "’s diary · " (shown.site_name) }
                link rel="stylesheet" href=(assets::addresses().embed);
                link rel="icon" type="image/svg+xml" href=(assets::addresses().icon);
            }
            body {
                main {
                    h1 {
                        a href=(paths::User::of(&shown.owner.username)) target="_blank" rel="noopener" { (name) }
                        " " small { "on " (shown.site_name) }
                    }
                    @if shown.entries.is_empty() { p { "No film yet." } }
                    ol { @for entry in shown.entries { li { (line(entry)) } } }
                }
            }
        }
    }
}

fn line(entry: &Entry) -> Markup {
    // What is on its way would ask for itself, and nothing here can.
    let picture = match &entry.poster {
        Poster::OnItsWay => &Poster::Missing,
        settled => settled,
    };
    html! {
        a href=(paths::Review { id: entry.id }) target="_blank" rel="noopener" {
            (poster(entry.movie_id, &entry.title, picture, Place::Entry))
            span.film { strong { (entry.title) } " " span.year { (entry.year) } }
            span.marks {
                @if let Some(rating) = entry.rating { (stars(rating)) " " }
                @if entry.liked { span.heart role="img" aria-label="Liked" { "♥" } }
            }
            @match entry.watched_on {
                Some(day) => time datetime=(day) { (time::written(day)) },
                None => span.day { "Day unknown" },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Look;
    use crate::paths::EmbedLook;

    fn look(theme: &str, count: &str) -> (&'static str, usize) {
        let look = Look::of(&EmbedLook {
            theme: theme.to_owned(),
            count: count.to_owned(),
        });
        (look.class(), look.count)
    }

    #[test]
    fn what_makes_no_sense_falls_back() {
        assert_eq!(look("dark", "20"), ("dark", 20));
        assert_eq!(look("light", "1"), ("light", 1));
        for bad in ["", "0", "21", "-1", "x", "1e1", "99999999999999999999"] {
            assert_eq!(look("\"><x", bad), ("auto", 5), "{bad}");
        }
    }
}
