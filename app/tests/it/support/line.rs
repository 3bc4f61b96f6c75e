//! The line to the database, which can be cut or go silent.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

use super::databases::TestDatabase;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It arrives.
    Open,
    /// It does not, and nobody says so.
    Silent,
    /// There is no connection, and none can be made.
    Cut,
}

/// A line, for as long as it lives.
pub struct Line {
    near: SocketAddr,
    state: watch::Sender<State>,
}

impl Line {
    /// To where `database` is.
    pub async fn to(database: &TestDatabase) -> Self {
        let url = Url::parse(&database.url()).expect("an address");
        let host = url.host_str().expect("a host").to_owned();
        let far = (host, url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let near = listener.local_addr().expect("an address");
        let state = watch::Sender::new(State::Open);
        tokio::spawn(lay(listener, far, state.subscribe()));
        Self { near, state }
    }

    /// The address of `database` by this line.
    pub fn url(&self, database: &TestDatabase) -> String {
        let mut url = Url::parse(&database.url()).expect("an address");
        url.set_ip_host(self.near.ip()).expect("a host");
        url.set_port(Some(self.near.port())).expect("a port");
        url.to_string()
    }

    /// From now on it is so.
    pub fn be(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn lay(mut listener: TcpListener, far: (String, u16), mut state: watch::Receiver<State>) {
    let near = listener.local_addr().expect("an address");
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (near, _) = accepted.expect("a connection");
                tokio::spawn(carry(near, far.clone(), state.clone()));
            }
            _ = until(&mut state, |state| state == State::Cut) => {
                drop(listener);
                if !until(&mut state, |state| state != State::Cut).await {
                    return;
                }
                listener = TcpListener::bind(near).await.expect("the same port");
            }
        }
    }
}

async fn carry(near: TcpStream, far: (String, u16), mut state: watch::Receiver<State>) {
    let far = TcpStream::connect(far).await.expect("PostgreSQL answers");
    let ((near_out, near_in), (far_out, far_in)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = pass(near_out, far_in, state.clone()) => {}
        () = pass(far_out, near_in, state.clone()) => {}
        _ = until(&mut state, |state| state == State::Cut) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<State>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let is_open = until(&mut state, |state| state == State::Open).await;
        if !is_open || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// Whether that came to be, before the line went.
async fn until(state: &mut watch::Receiver<State>, wanted: fn(State) -> bool) -> bool {
    state.wait_for(|state| wanted(*state)).await.is_ok()
}
