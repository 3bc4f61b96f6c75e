//! A few connections beyond the limit, which serve nothing but the health check. Otherwise a
//! monitor would report a server as dead while it is only full.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum_extra::routing::TypedPath;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::HEADER_TIMEOUT;
use crate::paths;

/// Excess connections that have not sent a whole head yet. A new one replaces the oldest: a health
/// check sends its head at once, so that silent connections cannot keep it out.
const MAX_WAITING: usize = 32;

/// Health checks that are being answered.
const MAX_SERVED: usize = 8;

/// The most bytes of a health check's head; it needs some 100.
const MAX_HEAD_BYTES: usize = 4 * 1024;

/// hyper's limit.
const MAX_HEADERS: usize = 100;

/// How often to look whether the rest of a head has arrived. Few heads come in parts.
const PEEK_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct HealthReserve {
    waiting: Mutex<VecDeque<CancellationToken>>,
    served: Arc<Semaphore>,
}

/// A health check that is being answered.
#[derive(Debug)]
pub(super) struct HealthPermit(
    #[expect(dead_code, reason = "released on drop")] OwnedSemaphorePermit,
);

impl Default for HealthReserve {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            served: Arc::new(Semaphore::new(MAX_SERVED)),
        }
    }
}

impl HealthReserve {
    /// Waits for the head of the first request; `None` unless it is a health check. The head stays
    /// in the socket's buffer, to be read again.
    pub(super) async fn admit(&self, stream: &TcpStream) -> Option<HealthPermit> {
        let replaced = self.start_waiting();
        let checking = timeout(HEADER_TIMEOUT, sends_health_check(stream));
        let checked = replaced.run_until_cancelled(checking).await?;
        let is_health_check = checked.ok()?.ok()?;
        let permit = Arc::clone(&self.served).try_acquire_owned().ok()?;
        is_health_check.then_some(HealthPermit(permit))
    }

    /// The token is cancelled when a newer connection takes the place.
    fn start_waiting(&self) -> CancellationToken {
        let token = CancellationToken::new();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(token.clone());
        if waiting.len() > MAX_WAITING
            && let Some(oldest) = waiting.pop_front()
        {
            oldest.cancel();
        }
        token
    }
}

async fn sends_health_check(stream: &TcpStream) -> io::Result<bool> {
    let mut head = vec![0; MAX_HEAD_BYTES];
    loop {
        let length = stream.peek(&mut head).await?;
        match parse_head(&head[..length]) {
            RequestHead::Incomplete if (1..MAX_HEAD_BYTES).contains(&length) => {
                sleep(PEEK_INTERVAL).await;
            }
            head => return Ok(head == RequestHead::HealthCheck),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestHead {
    Incomplete,
    HealthCheck,
    Other,
}

fn parse_head(bytes: &[u8]) -> RequestHead {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request.parse(bytes);
    let path = request.path.and_then(|path| path.split('?').next());
    let is_check =
        matches!(request.method, Some("GET" | "HEAD")) && path == Some(paths::Health::PATH);
    match parsed {
        Ok(status) if status.is_partial() => RequestHead::Incomplete,
        Ok(_) if is_check => RequestHead::HealthCheck,
        Ok(_) | Err(_) => RequestHead::Other,
    }
}
