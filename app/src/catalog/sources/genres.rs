//! Gives each genre one spelling, so that the same genre of different sources counts as one.

use super::sanitize;

/// The most genres of one movie.
const MAX_GENRES: usize = 8;

/// Other names of a genre in lower case, and the name we use.
const ALIASES: [(&str, &str); 15] = [
    ("sci fi", "Science Fiction"),
    ("scifi", "Science Fiction"),
    ("animated", "Animation"),
    ("biographical", "Biography"),
    ("biopic", "Biography"),
    ("historical", "History"),
    ("romantic", "Romance"),
    ("dramedy", "Comedy Drama"),
    ("romcom", "Romantic Comedy"),
    ("sports", "Sport"),
    ("children", "Family"),
    ("children's", "Family"),
    ("television", "TV Movie"),
    ("tv", "TV Movie"),
    ("tv movie", "TV Movie"),
];

/// Words written in capitals.
const UPPERCASE_WORDS: [&str; 5] = ["3d", "lgbt", "lgbtq", "tv", "wwii"];

/// Words written in lower case, except at the start.
const LOWERCASE_WORDS: [&str; 10] = ["a", "an", "and", "at", "in", "of", "on", "or", "the", "to"];

/// The genres under our names, without duplicates.
pub fn canonical<'a>(raw: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut genres = Vec::new();
    for genre in raw.into_iter().filter_map(canonical_name) {
        if !genres.contains(&genre) && genres.len() < MAX_GENRES {
            genres.push(genre);
        }
    }
    genres
}

fn canonical_name(raw: &str) -> Option<String> {
    let plain = sanitize::genre(raw)?
        .to_lowercase()
        .replace(['-', '_'], " ");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = words.trim_end_matches(" film");
    let known = ALIASES.iter().find(|(theirs, _)| *theirs == name);
    match known {
        Some((_, ours)) => Some((*ours).to_owned()),
        None => sanitize::genre(&title_case(name)),
    }
}

fn title_case(name: &str) -> String {
    let words = name.split(' ').enumerate().map(|(at, word)| match word {
        word if UPPERCASE_WORDS.contains(&word) => word.to_uppercase(),
        word if at > 0 && LOWERCASE_WORDS.contains(&word) => word.to_owned(),
        word => capitalised(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn each_genre_has_one_spelling() {
        for (spellings, ours) in [
            (
                [
                    "Sci-Fi",
                    "Science Fiction",
                    "science fiction film",
                    "science-fiction",
                ]
                .as_slice(),
                "Science Fiction",
            ),
            (&["Animation", "animated film"], "Animation"),
            (&["Biography", "biographical film"], "Biography"),
            (&["Film-Noir", "film noir", "FILM NOIR"], "Film Noir"),
            (&["comedy drama", "comedy-drama", "Dramedy"], "Comedy Drama"),
            (&["Action", "action film"], "Action"),
            (&["TV Movie", "television film"], "TV Movie"),
            (&["coming-of-age film", "Coming of Age"], "Coming of Age"),
            (&["Reality-TV"], "Reality TV"),
            (&["LGBT-related film"], "LGBT Related"),
        ] {
            assert_eq!(
                canonical(spellings.iter().copied()),
                [ours],
                "{spellings:?}"
            );
        }
    }

    #[test]
    fn there_are_eight_at_most_and_none_is_empty() {
        let many: Vec<_> = (0..20).map(|number| format!("genre {number}")).collect();
        assert_eq!(canonical(many.iter().map(String::as_str)).len(), 8);
        assert!(canonical(["", " - ", "\u{200b}"]).is_empty());
    }
}
