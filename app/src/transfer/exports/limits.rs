//! How many exports are written at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::MemberId;
use crate::web;

/// Exports that are written at once, by each process.
const MAX_EXPORTS: usize = 4;

/// Exports of one member at once: one in a browser, one by a program.
const MAX_OF_MEMBER: usize = 2;

/// Limits how many exports are written at once, in all and of each member. Each process counts for
/// itself.
#[derive(Clone, Debug)]
pub struct Exports {
    places: Arc<Semaphore>,
    members: Arc<Mutex<HashMap<MemberId, usize>>>,
}

/// One export that is being written. It is released on drop.
#[derive(Debug)]
pub struct ExportPermit {
    #[expect(dead_code, reason = "released on drop")]
    place: OwnedSemaphorePermit,
    members: Arc<Mutex<HashMap<MemberId, usize>>>,
    member: MemberId,
}

impl Default for Exports {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MAX_EXPORTS)),
            members: Arc::default(),
        }
    }
}

impl Exports {
    pub fn start(&self, member: MemberId) -> Result<ExportPermit, web::Error> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| web::Error::Busy)?;
        let mut members = lock(&self.members);
        let running = members.entry(member).or_default();
        if *running >= MAX_OF_MEMBER {
            let message =
                "Two of your exports are being downloaded already. Wait until one is finished.";
            return Err(web::Error::Conflict(message.to_owned()));
        }
        *running += 1;
        Ok(ExportPermit {
            place,
            members: Arc::clone(&self.members),
            member,
        })
    }

    /// How many are being written.
    pub fn running(&self) -> usize {
        MAX_EXPORTS - self.places.available_permits()
    }
}

impl Drop for ExportPermit {
    fn drop(&mut self) {
        let mut members = lock(&self.members);
        if let Some(running) = members.get_mut(&self.member) {
            *running -= 1;
            if *running == 0 {
                members.remove(&self.member);
            }
        }
    }
}

fn lock(members: &Mutex<HashMap<MemberId, usize>>) -> MutexGuard<'_, HashMap<MemberId, usize>> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}
