//! Secrets that a page shows right after they were created, and once more if it is reloaded. They
//! wait in a cookie of the browser that created them, because the database has only their hashes.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::AppendHeaders;

use super::Member;
use crate::web::cookie_value;

const COOKIE_NAME: &str = "reveal";

/// For the page after the form, and for one reload of it.
const TIMES: u8 = 2;

const MAX_AGE_SECONDS: u32 = 600;

/// A secret that was created just now, and what for.
#[derive(Clone, Debug, Default)]
pub struct Reveal {
    waiting: Option<Waiting>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiting {
    /// How many times it is still shown.
    times: u8,
    account_mark: String,
    purpose: String,
    secret: String,
}

/// The header that sets or removes the cookie.
pub type RevealHeaders = AppendHeaders<Option<(HeaderName, String)>>;

impl Reveal {
    /// Lets the pages that follow show `secret`, which `member` has created for `purpose`. Neither
    /// has a dot, a space or a semicolon.
    pub fn keep(member: &Member, purpose: &str, secret: &str) -> RevealHeaders {
        let waiting = Waiting {
            times: TIMES,
            account_mark: member.account_mark(),
            purpose: purpose.to_owned(),
            secret: secret.to_owned(),
        };
        AppendHeaders(Some(waiting.cookie()))
    }

    /// The secret, if `member` has created it for `purpose`.
    pub fn secret(&self, member: &Member, purpose: &str) -> Option<&str> {
        let waiting = self.waiting.as_ref()?;
        let is_meant = waiting.purpose == purpose && waiting.account_mark == member.account_mark();
        is_meant.then_some(&*waiting.secret)
    }

    /// What the secret is for, whoever has created it.
    pub fn purpose(&self) -> Option<&str> {
        self.waiting.as_ref().map(|waiting| &*waiting.purpose)
    }

    /// For the response that shows the secret.
    pub fn count(self, is_shown: bool) -> RevealHeaders {
        let shown = self.waiting.filter(|_| is_shown);
        AppendHeaders(shown.map(|waiting| {
            let left = Waiting {
                times: waiting.times.saturating_sub(1),
                ..waiting
            };
            left.cookie()
        }))
    }
}

impl Waiting {
    fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('.');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        Some(Self {
            times: part()?.parse().ok().filter(|times| *times > 0)?,
            account_mark: part()?.to_owned(),
            purpose: part()?.to_owned(),
            secret: part()?.to_owned(),
        })
    }

    fn cookie(&self) -> (HeaderName, String) {
        let Self {
            times,
            account_mark,
            purpose,
            secret,
        } = self;
        let cookie = match times {
            0 => format!("{COOKIE_NAME}=; SameSite=Lax; Max-Age=0"),
            _ => format!(
                "{COOKIE_NAME}={times}.{account_mark}.{purpose}.{secret}; Max-Age={MAX_AGE_SECONDS}"
            ),
        };
        (SET_COOKIE, cookie)
    }
}

impl<S: Sync> FromRequestParts<S> for Reveal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            waiting: cookie_value(&parts.headers, COOKIE_NAME).and_then(Waiting::parse),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Waiting;

    proptest! {
        #[test]
        fn a_cookie_reads_back(times in 1_u8..3, mark in "[0-9a-f]{16}", purpose in "[a-z0-9-]{1,20}", secret in "[A-Za-z0-9_-]{27}") {
            let waiting = Waiting { times, account_mark: mark, purpose, secret };
            let (_, cookie) = waiting.cookie();
            let value = cookie.strip_prefix("reveal=").and_then(|cookie| cookie.split_once(';'));
            prop_assert_eq!(value.and_then(|(value, _)| Waiting::parse(value)), Some(waiting));
        }

        #[test]
        fn nothing_else_is_a_secret(value in "[^.]*") {
            prop_assert_eq!(Waiting::parse(&value), None);
        }
    }
}
