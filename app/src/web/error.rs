//! Everything that can go wrong for a person, and what they are told.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;

use super::seldom::Seldom;
use crate::db::Trouble;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or not for this viewer: the two look the same.
    #[error("not found")]
    NotFound,
    /// Only a member can do this.
    #[error("sign-in needed")]
    SignIn,
    /// The request came from another site.
    #[error("sent by another site")]
    OtherSite,
    /// Somebody else was signed in when the form was opened, in another tab or earlier on.
    #[error("the form of somebody else")]
    SomebodyElse,
    /// The request makes no sense; the text says why.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// The request does not fit what is there now; the text says why.
    #[error("conflict: {0}")]
    Conflict(String),
    /// More was sent than may be.
    #[error("too large")]
    TooLarge,
    /// It came, or went on, too slowly.
    #[error("timed out")]
    Timeout,
    /// Too many tries.
    #[error("too many tries; again in {retry_after:?}")]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// More work than this server can take just now.
    #[error("busy")]
    Busy,
    /// The database did not do its part.
    #[error("database: {0}")]
    Database(DbErr),
    /// Pictures cannot be read or kept.
    #[error("the store of posters: {0}")]
    Store(String),
    /// There is no room to keep it.
    #[error("no room is left: {0}")]
    Full(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// What a person is told of an [`Error`], and nothing else of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The answer's status.
    pub status: StatusCode,
    /// What happened, in a few words.
    pub title: &'static str,
    /// What to do, in a sentence or two.
    pub advice: String,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// Signing in would help.
    pub sign_in: bool,
}

impl Told {
    /// Both in one line, for the error of a form.
    pub fn line(&self) -> String {
        format!("{}. {}", self.title, self.advice)
    }

    /// The value of `Retry-After`, rounded up to whole seconds.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(whole_seconds)
    }
}

impl Error {
    /// Whether the same will do later: then a form comes back as it was typed.
    pub fn is_for_later(&self) -> bool {
        matches!(self, Self::TooMany { .. } | Self::Busy)
    }

    /// What the person is told.
    pub fn told(&self) -> Told {
        let trouble = self.trouble();
        let (status, title, advice) = match self {
            _ if trouble == Some(Trouble::Full) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "The disk is full",
                "Nothing was saved; what is here can be read as ever. Whoever runs this site has to make room. Then send it again.".to_owned(),
            ),
            _ if trouble == Some(Trouble::Unwritable) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Nothing can be saved just now",
                "Nothing was saved; what is here can be read as ever. Send it again in a while. If it stays so, tell whoever runs this site.".to_owned(),
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "It may have been deleted, or it is not for you to see. The address may also have a typing error.".to_owned(),
            ),
            Self::SignIn => (
                StatusCode::UNAUTHORIZED,
                "You are not signed in",
                "Sign in in another tab, then come back here and try again: what you typed is still there.".to_owned(),
            ),
            Self::OtherSite => (
                StatusCode::FORBIDDEN,
                "That came from another site",
                "Nothing was changed. If you pressed a button on this site, reload the page and press it again.".to_owned(),
            ),
            Self::SomebodyElse => (
                StatusCode::FORBIDDEN,
                "Somebody else is signed in",
                "Somebody else was signed in when this form was opened. Nothing was saved: copy your words, and sign in as them.".to_owned(),
            ),
            Self::BadRequest(why) => (
                StatusCode::BAD_REQUEST,
                "That request makes no sense",
                why.clone(),
            ),
            Self::Conflict(why) => (StatusCode::CONFLICT, "That does not fit any more", why.clone()),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much at once",
                "Nothing was saved. Go back, shorten it, and send it again.".to_owned(),
            ),
            Self::Timeout => (
                StatusCode::REQUEST_TIMEOUT,
                "That took too long",
                "Check your connection, then try again. Sending a form again never saves it twice.".to_owned(),
            ),
            Self::TooMany { retry_after } => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many tries",
                format!("Wait {} and try again.", wait(*retry_after)),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Busy just now",
                "Try again in a few seconds.".to_owned(),
            ),
            Self::Database(_) if trouble == Some(Trouble::Away) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The diary cannot be reached just now",
                "Nothing is lost. Try again in a moment.".to_owned(),
            ),
            Self::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Pictures cannot be reached just now",
                "Nothing is lost. Try again in a moment.".to_owned(),
            ),
            Self::Database(_) | Self::Full(_) | Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong here",
                "It is not your fault, and it was noted. Try again; if it stays, tell whoever runs this site the number below.".to_owned(),
            ),
        };
        Told {
            status,
            title,
            advice,
            retry_after: self.retry_after(),
            sign_in: matches!(self, Self::SignIn),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Busy => Some(Duration::from_secs(2)),
            Self::Store(_) => Some(Duration::from_secs(3)),
            _ => match self.trouble()? {
                Trouble::Away => Some(Duration::from_secs(3)),
                Trouble::Full | Trouble::Unwritable => Some(Duration::from_secs(60)),
            },
        }
    }

    /// What ails that in which the diary is kept, where this comes of it.
    fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Database(error) => Trouble::of(error),
            Self::Full(_) => Some(Trouble::Full),
            _ => None,
        }
    }

    fn log(&self, told: &Told) {
        match self {
            Self::Busy if TURNED_AWAY.is_due() => {
                tracing::warn!("more is asked than can be done: some are told to come again");
            }
            Self::Busy => tracing::debug!("a request was turned away"),
            _ if self.trouble().is_some() => match IN_TROUBLE.is_due() {
                true => tracing::error!(error = %self, "requests fail"),
                false => tracing::debug!(error = %self, "a request failed"),
            },
            _ if told.status.is_server_error() => {
                tracing::error!(error = %self, "a request failed");
            }
            _ => tracing::debug!(error = %self, "a request was refused"),
        }
    }

    /// What a status means that a layer answered with by itself.
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::OtherSite,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::Timeout,
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::BadRequest("This address does not take that kind of request.".to_owned())
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            other if other.is_client_error() => {
                Self::BadRequest("It is none that this site takes.".to_owned())
            }
            other => Self::Internal(format!("a layer answered {other}")),
        }
    }
}

/// That requests are turned away because there are too many,
static TURNED_AWAY: Seldom = Seldom::new();

/// and that something is wrong with the database, the log says once for many of them.
static IN_TROUBLE: Seldom = Seldom::new();

/// Rounded up: whoever waits for so long has waited long enough.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn wait(time: Duration) -> String {
    match whole_seconds(time) {
        0 | 1 => "a second".to_owned(),
        seconds @ ..60 => format!("{seconds} seconds"),
        seconds => match seconds.div_ceil(60) {
            1 => "a minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        },
    }
}

/// What was to be changed and is not there any more is told like what never was.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::RecordNotUpdated => Self::NotFound,
            other => Self::Database(other),
        }
    }
}

/// An address whose last part is no id leads nowhere.
impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let told = self.told();
        self.log(&told);
        let mut response = told.status.into_response();
        response.extensions_mut().insert(told);
        response
    }
}
