//! Counts how much of a shared resource each client network holds, so that one cannot hold all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Only networks that hold anything are in it.
#[derive(Debug, Default)]
pub struct NetworkCounts(Mutex<HashMap<IpAddr, usize>>);

/// Counts until it is dropped.
#[derive(Debug)]
pub struct NetworkPermit {
    counts: Arc<NetworkCounts>,
    network: IpAddr,
}

impl NetworkCounts {
    /// `None` if the network holds `most` already.
    pub fn try_count(self: &Arc<Self>, network: IpAddr, most: usize) -> Option<NetworkPermit> {
        let mut counts = self.lock();
        if counts.get(&network).is_some_and(|count| *count >= most) {
            return None;
        }
        *counts.entry(network).or_default() += 1;
        Some(NetworkPermit {
            counts: Arc::clone(self),
            network,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NetworkPermit {
    fn drop(&mut self) {
        let mut counts = self.counts.lock();
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}
