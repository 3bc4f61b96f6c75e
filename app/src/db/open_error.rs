//! Why a database cannot be opened, in sentences that name the file or the server. They never
//! contain a password.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions};
use sea_orm::{DbErr, RuntimeErr};
use tokio::time::timeout;

use super::storage_fault::{StorageFault, sqlite};
use crate::config::{DatabaseUrl, describe_folder_error};

/// How long PostgreSQL may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum DatabaseOpenError {
    /// Names the file or the server, and says what to do.
    #[error("{0}")]
    Explained(String),
    #[error("the database cannot be opened: {0}")]
    Other(#[from] DbErr),
    #[error("there is no diary yet: {0}")]
    Missing(String),
    /// The lock file shows that there was a database.
    #[error(
        "the database {} is gone, or empty, although there was one. Put it back, or restore a \
         backup. To start with an empty diary instead, delete {}",
        database.display(),
        lock.display()
    )]
    Gone { database: PathBuf, lock: PathBuf },
    /// The schema has a migration that this release does not know.
    #[error(
        "the database was migrated by a newer version of Movies Diary (unknown migration {0}): run \
         that version again, or restore a backup from before the update"
    )]
    NewerSchema(String),
}

impl DatabaseOpenError {
    /// The folder of the SQLite database `file` cannot be used.
    pub(super) fn of_folder(file: &Path, error: &std::io::Error) -> Self {
        let folder = file.parent().unwrap_or(file);
        let setting = "DATA_DIR or DATABASE_URL";
        Self::Explained(describe_folder_error(folder, setting, error))
    }
}

/// Finds out why the database at `url` cannot be opened.
pub(super) async fn explain(url: &DatabaseUrl, error: DatabaseOpenError) -> DatabaseOpenError {
    let DatabaseOpenError::Other(error) = error else {
        return error;
    };
    let cause = match url {
        DatabaseUrl::Sqlite(file) => explain_sqlite(file, &error),
        DatabaseUrl::Postgres(url) => explain_postgres(url, &error).await,
    };
    cause.map_or(
        DatabaseOpenError::Other(error),
        DatabaseOpenError::Explained,
    )
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn explain_sqlite(file: &Path, error: &DbErr) -> Option<String> {
    let code = sqlx_error(error)?.as_database_error()?.code()?;
    let name = file.display();
    if file.is_dir() {
        return Some(format!(
            "the database {name} is a folder, not a file. Correct DATABASE_URL"
        ));
    }
    let is_disk_full = StorageFault::of(error) == Some(StorageFault::DiskFull);
    // Extended result codes have the primary code in the low byte.
    Some(match code.parse::<i32>().ok()? & 0xff {
        _ if is_disk_full => format!("the disk of the database {name} is full. Make room on it"),
        sqlite::NOTADB => format!(
            "the file {name} is not an SQLite database. Move it away, or choose another file with \
             DATABASE_URL"
        ),
        sqlite::CORRUPT => format!("the database {name} is damaged. Restore a backup"),
        sqlite::CANTOPEN | sqlite::READONLY | sqlite::PERM => format!(
            "the database {name} is not writable. Change the owner or the permissions of the file \
             and of its folder"
        ),
        sqlite::BUSY | sqlite::LOCKED => {
            format!("another program has locked the database {name}. Close it, then start again")
        }
        _ => format!("the database {name} cannot be opened: {error}"),
    })
}

async fn explain_postgres(url: &str, error: &DbErr) -> Option<String> {
    let options = PgConnectOptions::from_str(url).ok()?;
    match sqlx_error(error) {
        Some(sqlx::Error::PoolTimedOut) | None => {}
        Some(cause) => return Some(describe_postgres(&options, cause)),
    }
    // The pool retries until it times out, and then does not say why.
    match timeout(CONNECT_TIMEOUT, options.connect()).await {
        Ok(Ok(connection)) => {
            drop::<PgConnection>(connection);
            None
        }
        Ok(Err(cause)) => Some(describe_postgres(&options, &cause)),
        Err(_) => Some(format!(
            "the PostgreSQL server {} does not answer. Check that it is running and can be reached \
             from here, or correct DATABASE_URL",
            server_name(&options)
        )),
    }
}

fn describe_postgres(options: &PgConnectOptions, cause: &sqlx::Error) -> String {
    let server = server_name(options);
    let user = options.get_username();
    let database = options.get_database().unwrap_or(user);
    let code = cause.as_database_error().and_then(|error| error.code());
    match (cause, code.as_deref()) {
        (sqlx::Error::Io(error), _) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            format!(
                "no PostgreSQL server is running at {server}, where the database {database} should \
                 be. Start it, or correct DATABASE_URL"
            )
        }
        (sqlx::Error::Io(error), _) if let Some(problem) = certificate_problem(error) => format!(
            "the certificate of the PostgreSQL server {server} cannot be trusted ({problem}). If it \
             was not issued by a public authority, name the file with the issuer’s certificate: add \
             sslrootcert=FILE to DATABASE_URL"
        ),
        (sqlx::Error::Io(error), _) => format!(
            "the PostgreSQL server {server} of the database {database} cannot be reached ({error}). \
             Check the host, and the files if there are any, in DATABASE_URL"
        ),
        (sqlx::Error::Tls(error), _) => format!(
            "no encrypted connection to the PostgreSQL server {server} is possible ({error}). Check \
             sslmode and sslrootcert in DATABASE_URL"
        ),
        (_, Some("28P01" | "28000")) => format!(
            "the PostgreSQL server {server} does not let the user {user} in to the database \
             {database}: the password is wrong, or this user may not sign in from here. Correct \
             DATABASE_URL, or the server’s pg_hba.conf"
        ),
        (_, Some("3D000")) => format!(
            "there is no database {database} on the PostgreSQL server {server}. Create it, or \
             correct DATABASE_URL"
        ),
        (_, Some("42501")) => format!(
            "the user {user} may not create tables in the database {database} on the PostgreSQL \
             server {server}. Make the user its owner"
        ),
        (_, Some("53300")) => format!(
            "the PostgreSQL server {server} of the database {database} has no connection left. \
             Raise its max_connections, or stop other programs that use it"
        ),
        (_, Some("57P03")) => format!(
            "the PostgreSQL server {server} of the database {database} is still starting up. Start \
             Movies Diary again in a moment"
        ),
        _ => format!(
            "the database {database} on the PostgreSQL server {server} cannot be used: {cause}"
        ),
    }
}

/// Why TLS does not accept the server's certificate.
fn certificate_problem(error: &std::io::Error) -> Option<&rustls::CertificateError> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(problem) => Some(problem),
        _ => None,
    }
}

/// `HOST:PORT`, or the folder of the socket.
pub(super) fn server_name(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}
