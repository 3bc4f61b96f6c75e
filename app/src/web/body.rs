//! Reads request bodies into memory before the session is looked up, within a shared memory
//! budget.

use std::sync::Arc;
use std::time::Duration;

use axum::RequestExt;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, EXPECT};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::ErrorMessage;
use super::network_counts::{NetworkCounts, NetworkPermit};
use super::{ClientAddress, Error};

/// Body limit of the largest form. Most routes allow less.
pub const MAX_FORM_BYTES: usize = 256 * 1024;

/// Bytes that one permit of the budget stands for. The first 16 KB of each body need no permit:
/// nearly every form fits in them, and must be read even while slow large bodies use up the
/// budget. The number of connections limits the memory for these.
const BYTES_PER_PERMIT: usize = 16 * 1024;

/// Permits for all bodies together: 32 MB, more than a hundred of the largest forms. The request
/// timeout returns a body's permits after 30 seconds at the latest.
const MAX_PERMITS: usize = 2048;

/// How long the rest of a rejected body is read and discarded.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// One client network may have this part of the budget, so that its slow bodies don't block those
/// of others. Each may have one of the largest forms.
const NETWORK_SHARE: usize = 4;

/// Memory budget shared by all request bodies.
#[derive(Clone, Debug)]
pub struct BodyBudget {
    permits: Arc<Semaphore>,
    by_network: Arc<NetworkCounts>,
    network_limit: usize,
}

/// A body with its permits, which are returned when the last reference to its bytes is dropped.
#[derive(Debug, Default)]
struct BufferedBody {
    bytes: Vec<u8>,
    permits: Vec<BodyPermit>,
}

#[derive(Debug)]
struct BodyPermit {
    #[expect(dead_code, reason = "released on drop")]
    budget: OwnedSemaphorePermit,
    /// `None` for this machine: a proxy that is not in `TRUSTED_PROXIES` stands for everybody.
    #[expect(dead_code, reason = "released on drop")]
    share: Option<NetworkPermit>,
}

impl AsRef<[u8]> for BufferedBody {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self::with_permits(MAX_PERMITS)
    }
}

impl BodyBudget {
    /// Each permit is 16 KB; the first 16 KB of each body come on top.
    pub fn with_permits(permits: usize) -> Self {
        let largest_form = MAX_FORM_BYTES / BYTES_PER_PERMIT;
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            by_network: Arc::default(),
            network_limit: (permits / NETWORK_SHARE).max(largest_form),
        }
    }

    pub fn available_permits(&self) -> usize {
        self.permits.available_permits()
    }

    /// Takes permits for the bytes received, not for the declared length.
    async fn read_body(
        &self,
        client: Option<ClientAddress>,
        body: &mut Body,
    ) -> Result<BufferedBody, Error> {
        let mut gathered = BufferedBody::default();
        while let Some(frame) = body.frame().await {
            // Ignore trailers.
            if let Ok(piece) = frame.map_err(read_body_error)?.into_data() {
                self.reserve(client, &mut gathered, piece.len())?;
                gathered.bytes.extend_from_slice(&piece);
            }
        }
        Ok(gathered)
    }

    fn reserve(
        &self,
        client: Option<ClientAddress>,
        buffered: &mut BufferedBody,
        additional: usize,
    ) -> Result<(), Error> {
        let needed = (buffered.bytes.len() + additional).div_ceil(BYTES_PER_PERMIT);
        while buffered.permits.len() + 1 < needed {
            let permit = self.try_acquire(client).ok_or(Error::Busy)?;
            buffered.permits.push(permit);
        }
        if needed > 1 {
            let free = needed * BYTES_PER_PERMIT - buffered.bytes.len();
            buffered.bytes.reserve_exact(free);
        }
        Ok(())
    }

    fn try_acquire(&self, client: Option<ClientAddress>) -> Option<BodyPermit> {
        let share = match client.filter(|client| !client.0.is_loopback()) {
            Some(client) => {
                let network = client.network();
                Some(self.by_network.try_count(network, self.network_limit)?)
            }
            None => None,
        };
        let budget = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(BodyPermit { budget, share })
    }
}

/// A form that was refused because its session has ended. The error page carries it along.
#[derive(Clone, Debug)]
pub struct RefusedForm(pub Bytes);

const FORM: &str = "application/x-www-form-urlencoded";

/// Middleware that buffers the body before the session is looked up. In the other order, a client
/// could delay its body and still act for 30 seconds after being signed out or disabled.
pub async fn buffer_body(
    State(budget): State<BodyBudget>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let client = request.extensions().get::<ClientAddress>().copied();
    let declared = declared_length(&request);
    let can_drain = declared <= MAX_FORM_BYTES as u64 && !request.headers().contains_key(EXPECT);
    let (head, mut body) = request.with_limited_body().into_parts();
    let buffered = match check_length(declared, &body) {
        Ok(()) => budget.read_body(client, &mut body).await,
        Err(error) => Err(error),
    };
    if buffered.is_err() && can_drain {
        drain_body(body);
    }
    let bytes = Bytes::from_owner(buffered?);
    let form = is_form(&head.headers).then(|| RefusedForm(bytes.clone()));
    let mut response = next.run(Request::from_parts(head, bytes.into())).await;
    let refusal = response.extensions().get::<ErrorMessage>();
    if let Some(form) = form
        && refusal.is_some_and(|message| message.offer_sign_in)
    {
        response.extensions_mut().insert(form);
    }
    Ok(response)
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(FORM.as_bytes()))
}

/// The request's `Content-Length`, or 0.
pub(super) fn declared_length(request: &Request) -> u64 {
    request.body().size_hint().lower()
}

/// Rejects a body early if its declared length exceeds the route's limit.
pub(super) fn check_length(declared: u64, body: &Body) -> Result<(), Error> {
    match body.size_hint().upper() {
        Some(max) if max < declared => Err(Error::TooLarge),
        _ => Ok(()),
    }
}

/// Reads and discards the rest of a rejected body. Browsers read the response only after sending
/// the whole body, and would report a reset connection instead.
pub(super) fn drain_body(mut body: Body) {
    tokio::spawn(timeout(DRAIN_TIMEOUT, async move {
        while body.frame().await.is_some() {}
    }));
}

fn read_body_error(error: axum::Error) -> Error {
    tracing::debug!(?error, "a body was rejected");
    if error.into_inner().is::<LengthLimitError>() {
        Error::TooLarge
    } else {
        Error::BadRequest("Only part of the request arrived. Send it again.".to_owned())
    }
}
