//! Counts with the singular or plural of a noun.

use std::fmt::Display;

/// `1 review`, `2 reviews`.
pub fn plural<N>(count: N, one: &str, many: &str) -> String
where
    N: Display + PartialEq + From<u8>,
{
    let noun = plural_noun(&count, one, many);
    format!("{count} {noun}")
}

/// The noun of [`plural`], for a number that is drawn on its own.
pub fn plural_noun<'a, N>(count: &N, one: &'a str, many: &'a str) -> &'a str
where
    N: PartialEq + From<u8>,
{
    if *count == N::from(1) { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::{plural, plural_noun};

    #[test]
    fn only_one_is_singular() {
        let films = [0_u32, 1, 2].map(|count| plural(count, "film", "films"));
        assert_eq!(films, ["0 films", "1 film", "2 films"]);
        assert_eq!(plural_noun(&1_u32, "film", "films"), "film");
    }
}
