//! DNS resolvers. The client connects to the addresses that were checked here and does not resolve
//! again, so that a second lookup cannot return a private address (DNS rebinding).

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::addresses::is_public;

pub(super) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client fills in the port of the URL.
            let found = lookup_host((name.as_str(), 0)).await?;
            Ok(boxed_addrs(found.collect()))
        })
    }
}

/// Refuses a name if any of its addresses is not public: one private address makes the others
/// suspicious.
pub(super) struct PublicOnlyResolver(pub(super) Arc<dyn Resolve>);

impl Resolve for PublicOnlyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolving = self.0.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolving.await?.collect();
            if found.iter().all(|address| is_public(address.ip())) {
                Ok(boxed_addrs(found))
            } else {
                Err(NotPublicError.into())
            }
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name resolves to an address that is not public")]
pub(super) struct NotPublicError;

fn boxed_addrs(found: Vec<SocketAddr>) -> Addrs {
    Box::new(found.into_iter())
}
