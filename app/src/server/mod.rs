//! The listening socket, limits on connections and slow clients, and graceful shutdown.

mod connections;
mod health_reserve;

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::middleware::{AddExtension, Next, from_fn};
use axum::response::Response;
use axum::{Extension, Router};
use axum_server::Handle;
use axum_server::accept::Accept;
use futures_util::future::{BoxFuture, FutureExt};
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_io_timeout::TimeoutStream;
use tower::Layer;

pub use connections::ConnectionLimits;

use crate::AppState;
use connections::{ConnectionPermit, Connections};
use health_reserve::{HealthPermit, HealthReserve};

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How many bytes are buffered per connection, which also limits the head of a request. Hyper's
/// default would let an idle client hold 400 KB.
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// How long running requests may take to finish after a stop signal.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// A server that is bound to its address, but not serving yet.
#[derive(Debug)]
pub struct Server {
    listener: std::net::TcpListener,
    limits: ConnectionLimits,
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
    pub fn bind(address: SocketAddr, limits: ConnectionLimits) -> io::Result<Self> {
        let signals = StopSignals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        };
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener,
            limits,
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
    pub async fn serve_router(self, router: Router) -> io::Result<()> {
        let service = router
            .layer(from_fn(close_after_health_check))
            .into_make_service_with_connect_info::<SocketAddr>();
        let stopping = tokio::spawn(self.signals.shut_down_on_signal(self.handle.clone()));
        let mut server = axum_server::from_tcp(self.listener)?
            .acceptor(Acceptor::new(self.limits))
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

/// Gives each new connection its place, and closes it if there is none.
#[derive(Clone, Debug)]
struct Acceptor {
    connections: Connections,
    health_reserve: Arc<HealthReserve>,
    write_timeout: Duration,
}

/// What a connection occupies for as long as it lasts.
#[derive(Debug)]
enum Place {
    Regular {
        #[expect(dead_code, reason = "released on drop")]
        permit: ConnectionPermit,
    },
    /// For one health check, after which the connection is closed.
    HealthCheck {
        #[expect(dead_code, reason = "released on drop")]
        permit: HealthPermit,
    },
}

impl Acceptor {
    fn new(limits: ConnectionLimits) -> Self {
        Self {
            write_timeout: limits.write_timeout,
            connections: Connections::new(limits),
            health_reserve: Arc::default(),
        }
    }

    /// `None` if the connection is to be closed. Excess ones are not queued: that would not serve
    /// them sooner, and would use up file descriptors.
    async fn admit(&self, stream: &TcpStream) -> Option<Place> {
        let peer = stream.peer_addr().ok()?.ip();
        if let Some(permit) = self.connections.try_acquire(peer) {
            return Some(Place::Regular { permit });
        }
        let permit = self.health_reserve.admit(stream).await?;
        Some(Place::HealthCheck { permit })
    }

    /// Fails writes once the client has read nothing for the write timeout.
    fn limit_writes(&self, stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
        let mut limited = TimeoutStream::new(stream);
        limited.set_write_timeout(Some(self.write_timeout));
        Box::pin(limited)
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Acceptor {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    /// The service holds the place.
    type Service = AddExtension<S, Arc<Place>>;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let acceptor = self.clone();
        let accepted = async move {
            let place = acceptor.admit(&stream).await;
            let place = place.ok_or_else(|| io::Error::other("there is no place for it"))?;
            let service = Extension(Arc::new(place)).layer(service);
            Ok((acceptor.limit_writes(stream), service))
        };
        accepted.boxed()
    }
}

/// Middleware that ends the connections of the health reserve after one response.
async fn close_after_health_check(request: Request, next: Next) -> Response {
    let place = request.extensions().get::<Arc<Place>>();
    let is_reserved = place.is_some_and(|place| matches!(**place, Place::HealthCheck { .. }));
    let mut response = next.run(request).await;
    if is_reserved {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
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
