//! Separates the addresses in what a member types or pastes from the words around them. Apps that
//! share a film put title, year, rating and address into one text.

use url::Url;

/// A text in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastedText {
    /// Everything that is not an address, with single spaces.
    pub words: String,
    /// In the order of the text.
    pub addresses: Vec<Address>,
}

/// Something that a browser would open. `https://` may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As in the text.
    pub text: String,
    /// `None` if browsers would open it in another app, or not at all.
    pub url: Option<Url>,
}

/// A word in front of one of these is an address even without a path.
const BARE_HOSTS: [&str; 7] = [
    "imdb.com",
    "themoviedb.org",
    "tmdb.org",
    "wikidata.org",
    "letterboxd.com",
    "boxd.it",
    "imdb.to",
];

/// What may stand right before or after an address. Some apps add invisible marks for the direction
/// of text.
const AROUND: &[char] = &[
    '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '“', '”', '‘', '’', '«', '»', '‹', '›', '„',
    '.', ',', ';', ':', '!', '?', '…', '|', '•', '·', '-', '–', '—', '*', '_', '~', '`', '⭐', '★',
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{2066}', '\u{2068}',
    '\u{2069}', '\u{feff}',
];

/// Where the address begins in a link such as `[words](https://…)`.
const MARKDOWN: &str = "](http";

impl PastedText {
    pub fn split(text: &str) -> Self {
        let is_markdown = text.contains(MARKDOWN);
        let text = text.replace(MARKDOWN, "] http");
        let (mut words, mut addresses) = (Vec::new(), Vec::new());
        for word in text.split_whitespace() {
            let (before, address) = split_word(word);
            addresses.extend(address.map(Address::parse));
            words.extend((!before.is_empty()).then_some(before));
        }
        let words = words.join(" ");
        Self {
            words: if is_markdown {
                without_brackets(&words)
            } else {
                words
            },
            addresses,
        }
    }
}

/// What another app shared in several fields: the words of the first that has some, and the
/// addresses of all. Many apps put both into one field, or the same words into two.
pub fn join_shared(fields: &[&str]) -> String {
    let fields: Vec<_> = fields.iter().map(|text| PastedText::split(text)).collect();
    let mut words = fields.iter().map(|field| &field.words);
    let words = words.find(|words| !words.is_empty());
    let addresses = fields.iter().flat_map(|field| &field.addresses);
    let addresses = addresses.map(|address| &address.text);
    let parts: Vec<_> = words.into_iter().chain(addresses).cloned().collect();
    parts.join(" ")
}

impl Address {
    fn parse(text: &str) -> Self {
        let url = match scheme_of(text) {
            Some(scheme) if is_web(scheme) => Url::parse(text).ok(),
            Some(_) => None,
            None => Url::parse(&format!("https://{}", text.trim_start_matches('/'))).ok(),
        };
        Self {
            text: text.to_owned(),
            url,
        }
    }

    /// Whether the host is one of `sites` or a subdomain of one.
    pub fn is_at(&self, sites: &[&str]) -> bool {
        let url = self.url.as_ref().filter(|url| url.port().is_none());
        let host = url.and_then(Url::host_str).unwrap_or_default();
        sites.iter().any(|site| is_host_of(host, site))
    }

    /// The parts of the path, without the query and the fragment.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        let url = self.url.as_ref();
        url.and_then(Url::path_segments).into_iter().flatten()
    }
}

/// Without the first opening and the last closing bracket.
fn without_brackets(words: &str) -> String {
    let mut words = words.replacen('[', "", 1);
    if let Some(at) = words.rfind(']') {
        words.remove(at);
    }
    words
}

/// The part of `word` in front of an address, and the address. Chinese and Japanese have no space
/// between them.
fn split_word(word: &str) -> (&str, Option<&str>) {
    let bare = word.trim_matches(AROUND);
    if is_address(bare.strip_prefix("//").unwrap_or(bare)) {
        return ("", Some(bare));
    }
    match web_scheme_in(bare) {
        None => (word, None),
        // The address of a page that leads on to another one.
        Some(at) if bare[..at].contains(['=', '/']) => ("", Some(bare)),
        Some(at) => (&bare[..at], Some(&bare[at..])),
    }
}

fn is_address(word: &str) -> bool {
    if scheme_of(word).is_some() {
        return true;
    }
    let end = word.find(['/', '?', '#', '\\']).unwrap_or(word.len());
    let (authority, path) = word.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let is_known = BARE_HOSTS.iter().any(|site| is_host_of(host, site));
    is_known || (is_host(host) && (path.starts_with(['/', '\\']) || host.starts_with("www.")))
}

/// Names with dots between them, the last one only of letters.
fn is_host(host: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-');
    let Some((names, top)) = host.rsplit_once('.') else {
        return false;
    };
    names.split('.').all(is_name)
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
}

fn is_host_of(host: &str, site: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let subdomain = host.strip_suffix(site);
    subdomain.is_some_and(|name| name.is_empty() || name.ends_with('.'))
}

/// The scheme of an address such as `https://…`.
fn scheme_of(word: &str) -> Option<&str> {
    let (scheme, _) = word.split_once("://")?;
    let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_fit))
        .then_some(scheme)
}

fn is_web(scheme: &str) -> bool {
    ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}

/// Where an address of the web begins in `word`.
fn web_scheme_in(word: &str) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    ["https://", "http://"]
        .iter()
        .filter_map(|scheme| lower.find(scheme))
        .min()
}
