//! A rating as stars.

use entity::Rating;
use maud::{Markup, html};

/// `★★★½`, where there is only text.
pub fn text_stars(rating: Rating) -> String {
    let whole = usize::try_from(rating.half_stars() / 2).unwrap_or_default();
    match (whole, rating.half_stars() % 2) {
        (0, 0) => "☆".to_owned(),
        (whole, 0) => "★".repeat(whole),
        (whole, _) => format!("{}½", "★".repeat(whole)),
    }
}

/// `★★★½`; screen readers read "3.5 of 5 stars".
pub fn stars(rating: Rating) -> Markup {
    let whole = usize::try_from(rating.half_stars() / 2).unwrap_or_default();
    let is_half = rating.half_stars() % 2 == 1;
    let rest = 5 - whole - usize::from(is_half);
    html! {
        span.stars role="img" aria-label={ (rating) " of 5 stars" } {
            span aria-hidden="true" {
                @for _ in 0..whole { "★" }
                @if is_half { "½" }
                span.rest { @for _ in 0..rest { "★" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use entity::Rating;

    use super::text_stars;

    #[test]
    fn ratings_become_stars() {
        let drawn: Vec<_> = Rating::all().map(text_stars).collect();
        assert_eq!(drawn[..4], ["☆", "½", "★", "★½"]);
        assert_eq!(drawn[10], "★★★★★");
    }
}
