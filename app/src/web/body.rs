//! Bodies are read whole before it is asked who sends them, and never more of them at once than
//! there is room for.

use std::sync::Arc;
use std::time::Duration;

use axum::RequestExt;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::Error;

/// What the largest form weighs at most. Most routes take less.
pub const LARGEST: usize = 256 * 1024;

/// A body gets its room in steps of so many bytes. The first is nobody's to take away: nearly
/// every form fits in it, and is read however many others send large ones slowly. There are no
/// more of these than connections.
const STEP: usize = 16 * 1024;

/// How many further steps there are for all bodies that come or wait: 32 MB, a hundred and more of
/// the largest. They are given back after half a minute at the latest, when a request may take no
/// longer.
const STEPS: usize = 2048;

/// How long whoever was refused may go on to send.
const FINISHING: Duration = Duration::from_secs(10);

/// The memory there is for bodies.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

/// A body, and what it takes of the room, given back when nobody needs its bytes any more.
#[derive(Debug, Default)]
struct Gathered {
    bytes: Vec<u8>,
    steps: Vec<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Gathered {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::of(STEPS)
    }
}

impl Room {
    /// For so many steps of 16 KB, besides the first of each body.
    pub fn of(steps: usize) -> Self {
        Self(Arc::new(Semaphore::new(steps)))
    }

    /// How many more steps there are.
    pub fn left(&self) -> usize {
        self.0.available_permits()
    }

    /// Reads a body. It takes up what has come of it, not what is said to come.
    async fn gather(&self, body: &mut Body) -> Result<Gathered, Error> {
        let mut gathered = Gathered::default();
        while let Some(frame) = body.frame().await {
            // Trailers are of no use.
            if let Ok(piece) = frame.map_err(broken_off)?.into_data() {
                self.make_room(&mut gathered, piece.len())?;
                gathered.bytes.extend_from_slice(&piece);
            }
        }
        Ok(gathered)
    }

    fn make_room(&self, gathered: &mut Gathered, more: usize) -> Result<(), Error> {
        let needed = (gathered.bytes.len() + more).div_ceil(STEP);
        while gathered.steps.len() + 1 < needed {
            let step = Arc::clone(&self.0).try_acquire_owned();
            gathered.steps.push(step.map_err(|_| Error::Busy)?);
        }
        if needed > 1 {
            let free = needed * STEP - gathered.bytes.len();
            gathered.bytes.reserve_exact(free);
        }
        Ok(())
    }
}

/// Reads the body. Were the session looked up first, whoever holds the rest of a body back
/// could act for half a minute after they were signed out or disabled.
pub async fn gather(
    State(room): State<Room>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let declared = declared(&request);
    let may_finish = declared <= LARGEST as u64 && !request.headers().contains_key(EXPECT);
    let (head, mut body) = request.with_limited_body().into_parts();
    let gathered = match fits(declared, &body) {
        Ok(()) => room.gather(&mut body).await,
        Err(error) => Err(error),
    };
    if gathered.is_err() && may_finish {
        let_finish(body);
    }
    let whole = Bytes::from_owner(gathered?);
    Ok(next.run(Request::from_parts(head, whole.into())).await)
}

/// How many bytes are said to come.
pub(super) fn declared(request: &Request) -> u64 {
    request.body().size_hint().lower()
}

/// Whether so much may come in a body that ends at the limit of its route.
pub(super) fn fits(declared: u64, limited: &Body) -> Result<(), Error> {
    match limited.size_hint().upper() {
        Some(most) if most < declared => Err(Error::TooLarge),
        _ => Ok(()),
    }
}

/// Throws away what still comes of a body that was refused. A browser reads no answer before it
/// has sent all of it, and would see a connection that breaks off instead.
fn let_finish(mut body: Body) {
    tokio::spawn(timeout(FINISHING, async move {
        while body.frame().await.is_some() {}
    }));
}

fn broken_off(error: axum::Error) -> Error {
    tracing::debug!(?error, "a body was refused");
    match error.into_inner().is::<LengthLimitError>() {
        true => Error::TooLarge,
        false => Error::BadRequest("It came only in part. Send it again.".to_owned()),
    }
}
