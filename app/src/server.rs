//! Listening, and stopping without cutting anybody off.

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

/// How long a browser may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// How many bytes are read of a connection before somebody takes them, and so how long the head of
/// a request may be. Whoever sends fast and stops keeps that much memory, and not the 400 KB that
/// it would be otherwise.
const BUFFER: usize = 16 * 1024;

/// How many connections there are at once. Each takes some 40 KB, whatever is answered on it.
const CONNECTIONS: usize = 12_000;

/// How many files and connections are kept for others: the database, posters, and whoever is asked
/// about films.
const OTHER_FILES: usize = 256;

/// How long running requests may go on after the signal to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Something that is about to serve.
#[derive(Debug)]
pub struct Server {
    listener: std::net::TcpListener,
    handle: Handle<SocketAddr>,
    signals: Signals,
}

/// What tells the process to stop.
#[derive(Debug)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Server {
    /// Takes the address. From now on a signal to stop is heard, and acted on as soon as it
    /// serves: what was begun before that is finished and cleared away.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let signals = Signals {
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

    /// Where it really listens, when the port was left to the system.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the process is told to stop; then finishes what is running.
    pub async fn serve(self, state: AppState) -> io::Result<()> {
        self.serve_router(crate::router(state)).await
    }

    /// The same with a router of its own.
    pub async fn serve_router(self, router: axum::Router) -> io::Result<()> {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let stopping = tokio::spawn(self.signals.stop(self.handle.clone()));
        let mut server = axum_server::from_tcp(self.listener)?
            .acceptor(Connections::default())
            .handle(self.handle)
            // With two protocols nothing would be timed before it is clear which it is.
            .http1_only()
            .first_request_timeout(HEAD);
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .max_buf_size(BUFFER)
            .header_read_timeout(HEAD);
        let served = server.serve(service).await;
        stopping.abort();
        served
    }
}

/// How many more connections there can be. One too many is closed at once: it would not be served
/// any sooner for waiting, and would take a file from those who are there.
#[derive(Clone, Debug)]
struct Connections(Arc<Semaphore>);

impl Default for Connections {
    fn default() -> Self {
        let files = rlimit::getrlimit(Resource::NOFILE).map(|(files, _)| files);
        let files = usize::try_from(files.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        // With very few files half of them are better than none.
        let most = files.saturating_sub(OTHER_FILES).max(files / 2);
        Self(Arc::new(Semaphore::new(most.min(CONNECTIONS))))
    }
}

impl<I, S> Accept<I, S> for Connections {
    type Stream = I;
    /// The connection has it for as long as it lasts, and its place with it.
    type Service = AddExtension<S, Arc<OwnedSemaphorePermit>>;
    type Future = Ready<io::Result<(I, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let place = Arc::clone(&self.0).try_acquire_owned();
        let served = place.map(|place| (stream, Extension(Arc::new(place)).layer(service)));
        ready(served.map_err(io::Error::other))
    }
}

impl Signals {
    /// Acts on the first.
    async fn stop(mut self, handle: Handle<SocketAddr>) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: running requests are finished first");
        handle.graceful_shutdown(Some(DRAIN));
    }
}
