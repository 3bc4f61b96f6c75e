//! Which titles of Netflix are episodes. Films have colons, too, so only words between colons tell.

use crate::text::fold;
use crate::transfer::files::reasons::SkipReason;

/// Words before or after a number that only series have, folded.
const SEASON: [&str; 30] = [
    "season",
    "series",
    "staffel",
    "saison",
    "temporada",
    "stagione",
    "seizoen",
    "sasong",
    "saeson",
    "sæson",
    "sesong",
    "kausi",
    "sezon",
    "sezonul",
    "serie",
    "rada",
    "seria",
    "evad",
    "sezona",
    "sezonas",
    "κυκλος",
    "κυκλοσ",
    "сезон",
    "シーズン",
    "시즌",
    "季",
    "עונה",
    "الموسم",
    "musim",
    "mua",
];

/// Words that series and films have: `The Hunger Games: Mockingjay: Part 1`. They only tell where an
/// episode follows.
const PART: [&str; 18] = [
    "part",
    "teil",
    "partie",
    "parte",
    "deel",
    "del",
    "osa",
    "czesc",
    "часть",
    "volume",
    "band",
    "book",
    "buch",
    "livre",
    "libro",
    "chapter",
    "kapitel",
    "collection",
];

/// Series of one season, folded.
const LIMITED: [&str; 12] = [
    "limited series",
    "miniserie",
    "mini-series",
    "mini series",
    "miniseries",
    "minisérie",
    "mini-serie",
    "serie limitada",
    "serie limitee",
    "мини-сериал",
    "リミテッドシリーズ",
    "리미티드 시리즈",
];

/// Why a title is left out. What is not certain is left to the films that are known.
pub fn reason_to_skip_title(title: &str) -> Option<SkipReason> {
    let parts: Vec<String> = title
        .split([':', '：'])
        .map(|part| fold(part.trim()))
        .collect();
    let (_, further) = parts.split_first()?;
    let (last, middle) = further.split_last()?;
    let is_limited = |part: &String| LIMITED.iter().any(|word| fold(word) == *part);
    let is_episode = middle
        .iter()
        .any(|part| is_limited(part) || is_numbered(part, &SEASON) || is_numbered(part, &PART))
        || is_numbered(last, &SEASON);
    is_episode.then_some(SkipReason::TvEpisode)
}

/// One of the words and a number, in any order: `season 1`, `2. sezon`, `第1季`.
fn is_numbered(part: &str, words: &[&str]) -> bool {
    let digits = part.chars().filter(|c| c.is_numeric()).count();
    let letters: String = part.chars().filter(|c| c.is_alphabetic()).collect();
    let letters = letters.trim_start_matches('第');
    (1..=3).contains(&digits) && words.iter().any(|word| fold(word) == letters)
}

#[cfg(test)]
mod tests {
    use super::reason_to_skip_title;
    use crate::transfer::files::reasons::SkipReason;

    #[test]
    fn episodes_are_known_in_several_languages() {
        for title in [
            "The Long Tuesday: Season 1: Monday Again",
            "The Long Tuesday: Season 12: Monday: Again (Episode 1)",
            "The Long Tuesday: Limited Series: Part 2",
            "The Long Tuesday: Part 2: Monday Again",
            "The Long Tuesday: Season 2",
            "Der lange Dienstag: Staffel 1: Schon wieder Montag",
            "Der lange Dienstag: Miniserie: Folge 1",
            "Le long mardi: Saison 1: Encore lundi",
            "El martes largo: Temporada 3: Otra vez lunes",
            "Il lungo martedì: Stagione 2: Ancora lunedì",
            "A terça longa: Temporada 1: Segunda de novo",
            "De lange dinsdag: Seizoen 1: Weer maandag",
            "Den långa tisdagen: Säsong 1: Måndag igen",
            "Długi wtorek: Sezon 1: Znowu poniedziałek",
            "Uzun Salı: 2. Sezon: Yine Pazartesi",
            "Долгий вторник: Сезон 1: Снова понедельник",
            "長い火曜日: シーズン1: また月曜日",
            "긴 화요일: 시즌 1: 다시 월요일",
            "漫长的星期二：第 1 季：又是星期一",
        ] {
            let reason = reason_to_skip_title(title);
            assert_eq!(reason, Some(SkipReason::TvEpisode), "{title}");
        }
    }

    #[test]
    fn films_with_colons_are_films() {
        for title in [
            "",
            "Heat",
            "Terminator 2: Judgment Day",
            "Mission: Impossible",
            "Star Wars: Episode IV: A New Hope",
            "The Hunger Games: Mockingjay: Part 1",
            "Kill Bill: Vol. 1",
            "Halloween III: Season of the Witch",
            "The Long Tuesday: The Missing Hour",
            "2001: A Space Odyssey",
            "Season 1",
        ] {
            assert_eq!(reason_to_skip_title(title), None, "{title}");
        }
    }
}
