//! Classifies database errors that are not the statement's fault: an unreachable server, a full
//! disk.

use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// A fault that passes by itself, or once an operator makes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageFault {
    Unreachable,
    /// The disk or the quota is full.
    DiskFull,
    /// Writing fails for another reason.
    Unwritable,
    /// Others write at the same time.
    Busy,
}

/// SQLite's primary result codes (<https://sqlite.org/rescode.html>).
pub(super) mod sqlite {
    pub(in crate::db) const PERM: i32 = 3;
    pub(in crate::db) const BUSY: i32 = 5;
    pub(in crate::db) const LOCKED: i32 = 6;
    pub(in crate::db) const READONLY: i32 = 8;
    pub(in crate::db) const IOERR: i32 = 10;
    pub(in crate::db) const CORRUPT: i32 = 11;
    pub(in crate::db) const FULL: i32 = 13;
    pub(in crate::db) const CANTOPEN: i32 = 14;
    pub(in crate::db) const NOTADB: i32 = 26;
    /// An extended code: the file `-shm`, which the first connection creates, cannot grow.
    pub(in crate::db) const IOERR_SHMSIZE: i32 = 4874;
}

impl StorageFault {
    /// `None` if the statement itself is at fault.
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(RuntimeErr::Internal(_)) => {
                Some(Self::Unreachable)
            }
            // The file was moved: no other error is of this variant.
            DbErr::Exec(RuntimeErr::Internal(_)) => Some(Self::Unwritable),
            DbErr::Conn(RuntimeErr::SqlxError(error)) => {
                Self::of_sqlx(error).or(Some(Self::Unreachable))
            }
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error),
            _ => None,
        }
    }

    pub(super) fn of_sqlx(error: &sqlx::Error) -> Option<Self> {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        match error {
            Io(_) | PoolClosed | PoolTimedOut | Protocol(_) | Tls(_) | WorkerCrashed => {
                Some(Self::Unreachable)
            }
            Database(error) => {
                let code = error.code()?;
                if error.try_downcast_ref::<SqliteError>().is_some() {
                    return Self::of_sqlite(code.parse().ok()?);
                }
                error.try_downcast_ref::<PgDatabaseError>()?;
                Self::of_postgres(&code)
            }
            _ => None,
        }
    }

    /// Extended result codes have the primary code in the low byte.
    fn of_sqlite(code: i32) -> Option<Self> {
        if code == sqlite::IOERR_SHMSIZE {
            return Some(Self::DiskFull);
        }
        match code & 0xff {
            sqlite::BUSY | sqlite::LOCKED => Some(Self::Busy),
            sqlite::FULL => Some(Self::DiskFull),
            sqlite::READONLY | sqlite::IOERR | sqlite::CANTOPEN => Some(Self::Unwritable),
            _ => None,
        }
    }

    /// PostgreSQL's error codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_postgres(code: &str) -> Option<Self> {
        match code {
            "53100" => Some(Self::DiskFull),
            // Serialization failure, deadlock, lock timeout.
            "40001" | "40P01" | "55P03" => Some(Self::Busy),
            // Read-only transaction, I/O error.
            "25006" | "58030" => Some(Self::Unwritable),
            // Shutting down, crashed, starting up.
            "57P01" | "57P02" | "57P03" => Some(Self::Unreachable),
            code if code.starts_with("08") => Some(Self::Unreachable),
            _ => None,
        }
    }
}
