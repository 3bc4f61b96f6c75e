//! Reads the cookies of a request.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The value of the first cookie with this name.
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter();
    let mut cookies = cookies.flat_map(|value| value.to_str().unwrap_or_default().split(';'));
    cookies.find_map(|cookie| {
        let (known, value) = cookie.split_once('=')?;
        (known.trim() == name).then(|| value.trim())
    })
}
