//! Checks of URLs: rejects NUL bytes in requests, and redirects to other sites.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use super::Error;

/// Middleware that answers 400 if the URL contains a NUL byte, which PostgreSQL cannot store.
/// Form fields are validated one by one instead.
pub async fn reject_nul_bytes(request: Request, next: Next) -> Result<Response, Error> {
    let uri = request.uri();
    let has_nul = |part: &str| part.contains("%00");
    if has_nul(uri.path()) || uri.query().is_some_and(has_nul) {
        Err(Error::BadRequest(
            "This address contains invalid characters.".to_owned(),
        ))
    } else {
        Ok(next.run(request).await)
    }
}

/// Returns `raw` if it is a path on this site. `None` for anything that a browser could resolve
/// to another site, to prevent open redirects.
pub fn local_path(raw: &str) -> Option<String> {
    let is_path = raw.starts_with('/') && !raw.starts_with("//");
    let is_plain = raw
        .bytes()
        .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let base = url::Url::parse("http://site.invalid").expect("a valid address");
    let resolved = base.join(raw).ok()?;
    (is_path && is_plain && resolved.origin() == base.origin()).then(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_on_this_site_are_local() {
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
