//! The cookie.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;

/// Its name.
const NAME: &str = "device";

/// How long it is kept: a year.
const AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// How long the mark of a member is, in hexadecimal digits.
pub const MARK: usize = 16;

/// Paper or cinema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Paper.
    Light,
    /// Cinema.
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As it is called in forms and in the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// As it is called for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The colour of the page, for what stands around it: `--paper` of `tokens.css` in the
    /// notation that manifests know.
    pub fn paper(self) -> &'static str {
        match self {
            Self::System | Self::Light => "#faf6ee",
            Self::Dark => "#130d09",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// What was chosen for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Light or dark.
    pub theme: Theme,
    /// Whether single keys are shortcuts.
    pub has_shortcuts: bool,
    /// The mark of the member whose pages are kept on it, if somebody's are: one who did not
    /// switch it on is never kept, whoever did before them.
    pub keeps_for: Option<String>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            has_shortcuts: true,
            keeps_for: None,
        }
    }
}

const NO_SHORTCUTS: &str = "no-shortcuts";
const KEEPS_FOR: &str = "keeps-";

impl Device {
    /// As the request's cookie says; what it says and nobody understands counts as nothing.
    pub fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(COOKIE).iter();
        let mut cookies = cookies.flat_map(|value| value.to_str().unwrap_or_default().split(';'));
        let value = cookies.find_map(|cookie| {
            let (name, value) = cookie.split_once('=')?;
            (name.trim() == NAME).then(|| value.trim().to_owned())
        });
        Self::parse(&value.unwrap_or_default())
    }

    fn parse(value: &str) -> Self {
        let mut device = Self::default();
        for word in value.split('.') {
            if word == NO_SHORTCUTS {
                device.has_shortcuts = false;
            } else if let Some(mark) = word.strip_prefix(KEEPS_FOR) {
                device.keeps_for = mark_in(mark);
            } else if let Some(theme) = Theme::parse(word) {
                device.theme = theme;
            }
        }
        device
    }

    fn value(&self) -> String {
        let mut words = vec![self.theme.name().to_owned()];
        words.extend((!self.has_shortcuts).then(|| NO_SHORTCUTS.to_owned()));
        words.extend(
            self.keeps_for
                .iter()
                .map(|mark| format!("{KEEPS_FOR}{mark}")),
        );
        words.join(".")
    }

    /// The header that sets it. What every cookie of this site says is added to it later.
    pub fn cookie(&self) -> String {
        format!("{NAME}={}; Max-Age={AGE_SECONDS}", self.value())
    }
}

/// What can be a mark: nothing else gets into a cookie.
pub(super) fn mark_in(text: &str) -> Option<String> {
    let is_mark = text.len() == MARK && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_mark.then(|| text.to_owned())
}

impl<S: Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::COOKIE;

    use super::{Device, Theme};

    fn all() -> impl Iterator<Item = Device> {
        Theme::ALL.into_iter().flat_map(|theme| {
            [
                (false, None),
                (false, Some("00112233aabbccdd")),
                (true, None),
                (true, Some("00112233aabbccdd")),
            ]
            .map(|(has_shortcuts, mark)| Device {
                theme,
                has_shortcuts,
                keeps_for: mark.map(str::to_owned),
            })
        })
    }

    #[test]
    fn what_is_set_is_read() {
        for device in all() {
            let mut headers = HeaderMap::new();
            let cookie = device.cookie();
            let (cookie, _) = cookie.split_once(';').expect("more than a value");
            let sent = format!("session=x; {cookie};a=b");
            headers.insert(COOKIE, sent.parse().expect("a header"));
            assert_eq!(Device::of(&headers), device);
        }
    }

    #[test]
    fn nonsense_is_nothing() {
        for value in [
            "",
            "...",
            "\"dark\"",
            "DARK",
            "purple.loud",
            "keeps-",
            "keeps-x y",
            "keeps-00112233aabbccddee",
        ] {
            assert_eq!(Device::parse(value), Device::default(), "{value}");
        }
        assert_eq!(Device::of(&HeaderMap::new()), Device::default());
    }
}
