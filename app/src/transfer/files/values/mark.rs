//! Marks of other services as ratings in half stars.

use entity::Rating;

/// A mark as it stands in a file, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub thousandths: i64,
    /// Where the mark names it itself: `8/10`, and stars.
    pub out_of: Option<i64>,
}

/// The rating of a mark, and whether it lay between two ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkedRating {
    pub rating: Rating,
    pub is_rounded: bool,
}

impl Mark {
    /// Reads `4`, `4.5`, `4,5`, `8/10` and `★★★½`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with(['★', '½', '☆', '⯪']) {
            return parse_stars(text);
        }
        let (mark, out_of) = match text.split_once('/') {
            Some((mark, out_of)) => (mark, Some(out_of.trim().parse().ok()?)),
            None => (text, None),
        };
        let is_scale = out_of.is_none_or(|out_of: i64| (1..=1000).contains(&out_of));
        is_scale.then_some(Self {
            thousandths: parse_decimal(mark.trim())?,
            out_of,
        })
    }

    /// The nearest half star, the higher of two; never none for a mark above 0. `None` where the
    /// mark is out of range.
    pub fn rating(self, out_of: i64) -> Option<MarkedRating> {
        let most = self.out_of.unwrap_or(out_of).checked_mul(1000)?;
        if !(0..=most).contains(&self.thousandths) || most == 0 {
            return None;
        }
        let tenfold = self.thousandths * 10;
        let nearest = (tenfold * 2 + most) / (most * 2);
        let half_stars = if tenfold > 0 { nearest.max(1) } else { 0 };
        Some(MarkedRating {
            rating: Rating::from_half_stars(i16::try_from(half_stars).ok()?)?,
            is_rounded: tenfold % most != 0 || half_stars != nearest,
        })
    }

    /// The rating of a service that has halves only, and no 0.
    pub fn exact_rating(self, out_of: i64) -> Option<Rating> {
        let marked = self.rating(out_of)?;
        let is_exact = !marked.is_rounded && marked.rating.half_stars() > 0;
        is_exact.then_some(marked.rating)
    }
}

fn parse_stars(text: &str) -> Option<Mark> {
    let mut thousandths = 0;
    for c in text.chars() {
        thousandths += match c {
            '★' => 1000,
            '½' | '⯪' => 500,
            '☆' | '\u{fe0f}' => 0,
            _ => return None,
        };
    }
    Some(Mark {
        thousandths,
        out_of: Some(5),
    })
}

fn parse_decimal(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_fit = (1..=6).contains(&whole.len()) && part.len() <= 3;
    let is_fit = is_fit && (part.is_empty() == (whole.len() == text.len()));
    if !is_fit || !is_number(whole) || !is_number(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    Some(whole * 1000 + part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Mark;

    fn rating(text: &str, out_of: i64) -> Option<(String, bool)> {
        let marked = Mark::parse(text)?.rating(out_of)?;
        Some((marked.rating.to_string(), marked.is_rounded))
    }

    #[test]
    fn marks_become_the_nearest_half_star() {
        for (text, out_of, stars, is_rounded) in [
            ("4", 5, "4", false),
            ("4.50", 5, "4.5", false),
            ("4,5", 5, "4.5", false),
            ("3,7", 5, "3.5", true),
            ("3.75", 5, "4", true),
            ("7.5", 10, "4", true),
            ("7", 10, "3.5", false),
            ("0.1", 10, "0.5", true),
            ("0", 10, "0", false),
            ("87", 100, "4.5", true),
            ("8/10", 5, "4", false),
            ("★★★½", 10, "3.5", false),
            ("★★☆☆☆", 10, "2", false),
            ("½", 10, "0.5", false),
        ] {
            assert_eq!(
                rating(text, out_of),
                Some((stars.to_owned(), is_rounded)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_mark_or_out_of_range_has_no_rating() {
        for text in [
            "",
            "x",
            "5.1",
            "6",
            "-1",
            "1.",
            ".5",
            "1.2.3",
            "03. Mai",
            "★★★★★★",
            "★x",
            "4/0",
            "1e1",
            "1.2345",
            "9999999",
            "4/",
        ] {
            assert_eq!(rating(text, 5), None, "{text}");
        }
        for (text, is_exact) in [("3.5", true), ("3.7", false), ("0", false), ("4.0", true)] {
            let mark = Mark::parse(text).expect("a mark");
            assert_eq!(mark.exact_rating(5).is_some(), is_exact, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_mark_or_not(text in "[0-9.,/★½ -]{0,12}", out_of in 1_i64..1000) {
            if let Some(marked) = Mark::parse(&text).and_then(|mark| mark.rating(out_of)) {
                prop_assert!((0..=10).contains(&marked.rating.half_stars()));
            }
        }
    }
}
