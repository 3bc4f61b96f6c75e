//! Limits the number of connections, in all and from one client network.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use rlimit::Resource;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::web::ClientAddress;
use crate::web::network_counts::{NetworkCounts, NetworkPermit};

/// Each connection takes some 40 KB, whatever it is used for.
const MAX_CONNECTIONS: usize = 12_000;

/// File descriptors reserved for the database, posters, outgoing requests and health checks.
const RESERVED_FILES: usize = 256;

/// How long a response may wait for its client to read any of it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// One network may have this part of all connections.
const NETWORK_SHARE: usize = 4;

#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Connections at once, besides a few for health checks.
    pub connections: usize,
    /// A connection on which nothing could be written for this long is closed.
    pub write_timeout: Duration,
    /// These may have any number of connections, because they hold them for other clients.
    pub trusted_proxies: Vec<IpNet>,
}

impl ConnectionLimits {
    /// As many connections as the limit of open files allows.
    pub fn from_config(config: &Config) -> Self {
        let files = rlimit::getrlimit(Resource::NOFILE).map(|(files, _)| files);
        let files = usize::try_from(files.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        // If the descriptor limit is very low, use half of it.
        let most = files.saturating_sub(RESERVED_FILES).max(files / 2);
        Self {
            connections: most.min(MAX_CONNECTIONS),
            write_timeout: WRITE_TIMEOUT,
            trusted_proxies: config.trusted_proxies.clone(),
        }
    }
}

/// Counts the open connections.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    places: Arc<Semaphore>,
    by_network: Arc<NetworkCounts>,
    network_limit: usize,
    trusted_proxies: Arc<[IpNet]>,
}

/// One of the connections. It is released on drop.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    #[expect(dead_code, reason = "released on drop")]
    place: OwnedSemaphorePermit,
    /// `None` for peers that may have any number.
    #[expect(dead_code, reason = "released on drop")]
    network_permit: Option<NetworkPermit>,
}

impl Connections {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.connections)),
            by_network: Arc::default(),
            network_limit: (limits.connections / NETWORK_SHARE).max(1),
            trusted_proxies: limits.trusted_proxies.into(),
        }
    }

    /// `None` if there are too many connections, or too many from the peer's network.
    pub(super) fn try_acquire(&self, peer: IpAddr) -> Option<ConnectionPermit> {
        let peer = peer.to_canonical();
        let network_permit = if self.is_exempt(peer) {
            None
        } else {
            let network = ClientAddress(peer).network();
            Some(self.by_network.try_count(network, self.network_limit)?)
        };
        Some(ConnectionPermit {
            place: Arc::clone(&self.places).try_acquire_owned().ok()?,
            network_permit,
        })
    }

    fn is_exempt(&self, peer: IpAddr) -> bool {
        let mut proxies = self.trusted_proxies.iter();
        peer.is_loopback() || proxies.any(|network| network.contains(&peer))
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{ConnectionLimits, ConnectionPermit, Connections};
    use crate::config::Config;

    fn connections(count: usize, proxies: &str) -> Connections {
        let config = Config::from_values([("TRUSTED_PROXIES", proxies)]).expect("valid settings");
        Connections::new(ConnectionLimits {
            connections: count,
            ..ConnectionLimits::from_config(&config)
        })
    }

    /// Opens connections from each address in turn until one is refused.
    fn fill(connections: &Connections, peers: &[&str]) -> Vec<ConnectionPermit> {
        let peers = peers.iter().map(|peer| peer.parse::<IpAddr>());
        let peers = peers.map(|peer| peer.expect("an address")).cycle();
        peers
            .map_while(|peer| connections.try_acquire(peer))
            .collect()
    }

    #[test]
    fn one_address_gets_a_quarter_of_the_connections() {
        let all = connections(100, "10.1.0.0/16");
        for (peers, expected) in [
            (vec!["203.0.113.7"], 25),
            (vec!["203.0.113.7", "203.0.113.8"], 50),
            // The same address, as a socket for both versions reports it.
            (vec!["203.0.113.7", "::ffff:203.0.113.7"], 25),
            // A customer usually has a whole /64.
            (vec!["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"], 25),
            (vec!["2001:db8:0:1::1", "2001:db8:0:2::1"], 50),
            (vec!["127.0.0.1"], 100),
            (vec!["127.8.9.10"], 100),
            (vec!["::1"], 100),
            (vec!["::ffff:127.0.0.1"], 100),
            (vec!["10.1.2.3"], 100),
            (vec!["::ffff:10.1.2.3"], 100),
            (vec!["10.2.2.3"], 25),
        ] {
            let open = fill(&all, &peers);
            assert_eq!(open.len(), expected, "{peers:?}");
        }
        assert!(all.by_network.is_empty(), "closed ones are forgotten");
    }

    #[test]
    fn others_still_get_a_place_when_one_address_has_its_share() {
        let all = connections(100, "");
        let mut greedy = fill(&all, &["203.0.113.7"]);
        let neighbours = fill(&all, &["198.51.100.9"]);
        assert_eq!((greedy.len(), neighbours.len()), (25, 25));
        greedy.pop();
        assert_eq!(fill(&all, &["203.0.113.7"]).len(), 1);
    }

    #[test]
    fn no_address_gets_more_than_there_are() {
        let few = connections(2, "");
        let first = fill(&few, &["203.0.113.7"]);
        let second = fill(&few, &["203.0.113.8"]);
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(fill(&few, &["203.0.113.9"]).len(), 0);
        assert_eq!(fill(&few, &["127.0.0.1"]).len(), 0);
        drop(first);
        assert_eq!(fill(&few, &["203.0.113.9"]).len(), 1);
    }
}
