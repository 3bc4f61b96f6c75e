//! What names stand for. The addresses that come from here are the ones that are
//! connected to: nobody looks a second time, when the answer may be another.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::addresses::is_public;

/// Asks whom this machine asks.
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The address asked for says the port.
            let found = lookup_host((name.as_str(), 0)).await?;
            Ok(addresses(found.collect()))
        })
    }
}

/// Knows only names whose every address is public: one that is not is reason enough to
/// mistrust the others.
pub(super) struct PublicOnly(pub(super) Arc<dyn Resolve>);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let resolving = self.0.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = resolving.await?.collect();
            match found.iter().all(|address| is_public(address.ip())) {
                true => Ok(addresses(found)),
                false => Err(NotPublic.into()),
            }
        })
    }
}

/// A name that stands for an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name stands for an address that is not public")]
pub(super) struct NotPublic;

fn addresses(found: Vec<SocketAddr>) -> Addrs {
    Box::new(found.into_iter())
}
