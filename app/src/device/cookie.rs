//! The cookie with the settings of one device.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;

const COOKIE_NAME: &str = "device";

/// One year.
const MAX_AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// In hexadecimal digits.
pub const ACCOUNT_MARK_LENGTH: usize = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Follows the operating system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// In the order of the form.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in forms, in the cookie and in `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The page's background for the browser's own interface. The same colours as `--paper` in
    /// `tokens.css`, in hexadecimal because manifests need it.
    pub fn page_color(self) -> &'static str {
        match self {
            Self::System | Self::Light => "#faf6ee",
            Self::Dark => "#130d09",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub theme: Theme,
    /// Whether single-key shortcuts are on.
    pub has_shortcuts: bool,
    /// The account mark of the member who saves pages on this device. Pages of another member who
    /// signs in here are not saved.
    pub saves_pages_for: Option<String>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            has_shortcuts: true,
            saves_pages_for: None,
        }
    }
}

const NO_SHORTCUTS: &str = "no-shortcuts";
const SAVES_PAGES_FOR: &str = "keeps-";

impl Device {
    /// Reads the request's cookie and ignores words that it does not know.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(COOKIE).iter();
        let mut cookies = cookies.flat_map(|value| value.to_str().unwrap_or_default().split(';'));
        let value = cookies.find_map(|cookie| {
            let (name, value) = cookie.split_once('=')?;
            (name.trim() == COOKIE_NAME).then(|| value.trim().to_owned())
        });
        Self::parse(&value.unwrap_or_default())
    }

    fn parse(value: &str) -> Self {
        let mut device = Self::default();
        for word in value.split('.') {
            if word == NO_SHORTCUTS {
                device.has_shortcuts = false;
            } else if let Some(mark) = word.strip_prefix(SAVES_PAGES_FOR) {
                device.saves_pages_for = parse_account_mark(mark);
            } else if let Some(theme) = Theme::parse(word) {
                device.theme = theme;
            }
        }
        device
    }

    fn cookie_value(&self) -> String {
        let mut words = vec![self.theme.name().to_owned()];
        words.extend((!self.has_shortcuts).then(|| NO_SHORTCUTS.to_owned()));
        words.extend(
            self.saves_pages_for
                .iter()
                .map(|mark| format!("{SAVES_PAGES_FOR}{mark}")),
        );
        words.join(".")
    }

    /// The `Set-Cookie` value. A middleware adds the attributes that all cookies share.
    pub fn set_cookie(&self) -> String {
        format!(
            "{COOKIE_NAME}={}; Max-Age={MAX_AGE_SECONDS}",
            self.cookie_value()
        )
    }
}

/// Validates an account mark, so that nothing else from the form gets into the cookie.
pub fn parse_account_mark(text: &str) -> Option<String> {
    let is_mark =
        text.len() == ACCOUNT_MARK_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_mark.then(|| text.to_owned())
}

impl<S: Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::from_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::COOKIE;

    use super::{Device, Theme};

    fn all_devices() -> impl Iterator<Item = Device> {
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
                saves_pages_for: mark.map(str::to_owned),
            })
        })
    }

    #[test]
    fn the_cookie_round_trips() {
        for device in all_devices() {
            let mut headers = HeaderMap::new();
            let cookie = device.set_cookie();
            let (cookie, _) = cookie.split_once(';').expect("more than a value");
            let sent = format!("session=x; {cookie};a=b");
            headers.insert(COOKIE, sent.parse().expect("a header"));
            assert_eq!(Device::from_headers(&headers), device);
        }
    }

    #[test]
    fn unknown_words_are_ignored() {
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
        assert_eq!(Device::from_headers(&HeaderMap::new()), Device::default());
    }
}
