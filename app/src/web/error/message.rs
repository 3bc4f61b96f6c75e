//! The status and the sentences that a person gets.

use std::time::Duration;

use axum::http::StatusCode;

use super::Error;
use crate::db::StorageFault;

/// The public part of an [`Error`]: everything that a person gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorMessage {
    pub status: StatusCode,
    pub title: &'static str,
    /// One or two sentences on what to do.
    pub advice: String,
    pub retry_after: Option<Duration>,
    /// Whether to offer a sign-in link.
    pub offer_sign_in: bool,
    /// The right address of the page, if the person used a wrong one.
    pub right_address: Option<String>,
}

impl ErrorMessage {
    /// Title and advice in one line, for a form's error.
    pub fn as_line(&self) -> String {
        format!("{}. {}", self.title, self.advice)
    }

    /// The value of `Retry-After`.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(ceil_seconds)
    }
}

impl Error {
    pub fn message(&self) -> ErrorMessage {
        let fault = self.storage_fault();
        let (status, title, advice) = match self {
            _ if fault == Some(StorageFault::DiskFull) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "The disk is full",
                "Nothing was saved, but you can still read everything. Ask the person who runs this site to free up space, then try again.".to_owned(),
            ),
            _ if fault == Some(StorageFault::Unwritable) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Saving isn’t possible right now",
                "Nothing was saved, but you can still read everything. Try again in a few minutes. If it keeps happening, tell the person who runs this site.".to_owned(),
            ),
            _ if fault == Some(StorageFault::Busy) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Saving isn’t possible right now",
                "Other changes are being saved. Nothing was saved of this one, but you can still read everything. Try again in a few seconds.".to_owned(),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Not found",
                "It may have been deleted, or you may not have access to it. Check the address for typos.".to_owned(),
            ),
            Self::SignInRequired => (
                StatusCode::UNAUTHORIZED,
                "You’re not signed in",
                "Sign in in another tab, then come back and try again. What you typed is still here.".to_owned(),
            ),
            Self::CrossSite(reason) => (
                StatusCode::FORBIDDEN,
                "That request came from another site",
                reason.clone(),
            ),
            Self::WrongAddress { reason, .. } => (
                StatusCode::FORBIDDEN,
                "This site has another address",
                reason.clone(),
            ),
            Self::OtherMember => (
                StatusCode::FORBIDDEN,
                "Someone else is signed in",
                "This form was opened under another account, so nothing was saved. Copy your text and sign in with that account.".to_owned(),
            ),
            Self::BadRequest(reason) => (
                StatusCode::BAD_REQUEST,
                "That request isn’t valid",
                reason.clone(),
            ),
            Self::Conflict(why) => (StatusCode::CONFLICT, "That isn’t possible now", why.clone()),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too large",
                "Nothing was saved. Go back, make it smaller and try again.".to_owned(),
            ),
            Self::Timeout => (
                StatusCode::REQUEST_TIMEOUT,
                "That took too long",
                "Check your connection, then try again. Sending a form again never saves it twice.".to_owned(),
            ),
            Self::TooManyRequests { retry_after } => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many attempts",
                format!("Wait {} and try again.", describe_wait(*retry_after)),
            ),
            Self::QuotaExceeded { rule, retry_after } => (
                StatusCode::TOO_MANY_REQUESTS,
                "You’ve reached a limit",
                format!("{rule} Try again in {}.", describe_wait(*retry_after)),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The site is busy",
                "Try again in a few seconds.".to_owned(),
            ),
            Self::Database(_) if fault == Some(StorageFault::Unreachable) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The diary can’t be reached right now",
                "Nothing is lost. Try again in a moment.".to_owned(),
            ),
            Self::PosterStore(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Pictures can’t be reached right now",
                "Nothing is lost. Try again in a moment.".to_owned(),
            ),
            Self::Database(_) | Self::StorageFull(_) | Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It’s not your fault, and the error was logged. Try again. If it keeps happening, give the number below to the person who runs this site.".to_owned(),
            ),
        };
        ErrorMessage {
            status,
            title,
            advice,
            retry_after: self.retry_after(),
            offer_sign_in: matches!(self, Self::SignInRequired),
            right_address: match self {
                Self::WrongAddress { page_url, .. } => Some(page_url.clone()),
                _ => None,
            },
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after } | Self::QuotaExceeded { retry_after, .. } => {
                Some(*retry_after)
            }
            Self::Busy => Some(Duration::from_secs(2)),
            Self::PosterStore(_) => Some(Duration::from_secs(3)),
            _ => match self.storage_fault()? {
                StorageFault::Unreachable | StorageFault::Busy => Some(Duration::from_secs(3)),
                StorageFault::DiskFull | StorageFault::Unwritable => Some(Duration::from_secs(60)),
            },
        }
    }
}

/// Rounds up, so that a client that waits this long does not come too early.
fn ceil_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn describe_wait(time: Duration) -> String {
    match ceil_seconds(time) {
        0 | 1 => "a second".to_owned(),
        seconds @ ..60 => format!("{seconds} seconds"),
        seconds => match seconds.div_ceil(60) {
            1 => "a minute".to_owned(),
            minutes @ ..=90 => format!("{minutes} minutes"),
            minutes => format!("{} hours", minutes.div_ceil(60)),
        },
    }
}
