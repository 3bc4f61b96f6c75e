//! The cookie with the settings of one device.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::config::Config;
use crate::web::{Page, cookie_value};

const COOKIE_NAME: &str = "device";

/// The name on https. Browsers accept the prefix only from this host itself, and over https.
const SECURE_COOKIE_NAME: &str = "__Host-device";

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
    pub fn from_request(headers: &HeaderMap, is_https: bool) -> Self {
        let current = cookie_value(headers, cookie_name(is_https)).map(Self::parse);
        current
            .or_else(|| Self::from_old_cookie(headers))
            .unwrap_or_default()
    }

    /// Another host of the same domain can set the old cookie, so it does not decide whose pages
    /// are saved here.
    fn from_old_cookie(headers: &HeaderMap) -> Option<Self> {
        let old = Self::parse(cookie_value(headers, COOKIE_NAME)?);
        Some(Self {
            saves_pages_for: None,
            ..old
        })
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

    fn as_words(&self) -> String {
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
    pub fn set_cookie(&self, is_https: bool) -> String {
        let (name, value) = (cookie_name(is_https), self.as_words());
        format!("{name}={value}; Max-Age={MAX_AGE_SECONDS}")
    }
}

/// Middleware that renames the cookie if it is from before the site was on https, or from before
/// its name had the prefix. It does so with pages only, so that a form can set the cookie.
pub async fn rename_old_cookie(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let cookies = renamed_cookies(request.headers(), config.is_https());
    let mut response = next.run(request).await;
    if response.extensions().get::<Page>().is_some() {
        let cookies = cookies.iter().filter_map(|cookie| cookie.parse().ok());
        cookies.for_each(|cookie| _ = response.headers_mut().append(SET_COOKIE, cookie));
    }
    response
}

fn renamed_cookies(headers: &HeaderMap, is_https: bool) -> Vec<String> {
    match Device::from_old_cookie(headers) {
        Some(old) if is_https && cookie_value(headers, SECURE_COOKIE_NAME).is_none() => vec![
            old.set_cookie(is_https),
            format!("{COOKIE_NAME}=; Max-Age=0"),
        ],
        _ => Vec::new(),
    }
}

fn cookie_name(is_https: bool) -> &'static str {
    if is_https {
        SECURE_COOKIE_NAME
    } else {
        COOKIE_NAME
    }
}

/// Validates an account mark, so that nothing else from the form gets into the cookie.
pub fn parse_account_mark(text: &str) -> Option<String> {
    let is_mark =
        text.len() == ACCOUNT_MARK_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_mark.then(|| text.to_owned())
}

impl<S> FromRequestParts<S> for Device
where
    S: Sync,
    Arc<Config>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let is_https = Arc::<Config>::from_ref(state).is_https();
        Ok(Self::from_request(&parts.headers, is_https))
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
        for (device, is_https) in all_devices().flat_map(|d| [(d.clone(), false), (d, true)]) {
            let mut headers = HeaderMap::new();
            let cookie = device.set_cookie(is_https);
            let (cookie, _) = cookie.split_once(';').expect("more than a value");
            let sent = format!("session=x; {cookie};a=b");
            headers.insert(COOKIE, sent.parse().expect("a header"));
            assert_eq!(Device::from_request(&headers, is_https), device);
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
        let none = Device::from_request(&HeaderMap::new(), false);
        assert_eq!(none, Device::default());
    }
}
