//! The error type of handlers.

mod message;

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;

use super::log_throttle::LogThrottle;
use crate::db::StorageFault;

pub use message::ErrorMessage;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or the viewer may not see it: the response must not tell which.
    #[error("not found")]
    NotFound,
    /// The viewer must sign in.
    #[error("sign-in needed")]
    SignInRequired,
    /// The request came from another site (CSRF). The text is shown to the person.
    #[error("sent by another site: {0}")]
    CrossSite(String),
    /// The request came from a page that is not at `BASE_URL`. `page_url` is where it should be.
    #[error("sent from a wrong address: {reason}")]
    WrongAddress { reason: String, page_url: String },
    /// The form was opened while another member was signed in, earlier or in another tab.
    #[error("the form belongs to another member")]
    OtherMember,
    /// The text is shown to the person.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// The request conflicts with the current data. The text is shown to the person.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The body exceeds the route's limit.
    #[error("too large")]
    TooLarge,
    /// The request took too long to arrive or to process.
    #[error("timed out")]
    Timeout,
    #[error("too many attempts; retry in {retry_after:?}")]
    TooManyRequests { retry_after: Duration },
    /// The person has used up what one member may use. The rule is shown to them.
    #[error("quota exceeded: {rule} Retry in {retry_after:?}")]
    QuotaExceeded {
        rule: &'static str,
        retry_after: Duration,
    },
    /// The server has no capacity left for this request.
    #[error("busy")]
    Busy,
    #[error("database: {0}")]
    Database(DbErr),
    /// The poster store failed.
    #[error("poster store: {0}")]
    PosterStore(String),
    /// The disk of the poster store is full.
    #[error("no space left: {0}")]
    StorageFull(String),
    /// A bug in this program.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Whether the same request may succeed later: then a form is shown again as it was filled in.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::TooManyRequests { .. } | Self::Busy)
    }

    /// `None` if the database and the store are not at fault.
    fn storage_fault(&self) -> Option<StorageFault> {
        match self {
            Self::Database(error) => StorageFault::of(error),
            Self::StorageFull(_) => Some(StorageFault::DiskFull),
            _ => None,
        }
    }

    fn log(&self, message: &ErrorMessage) {
        match self {
            Self::Busy if BUSY_THROTTLE.is_due() => {
                tracing::warn!("too many concurrent requests: some get a 503");
            }
            Self::Busy => tracing::debug!("a request got a 503: no capacity"),
            _ if self.storage_fault().is_some() => {
                if DATABASE_THROTTLE.is_due() {
                    tracing::error!(error = %self, "requests fail");
                } else {
                    tracing::debug!(error = %self, "a request failed");
                }
            }
            _ if message.status.is_server_error() => {
                tracing::error!(error = %self, "a request failed");
            }
            _ => tracing::debug!(error = %self, "a request was rejected"),
        }
    }

    /// The error for a bare status that a middleware layer responded with.
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => {
                Self::CrossSite("Nothing was changed. Reload the page and try again.".to_owned())
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::Timeout,
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::BadRequest("This address doesn’t accept that kind of request.".to_owned())
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            other if other.is_client_error() => {
                Self::BadRequest("This site can’t process that request.".to_owned())
            }
            other => Self::Internal(format!("a layer responded with {other}")),
        }
    }
}

static BUSY_THROTTLE: LogThrottle = LogThrottle::new();

static DATABASE_THROTTLE: LogThrottle = LogThrottle::new();

/// An update of a row that no longer exists is a 404.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::RecordNotUpdated => Self::NotFound,
            other => Self::Database(other),
        }
    }
}

/// A path with a malformed id is a 404.
impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let message = self.message();
        self.log(&message);
        let mut response = message.status.into_response();
        response.extensions_mut().insert(message);
        response
    }
}
