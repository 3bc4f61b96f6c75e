//! Ids of films at IMDb and TMDB.

/// `tt0133093`, also without its `tt` and within an address. `None` for people and companies.
pub fn imdb_id_in(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.rsplit_once("/title/").map_or(text, |(_, id)| id);
    let text = text.split(['/', '?']).next().unwrap_or_default();
    let digits = text.strip_prefix("tt").unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // Longer than any id that IMDb can have in a long time.
    let is_fit =
        is_number && (text.len() > digits.len() || digits.len() >= 5) && digits.len() <= 12;
    is_fit.then(|| format!("tt{digits:0>7}"))
}

/// A number above 0, of at most twelve digits.
pub fn tmdb_id_in(text: &str) -> Option<i64> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 12;
    let number: i64 = is_number.then(|| text.parse().ok()).flatten()?;
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{imdb_id_in, tmdb_id_in};

    #[test]
    fn ids_are_read_in_their_usual_forms() {
        for text in [
            "tt0133093",
            "0133093",
            "133093",
            "https://www.imdb.com/title/tt0133093/?ref_=x",
        ] {
            assert_eq!(imdb_id_in(text).as_deref(), Some("tt0133093"), "{text}");
        }
        for text in [
            "",
            "nm0000206",
            "tt",
            "603",
            "ttx",
            "tt0133093x",
            "１３３０９３",
        ] {
            assert_eq!(imdb_id_in(text), None, "{text}");
        }
        assert_eq!(tmdb_id_in(" 603 "), Some(603));
        for text in ["", "0", "-1", "tt1", "9999999999999"] {
            assert_eq!(tmdb_id_in(text), None, "{text}");
        }
    }
}
