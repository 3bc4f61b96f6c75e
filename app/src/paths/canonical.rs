//! Leads other spellings of an address to the one that the site uses: a trailing slash, or capital
//! letters in a username.

use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::routing::TypedPath;

use super::{ApiMember, Embed, Member};
use crate::web::url_checks::local_path;

/// What stands before a username in the patterns of addresses.
const USERNAME_PATTERNS: [&str; 3] = [Member::PATH, Embed::PATH, ApiMember::PATH];

/// Middleware that answers 308, so that a program’s request keeps its method and body.
pub async fn lead_to_canonical(request: Request, next: Next) -> Response {
    match canonical_address(request.uri()) {
        Some(address) => Redirect::permanent(&address).into_response(),
        None => next.run(request).await,
    }
}

/// `None` if the address is already the canonical one.
fn canonical_address(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let trimmed = match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    };
    let canonical = with_lower_case_username(trimmed);
    if canonical == path {
        return None;
    }
    local_path(&match uri.query() {
        Some(query) => format!("{canonical}?{query}"),
        None => canonical,
    })
}

/// Usernames are lower case, and signing in takes them in any case.
fn with_lower_case_username(path: &str) -> String {
    let prefixes = USERNAME_PATTERNS.iter().filter_map(|pattern| {
        let (prefix, _) = pattern.split_once('{')?;
        Some(prefix)
    });
    for prefix in prefixes {
        if let Some(rest) = path.strip_prefix(prefix) {
            let end = rest.find('/').unwrap_or(rest.len());
            let (username, rest) = rest.split_at(end);
            // No username needs escapes, whose letters mean nothing.
            if username.contains('%') {
                break;
            }
            return format!("{prefix}{}{rest}", username.to_ascii_lowercase());
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::canonical_address;

    #[test]
    fn other_spellings_lead_to_the_canonical_address() {
        for (address, canonical) in [
            ("/users/ANA", "/users/ana"),
            ("/users/Ana/", "/users/ana"),
            ("/users/ANA?view=trends&q=X", "/users/ana?view=trends&q=X"),
            ("/users/Ana/feed.atom", "/users/ana/feed.atom"),
            ("/embed/ANA", "/embed/ana"),
            ("/api/users/Ana/stats/", "/api/users/ana/stats"),
            ("/movies/", "/movies"),
            ("/movies//", "/movies"),
            ("/movies/?q=a/", "/movies?q=a/"),
            ("/api/", "/api"),
        ] {
            let uri = address.parse().expect(address);
            assert_eq!(canonical_address(&uri).as_deref(), Some(canonical));
        }
    }

    #[test]
    fn canonical_addresses_and_those_of_other_sites_lead_nowhere() {
        for address in [
            "/",
            "/?older=A/",
            "/users",
            "/users/ana",
            "/people/A",
            "/feeds/SECRET",
            "//evil.example/",
            "/\\evil.example/",
        ] {
            let Ok(uri) = address.parse() else { continue };
            assert_eq!(canonical_address(&uri), None, "{address}");
        }
    }
}
