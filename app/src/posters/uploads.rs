//! Limits on uploads, in all and by one member. They are kept in memory by each process, so a
//! restart resets them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use chrono::{DateTime, TimeDelta, Utc};
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::MemberId;
use crate::web;

/// Concurrent uploads, of at most [`MAX_ORIGINAL_BYTES`](super::MAX_ORIGINAL_BYTES) each.
const MAX_UPLOADS: usize = 8;

/// Concurrent uploads of one member, so that slow ones leave room for those of others.
const MAX_UPLOADS_BY_MEMBER: usize = 2;

/// Uploads of one member in a day, whether they succeed or not.
const MAX_DAILY_UPLOADS: u32 = 200;

/// Once a member has uploaded so much, further uploads are refused until the day is over.
const MAX_DAILY_BYTES: usize = 200 * 1024 * 1024;

/// A member's day begins with an upload.
const DAY: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefusal {
    #[error("too many uploads are running")]
    Busy,
    #[error("too many uploads of the member are running")]
    MemberBusy,
    #[error("the member's quota for a day is used up; retry in {retry_after:?}")]
    QuotaExceeded { retry_after: Duration },
}

impl From<UploadRefusal> for web::Error {
    fn from(refusal: UploadRefusal) -> Self {
        match refusal {
            UploadRefusal::Busy => Self::Busy,
            UploadRefusal::MemberBusy => Self::QuotaExceeded {
                rule: "You can upload two pictures at a time.",
                retry_after: Duration::from_secs(10),
            },
            UploadRefusal::QuotaExceeded { retry_after } => Self::QuotaExceeded {
                rule: "You can upload up to 200 pictures, or 200 MB, a day.",
                retry_after,
            },
        }
    }
}

#[derive(Debug)]
pub struct UploadLimits {
    places: Arc<Semaphore>,
    members: Arc<MemberUploads>,
}

/// One upload in progress. It is released on drop.
#[derive(Debug)]
pub struct UploadPermit {
    #[expect(dead_code, reason = "released on drop")]
    place: OwnedSemaphorePermit,
    members: Arc<MemberUploads>,
    member: MemberId,
}

#[derive(Debug, Default)]
struct MemberUploads(Mutex<HashMap<MemberId, UploadCounts>>);

#[derive(Clone, Copy, Debug)]
struct UploadCounts {
    running: usize,
    day_started: DateTime<Utc>,
    /// Since the day started.
    uploads: u32,
    /// Since the day started.
    bytes: usize,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MAX_UPLOADS)),
            members: Arc::default(),
        }
    }
}

impl UploadLimits {
    pub(super) fn start(
        &self,
        now: DateTime<Utc>,
        member: MemberId,
    ) -> Result<UploadPermit, UploadRefusal> {
        let mut members = self.members.lock();
        let counts = members
            .entry(member)
            .or_insert_with(|| UploadCounts::new(now));
        counts.check(now)?;
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| UploadRefusal::Busy)?;
        counts.running += 1;
        counts.uploads += 1;
        Ok(UploadPermit {
            place,
            members: Arc::clone(&self.members),
            member,
        })
    }

    /// Forgets members whose day is over.
    pub(super) fn sweep(&self, now: DateTime<Utc>) {
        let mut members = self.members.lock();
        members.retain(|_, counts| counts.running > 0 || counts.day_started + DAY > now);
    }
}

impl UploadPermit {
    /// The request, whose bytes count towards the quota as they arrive, also when the upload breaks
    /// off.
    pub fn meter(&self, request: Request) -> Request {
        let (members, member) = (Arc::clone(&self.members), self.member);
        let count = move |frame: &Frame<Bytes>| {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            members.add_bytes(member, bytes);
        };
        request.map(|body| Body::new(body.inspect_frame(count)))
    }
}

impl Drop for UploadPermit {
    fn drop(&mut self) {
        if let Some(counts) = self.members.lock().get_mut(&self.member) {
            counts.running -= 1;
        }
    }
}

impl MemberUploads {
    fn lock(&self) -> MutexGuard<'_, HashMap<MemberId, UploadCounts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_bytes(&self, member: MemberId, bytes: usize) {
        if let Some(counts) = self.lock().get_mut(&member) {
            counts.bytes += bytes;
        }
    }
}

impl UploadCounts {
    fn new(now: DateTime<Utc>) -> Self {
        Self {
            running: 0,
            day_started: now,
            uploads: 0,
            bytes: 0,
        }
    }

    /// Whether the member may start another upload. Begins a new day if the last one is over.
    fn check(&mut self, now: DateTime<Utc>) -> Result<(), UploadRefusal> {
        if now >= self.day_started + DAY {
            *self = Self {
                running: self.running,
                ..Self::new(now)
            };
        }
        if self.running >= MAX_UPLOADS_BY_MEMBER {
            return Err(UploadRefusal::MemberBusy);
        }
        if self.uploads >= MAX_DAILY_UPLOADS || self.bytes >= MAX_DAILY_BYTES {
            let rest = self.day_started + DAY - now;
            let retry_after = rest.to_std().unwrap_or_default();
            return Err(UploadRefusal::QuotaExceeded { retry_after });
        }
        Ok(())
    }
}
