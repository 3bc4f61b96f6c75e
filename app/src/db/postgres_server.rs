//! What a person is told about the PostgreSQL server: why it cannot be used, and whether the
//! connection to it is encrypted.

use std::net::IpAddr;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr, Statement,
};
use tokio::time::timeout;

use super::DatabaseOpenError;
use super::pools::ACQUIRE_TIMEOUT;

/// Connects a pool. A failure names the server and the cause.
pub(super) async fn connect(
    url: &str,
    options: ConnectOptions,
) -> Result<DatabaseConnection, DatabaseOpenError> {
    match Database::connect(options).await {
        Ok(pool) => Ok(pool),
        Err(error) => Err(explain_failure(url, error).await),
    }
}

async fn explain_failure(url: &str, error: DbErr) -> DatabaseOpenError {
    let DbErr::Conn(RuntimeErr::SqlxError(error)) = error else {
        return error.into();
    };
    let cause = match &*error {
        // The pool does not say why it could not connect.
        sqlx::Error::PoolTimedOut => match timeout(ACQUIRE_TIMEOUT, connect_once(url)).await {
            Ok(Err(error)) => describe_cause(&error),
            Ok(Ok(())) | Err(_) => "it did not answer in time".to_owned(),
        },
        error => describe_cause(error),
    };
    let server = match url.parse::<PgConnectOptions>() {
        Ok(options) => server_name(&options),
        Err(_) => "in DATABASE_URL".to_owned(),
    };
    DatabaseOpenError::Server { server, cause }
}

async fn connect_once(url: &str) -> Result<(), sqlx::Error> {
    PgConnection::connect(url).await?.close().await
}

/// Leaves out what sqlx says around it.
fn describe_cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(rustls::Error::InvalidCertificate(problem)) => format!(
                "its certificate cannot be trusted ({problem}). If it was not issued by a public \
                 authority, name the file with the issuer’s certificate: sslrootcert=FILE"
            ),
            _ => error.to_string(),
        },
        sqlx::Error::Tls(error) => error.to_string(),
        sqlx::Error::Database(error) => error.message().to_owned(),
        _ => error.to_string(),
    }
}

/// `HOST:PORT`, or the folder of the socket. Never the user or the password.
fn server_name(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// Warns if the connection to another machine is not encrypted.
pub(super) async fn warn_if_unencrypted(url: &str, db: &DatabaseConnection) -> Result<(), DbErr> {
    // The connection is there, so the address is valid.
    let Ok(options) = url.parse::<PgConnectOptions>() else {
        return Ok(());
    };
    if !is_on_this_machine(&options) && !is_encrypted(db).await? {
        tracing::warn!(
            server = server_name(&options),
            "the connection to PostgreSQL is not encrypted: others on the network can read it. \
             Switch TLS on at the server, and set sslmode=require in DATABASE_URL"
        );
    }
    Ok(())
}

fn is_on_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    options.get_socket().is_some()
        || host == "localhost"
        || address.is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

async fn is_encrypted(db: &DatabaseConnection) -> Result<bool, DbErr> {
    let question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let statement = Statement::from_string(db.get_database_backend(), question);
    match db.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0),
        None => Ok(false),
    }
}
