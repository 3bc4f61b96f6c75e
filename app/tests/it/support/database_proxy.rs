//! A TCP proxy to PostgreSQL that can disconnect or stall.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

use super::databases::TestDatabase;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyState {
    Open,
    /// Nothing is forwarded, and no error says so.
    Stalled,
    /// Connections are closed, and new ones are refused.
    Disconnected,
}

pub struct DatabaseProxy {
    listen_address: SocketAddr,
    state: watch::Sender<ProxyState>,
}

impl DatabaseProxy {
    pub async fn start(database: &TestDatabase) -> Self {
        let url = Url::parse(&database.url()).expect("an address");
        let host = url.host_str().expect("a host").to_owned();
        let far = (host, url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let listen_address = listener.local_addr().expect("an address");
        let state = watch::Sender::new(ProxyState::Open);
        tokio::spawn(run_proxy(listener, far, state.subscribe()));
        Self {
            listen_address,
            state,
        }
    }

    /// The URL of `database` through this proxy.
    pub fn url(&self, database: &TestDatabase) -> String {
        let mut url = Url::parse(&database.url()).expect("an address");
        url.set_ip_host(self.listen_address.ip()).expect("a host");
        url.set_port(Some(self.listen_address.port()))
            .expect("a port");
        url.to_string()
    }

    pub fn set_state(&self, state: ProxyState) {
        self.state.send_replace(state);
    }
}

async fn run_proxy(
    mut listener: TcpListener,
    far: (String, u16),
    mut state: watch::Receiver<ProxyState>,
) {
    let address = listener.local_addr().expect("an address");
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (near, _) = accepted.expect("a connection");
                tokio::spawn(proxy_connection(near, far.clone(), state.clone()));
            }
            _ = wait_for_state(&mut state, |state| state == ProxyState::Disconnected) => {
                drop(listener);
                if !wait_for_state(&mut state, |state| state != ProxyState::Disconnected).await {
                    return;
                }
                listener = TcpListener::bind(address).await.expect("the same port");
            }
        }
    }
}

async fn proxy_connection(
    near: TcpStream,
    far: (String, u16),
    mut state: watch::Receiver<ProxyState>,
) {
    let far = TcpStream::connect(far).await.expect("PostgreSQL answers");
    let ((near_out, near_in), (far_out, far_in)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = forward(near_out, far_in, state.clone()) => {}
        () = forward(far_out, near_in, state.clone()) => {}
        _ = wait_for_state(&mut state, |state| state == ProxyState::Disconnected) => {}
    }
}

async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<ProxyState>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let is_open = wait_for_state(&mut state, |state| state == ProxyState::Open).await;
        if !is_open || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// Returns `false` if the proxy is dropped first.
async fn wait_for_state(
    state: &mut watch::Receiver<ProxyState>,
    condition: fn(ProxyState) -> bool,
) -> bool {
    state.wait_for(|state| condition(*state)).await.is_ok()
}
