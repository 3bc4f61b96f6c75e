//! The listening socket, limits on connections, and graceful shutdown.

use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::Accept;
use hyper_util::rt::TokioTimer;
use rlimit::Resource;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Layer;

use crate::AppState;

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How many bytes are buffered per connection, which also limits the head of a request. Hyper's
/// default would let an idle client hold 400 KB.
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// Each connection takes some 40 KB, whatever it is used for.
const MAX_CONNECTIONS: usize = 12_000;

/// File descriptors reserved for the database, posters and outgoing requests.
const RESERVED_FILES: usize = 256;

/// How long running requests may take to finish after a stop signal.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// A server that is bound to its address, but not serving yet.
#[derive(Debug)]
pub struct Server {
    listener: std::net::TcpListener,
    handle: Handle<SocketAddr>,
    signals: StopSignals,
}

#[derive(Debug)]
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl Server {
    /// Binds the address and starts to listen for stop signals. A signal that arrives before
    /// [`serve`](Self::serve) takes effect as soon as it serves, so startup is never cut off
    /// half-way.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let signals = StopSignals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        };
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            handle: Handle::new(),
            signals,
        })
    }

    /// The bound address, which tells the real port when the configured one is 0.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until a stop signal, then waits for running requests.
    pub async fn serve(self, state: AppState) -> io::Result<()> {
        self.serve_router(crate::layers::router(state)).await
    }

    /// Like [`serve`](Self::serve), with a custom router.
    pub async fn serve_router(self, router: axum::Router) -> io::Result<()> {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let stopping = tokio::spawn(self.signals.shut_down_on_signal(self.handle.clone()));
        let mut server = axum_server::from_tcp(self.listener)?
            .acceptor(ConnectionLimit::default())
            .handle(self.handle)
            // With HTTP/2 enabled, no timeout would apply until the protocol is detected.
            .http1_only()
            .first_request_timeout(HEADER_TIMEOUT);
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .max_buf_size(READ_BUFFER_BYTES)
            .header_read_timeout(HEADER_TIMEOUT);
        let served = server.serve(service).await;
        stopping.abort();
        served
    }
}

/// Limits the number of connections. Excess ones are closed at once: queueing them would not serve
/// them sooner, and would use up file descriptors.
#[derive(Clone, Debug)]
struct ConnectionLimit(Arc<Semaphore>);

impl Default for ConnectionLimit {
    fn default() -> Self {
        let files = rlimit::getrlimit(Resource::NOFILE).map(|(files, _)| files);
        let files = usize::try_from(files.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        // If the descriptor limit is very low, use half of it.
        let most = files.saturating_sub(RESERVED_FILES).max(files / 2);
        Self(Arc::new(Semaphore::new(most.min(MAX_CONNECTIONS))))
    }
}

impl<I, S> Accept<I, S> for ConnectionLimit {
    type Stream = I;
    /// The service holds the permit for as long as the connection lasts.
    type Service = AddExtension<S, Arc<OwnedSemaphorePermit>>;
    type Future = Ready<io::Result<(I, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        let served = permit.map(|place| (stream, Extension(Arc::new(place)).layer(service)));
        ready(served.map_err(io::Error::other))
    }
}

impl StopSignals {
    /// Shuts down gracefully on the first signal.
    async fn shut_down_on_signal(mut self, handle: Handle<SocketAddr>) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: waiting for running requests to finish");
        handle.graceful_shutdown(Some(DRAIN_TIMEOUT));
    }
}
