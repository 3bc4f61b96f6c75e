//! Which entries are no films, by the words that services use for their kinds.

use crate::text::fold;
use crate::transfer::files::reasons::SkipReason;

/// Parts of words in English and a few other languages, folded and without spaces. The first that
/// fits decides: a podcast series is a podcast.
const WORDS: [(SkipReason, &[&str]); 6] = [
    (SkipReason::Podcast, &["podcast"]),
    (
        SkipReason::MusicVideo,
        &[
            "musicvideo",
            "musikvideo",
            "videomusicale",
            "videoclip",
            "clipmusical",
            "videomusical",
        ],
    ),
    (
        SkipReason::Game,
        &[
            "videogame",
            "videospiel",
            "videogioco",
            "videojuego",
            "jeuvideo",
            "videojogo",
            "видеоигра",
        ],
    ),
    (
        SkipReason::TvEpisode,
        &[
            "episod",
            "folge",
            "aflevering",
            "odcinek",
            "эпизод",
            "серия",
        ],
    ),
    (
        SkipReason::TvSeason,
        &[
            "season",
            "staffel",
            "saison",
            "stagione",
            "temporada",
            "сезон",
        ],
    ),
    (
        SkipReason::TvSeries,
        &[
            "series",
            "serie",
            "сериал",
            "serial",
            "tvshow",
            "televisionshow",
        ],
    ),
];

/// Why an entry of this type is left out. An unknown type is a film.
pub fn reason_to_skip(kind: &str) -> Option<SkipReason> {
    let folded: String = fold(kind).chars().filter(|c| c.is_alphanumeric()).collect();
    if ["tv", "show"].contains(&folded.as_str()) {
        return Some(SkipReason::TvSeries);
    }
    if folded == "game" {
        return Some(SkipReason::Game);
    }
    WORDS
        .iter()
        .find(|(_, words)| words.iter().any(|word| folded.contains(word)))
        .map(|(reason, _)| *reason)
}

#[cfg(test)]
mod tests {
    use super::reason_to_skip;
    use crate::transfer::files::reasons::SkipReason::{self, *};

    #[test]
    fn series_episodes_and_games_are_known_in_several_languages() {
        let cases: [(SkipReason, &[&str]); 6] = [
            (
                TvSeries,
                &[
                    "TV Series",
                    "tvSeries",
                    "TV Mini Series",
                    "tvMiniSeries",
                    "Fernsehserie",
                    "Serie TV",
                    "Série télévisée",
                    "Сериал",
                    "show",
                    "tv",
                    "tv show",
                ],
            ),
            (
                TvEpisode,
                &[
                    "TV Episode",
                    "tvEpisode",
                    "Fernsehfolge",
                    "Episodio TV",
                    "Épisode",
                ],
            ),
            (
                Game,
                &[
                    "Video Game",
                    "videoGame",
                    "Videospiel",
                    "Videogioco",
                    "game",
                ],
            ),
            (Podcast, &["Podcast Series", "Podcast Episode"]),
            (MusicVideo, &["Music Video", "musicVideo"]),
            (TvSeason, &["season"]),
        ];
        for (reason, kinds) in cases {
            for kind in kinds {
                assert_eq!(reason_to_skip(kind), Some(reason), "{kind}");
            }
        }
    }

    #[test]
    fn films_of_all_kinds_are_films() {
        for kind in [
            "",
            "Movie",
            "movie",
            "Short",
            "TV Movie",
            "tvMovie",
            "TV Special",
            "Video",
            "Feature Film",
            "Film",
            "Spielfilm",
            "Kurzfilm",
            "Corto",
            "Фильм",
            "Musical Number",
            "anime",
        ] {
            assert_eq!(reason_to_skip(kind), None, "{kind}");
        }
    }
}
