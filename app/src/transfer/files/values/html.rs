//! The HTML of Letterboxd's reviews as plain text.
//!
//! A tokenizer is enough: reviews have no structure but paragraphs and links, and a tree would
//! repair what only looks like a tag. Its tokens know where they stand in the source, so that such
//! things can stay as they were typed.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// Every element that HTML has or had, by the standard's list.
const ELEMENTS: &str = " a abbr acronym address applet area article aside audio b base basefont bdi \
    bdo bgsound big blink blockquote body br button canvas caption center cite code col colgroup \
    data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font \
    footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins \
    isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem meta \
    meter nav nobr noembed noframes noscript object ol optgroup option output p param picture \
    plaintext pre progress q rb rp rt rtc ruby s samp script search section select slot small \
    source spacer span strike strong style sub summary sup svg table tbody td template textarea \
    tfoot th thead time title tr track tt u ul var video wbr xmp ";

/// Elements with words of their own paragraph.
const PARAGRAPHS: [&str; 2] = ["p", "blockquote"];

/// Turns HTML into text: paragraphs, lines and links stay readable, other tags go.
pub fn html_to_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return tidy_lines(html);
    }
    let html = html.replace("\r\n", "\n").replace('\r', "\n");
    let mut text = PlainText::default();
    let mut end = 0;
    for token in tokens(&html) {
        end = end.max(text.add(token, &html));
    }
    // A tag that never ends: the tokenizer drops it, but somebody typed it.
    text.push_source(html.get(end..).unwrap_or_default());
    text.finish()
}

fn tokens(html: &str) -> impl Iterator<Item = Token<usize>> {
    let mut emitter = DefaultEmitter::new_with_span();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

#[derive(Default)]
struct PlainText {
    text: String,
    /// Where the text of the open link begins, and its address.
    link: Option<(usize, String)>,
    /// Within `script` or `style`, whose words go with them.
    is_silent: bool,
}

impl PlainText {
    /// Returns where the token ends in the source.
    fn add(&mut self, token: Token<usize>, html: &str) -> usize {
        match token {
            Token::String(words) => {
                self.push(&String::from_utf8_lossy(&words));
                words.span.end
            }
            Token::StartTag(tag) => {
                if is_element(&tag.name) {
                    self.start(&tag);
                } else {
                    self.push_source(&html[tag.span.start..tag.span.end]);
                }
                tag.span.end
            }
            Token::EndTag(tag) => {
                if is_element(&tag.name) {
                    self.end(&tag.name);
                } else {
                    self.push_source(&html[tag.span.start..tag.span.end]);
                }
                tag.span.end
            }
            Token::Comment(comment) => comment.span.end,
            Token::Doctype(doctype) => doctype.span.end,
            Token::Error(_) => 0,
        }
    }

    fn push(&mut self, words: &str) {
        if !self.is_silent {
            self.text.push_str(words);
        }
    }

    /// Adds what only looked like a tag. Its entities are read, and nothing else.
    fn push_source(&mut self, source: &str) {
        for (place, part) in source.split('<').enumerate() {
            if place > 0 {
                self.push("<");
            }
            for token in tokens(part) {
                if let Token::String(words) = token {
                    self.push(&String::from_utf8_lossy(&words));
                }
            }
        }
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name);
        match &*name {
            "script" | "style" => self.is_silent = true,
            "br" => self.push("\n"),
            "a" => {
                self.close_link();
                let address = tag.attributes.get(&HtmlString(b"href".to_vec()));
                let address = address.map(|address| String::from_utf8_lossy(address).into_owned());
                self.link = address
                    .filter(|address| is_web_address(address))
                    .map(|address| (self.text.len(), address));
            }
            name if PARAGRAPHS.contains(&name) => self.push("\n\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"script" | b"style" => self.is_silent = false,
            b"a" => self.close_link(),
            name if PARAGRAPHS.iter().any(|known| known.as_bytes() == name) => self.push("\n\n"),
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some((start, address)) = self.link.take() else {
            return;
        };
        let words = self.text[start..].trim();
        if words.is_empty() {
            self.push(&address);
        } else if words != address {
            self.push(&format!(" ({address})"));
        }
    }

    fn finish(mut self) -> String {
        self.close_link();
        tidy_lines(&self.text)
    }
}

fn is_element(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    ELEMENTS.split_whitespace().any(|known| known == name)
}

fn is_web_address(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    address.starts_with("https://") || address.starts_with("http://")
}

/// Trims the ends and leaves at most one empty line between two others.
fn tidy_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut tidy = String::with_capacity(text.len());
    let mut ends = 0;
    for c in text.trim().chars() {
        ends = if c == '\n' { ends + 1 } else { 0 };
        if ends <= 2 {
            tidy.push(c);
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::html_to_text;

    #[test]
    fn html_becomes_plain_text() {
        for (html, text) in [
            (
                "<b>Bold</b> and <i>slanted</i>, <em>both</em>.",
                "Bold and slanted, both.",
            ),
            (
                "Salt &amp; pepper, it&#39;s &quot;fine&quot;.",
                "Salt & pepper, it's \"fine\".",
            ),
            ("&amp;lt;b&amp;gt; stays.", "&lt;b&gt; stays."),
            ("&lt;i&gt;not slanted&lt;/i&gt;", "<i>not slanted</i>"),
            ("I <3 this. 2 < 3 and 3 > 2.", "I <3 this. 2 < 3 and 3 > 2."),
            ("<Enter> the void", "<Enter> the void"),
            (
                "</Enter> &amp; <void &amp; more>",
                "</Enter> & <void & more>",
            ),
            (
                "<blockquote>He said so.<blockquote>\n\nHe did not.",
                "He said so.\n\nHe did not.",
            ),
            ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
            ("One<br>two<br />three", "One\ntwo\nthree"),
            (
                "See <a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"nofollow\">my notes</a>.",
                "See my notes (https://example.org/a?b=1&c=2).",
            ),
            (
                "<a href=\"https://example.org/x\">https://example.org/x</a>",
                "https://example.org/x",
            ),
            ("<a href=\"javascript:alert(1)\">Click</a>", "Click"),
            (
                "<i>never closed, <a href=\"https://example.org/y\">nor this",
                "never closed, nor this (https://example.org/y)",
            ),
            ("<script>alert(1)</script>Fine.", "Fine."),
            ("a<style>b { c: d }</style>e", "ae"),
            (
                "I <love this and never close it",
                "I <love this and never close it",
            ),
            (
                "cut <a href=\"https://example.org",
                "cut <a href=\"https://example.org",
            ),
            (
                "*stars*, _lines_\n# no heading",
                "*stars*, _lines_\n# no heading",
            ),
            ("a\r\n\r\n\r\n\r\nb\r\n", "a\n\nb"),
            ("a <!-- b --> c", "a  c"),
            ("", ""),
        ] {
            assert_eq!(html_to_text(html), text, "{html}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn text_without_markup_stays(text in "[a-zé🌧 \n*_#>\"']{0,60}") {
            let tidy = html_to_text(&text);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&tidy), words(&text));
        }

        #[test]
        fn any_html_becomes_text(
            parts in prop::collection::vec("<|>|/|a href=\"|p|br|!--|script|&amp;|&#|;|é|\n|[a-z ]{1,4}", 0..30),
        ) {
            let text = html_to_text(&parts.concat());
            prop_assert!(!text.contains("\n\n\n"));
        }
    }
}
