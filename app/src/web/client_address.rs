//! Finds the client's IP address behind trusted proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::Error;

/// The client's address, not that of a proxy in front of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address to rate-limit by: the IPv4 address, or the IPv6 /64 network, since one client
    /// usually has a whole /64.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

/// Middleware that puts the [`ClientAddress`] into the request's extensions.
pub async fn set_client_address(
    State(trusted): State<Arc<[IpNet]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    if let Some(peer) = peer {
        let address = resolve_client_ip(peer, request.headers(), &trusted);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// Whether a trusted proxy says that the client uses https.
pub fn is_https_to_proxy(request: &Request, trusted: &[IpNet]) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_trusted = peer.is_some_and(|ConnectInfo(peer)| is_in(peer.ip().to_canonical(), trusted));
    let protocol = request.headers().get("x-forwarded-proto");
    is_trusted && protocol.is_some_and(|protocol| protocol == "https")
}

fn is_in(address: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// Returns `peer`; or, if that is a trusted proxy, the rightmost hop of `X-Forwarded-For` that is
/// not trusted. Hops to the left of it may be forged.
pub fn resolve_client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !is_in(nearest, trusted) {
        return nearest;
    }
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect::<Vec<_>>();
    let hops = hops.iter().flat_map(|value| value.split(','));
    for hop in hops.rev() {
        // A trusted proxy would have written an address: stop at the hop before.
        let Some(hop) = parse_hop(hop.trim()) else {
            return nearest;
        };
        nearest = hop;
        if !is_in(nearest, trusted) {
            return nearest;
        }
    }
    nearest
}

/// Accepts addresses with or without a port and brackets, as proxies write them.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let address = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| hop.trim_matches(['[', ']']).parse::<IpAddr>())
        .ok()?;
    Some(address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Error::Internal("the request has no client address".to_owned()))
    }
}
