//! What ails a database that does not do its part, where that is not the fault of what it was
//! asked.

use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// What passes by itself, or when somebody makes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached, or is not ready.
    Away,
    /// There is no room left where it writes.
    Full,
    /// It cannot write, for another reason.
    Unwritable,
}

/// SQLite's primary result codes (<https://sqlite.org/rescode.html>).
mod sqlite {
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
}

impl Trouble {
    /// What `error` says of the database.
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(RuntimeErr::Internal(_)) => Some(Self::Away),
            DbErr::Conn(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error).or(Some(Self::Away)),
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error),
            _ => None,
        }
    }

    pub(super) fn of_sqlx(error: &sqlx::Error) -> Option<Self> {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        match error {
            Io(_) | PoolClosed | PoolTimedOut | Protocol(_) | Tls(_) | WorkerCrashed => {
                Some(Self::Away)
            }
            Database(said) => {
                let code = said.code()?;
                if said.try_downcast_ref::<SqliteError>().is_some() {
                    return Self::of_sqlite(code.parse().ok()?);
                }
                said.try_downcast_ref::<PgDatabaseError>()?;
                Self::of_postgres(&code)
            }
            _ => None,
        }
    }

    /// The low byte is the primary code.
    fn of_sqlite(code: i32) -> Option<Self> {
        match code & 0xff {
            sqlite::FULL => Some(Self::Full),
            sqlite::READONLY | sqlite::IOERR | sqlite::CANTOPEN => Some(Self::Unwritable),
            _ => None,
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_postgres(code: &str) -> Option<Self> {
        match code {
            "53100" => Some(Self::Full),
            // A transaction that may only read, and files that fail.
            "25006" | "58030" => Some(Self::Unwritable),
            // It stops, has crashed, or is starting.
            "57P01" | "57P02" | "57P03" => Some(Self::Away),
            code if code.starts_with("08") => Some(Self::Away),
            _ => None,
        }
    }
}
