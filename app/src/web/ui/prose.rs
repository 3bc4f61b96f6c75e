//! Text that people wrote, with its addresses as links.

use linkify::{LinkFinder, LinkKind};
use maud::{Markup, html};

/// The text, in which addresses with `http://` or `https://` are links. Search engines do not count
/// them, and they open without telling where they were.
pub fn linked_text(text: &str) -> Markup {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    html! {
        @for span in finder.spans(text) {
            @if is_web_address(span.kind(), span.as_str()) {
                a href=(span.as_str()) rel="nofollow ugc noopener" { (span.as_str()) }
            } @else {
                (span.as_str())
            }
        }
    }
}

/// Paragraphs, which blank lines separate. Other line breaks stay.
pub fn paragraphs(text: &str) -> Markup {
    let paragraphs = text.split("\n\n").map(|part| part.trim_matches('\n'));
    html! {
        @for paragraph in paragraphs.filter(|part| !part.is_empty()) {
            p dir="auto" {
                @for (number, line) in paragraph.lines().enumerate() {
                    @if number > 0 { br; }
                    (linked_text(line))
                }
            }
        }
    }
}

fn is_web_address(kind: Option<&LinkKind>, address: &str) -> bool {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme);
    kind.is_some()
        && scheme.is_some_and(|scheme| {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{linked_text, paragraphs};

    #[test]
    fn line_breaks_are_kept() {
        let drawn = paragraphs("a\nb\n\n\n<c>").into_string();
        assert_eq!(
            drawn,
            "<p dir=\"auto\">a<br>b</p><p dir=\"auto\">&lt;c&gt;</p>"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        for (text, links) in [
            ("See https://example.org/a?b=c&d=e.", 1),
            ("(https://example.org) and HTTP://EXAMPLE.ORG/x", 2),
            ("javascript://example.org/%0aalert(1)", 0),
            ("example.org, ada@example.org, ftp://example.org", 0),
        ] {
            let drawn = linked_text(text).into_string();
            assert_eq!(drawn.matches("<a href=").count(), links, "{drawn}");
        }
        assert_eq!(
            linked_text("See https://example.org/?a&b.").into_string(),
            "See <a href=\"https://example.org/?a&amp;b\" rel=\"nofollow ugc noopener\">\
             https://example.org/?a&amp;b</a>."
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(.|https://example[.]org/|<b>){0,40}") {
            let drawn = linked_text(&text).into_string();
            let mut shown = String::new();
            for part in drawn.split('<') {
                shown.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
            }
            prop_assert_eq!(shown, html_escape(&text));
        }
    }

    fn html_escape(text: &str) -> String {
        let text = text.replace('&', "&amp;").replace('"', "&quot;");
        text.replace('<', "&lt;").replace('>', "&gt;")
    }
}
