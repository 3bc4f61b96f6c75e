//! Listening, and stopping without cutting anybody off.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::AppState;

/// How long a browser may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// How many bytes are read of a connection before somebody takes them, and so how long the head of
/// a request may be. Whoever sends fast and stops keeps that much memory, and not the 400 KB that
/// it would be otherwise.
const BUFFER: usize = 16 * 1024;

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
