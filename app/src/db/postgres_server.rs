//! Warns where the connection to PostgreSQL can be read by others.

use std::net::IpAddr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::open_error::server_name;

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
