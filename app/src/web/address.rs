//! Addresses that mean nothing here, and those that lead away from here.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use super::Error;

/// Refuses an address with a NUL in it: no text has one, and PostgreSQL takes none. In
/// forms each field says so itself.
pub async fn check(request: Request, next: Next) -> Result<Response, Error> {
    let uri = request.uri();
    let has_nul = |part: &str| part.contains("%00");
    match has_nul(uri.path()) || uri.query().is_some_and(has_nul) {
        true => Err(Error::BadRequest(
            "This address has characters that mean nothing here.".to_owned(),
        )),
        false => Ok(next.run(request).await),
    }
}

/// The path of this site that `raw` names, or none. Whatever a browser would
/// understand as another site is refused.
pub fn local_path(raw: &str) -> Option<String> {
    let is_path = raw.starts_with('/') && !raw.starts_with("//");
    let is_plain = raw
        .bytes()
        .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let here = url::Url::parse("http://site.invalid").expect("a valid address");
    let there = here.join(raw).ok()?;
    (is_path && is_plain && there.origin() == here.origin()).then(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_a_path_of_this_site_is_gone_back_to() {
        for good in [
            "/",
            "/reviews/7",
            "/reviews/new?q=a%20b&by_hand=1",
            "/users/a-b_c#x",
        ] {
            assert_eq!(local_path(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "reviews",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "///evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            " //evil.example",
            "/\n/evil.example",
            "http:evil.example",
            "@evil.example",
            "/ä",
            "/a b",
            "\0/",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }
}
