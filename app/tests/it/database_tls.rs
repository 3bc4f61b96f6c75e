//! TLS to PostgreSQL, with a real server.

use std::io::Write;

use crate::support::databases::postgres_url;
use crate::support::postgres_cluster::PostgresCluster;
use crate::support::process::{CommandOutput, command, run_command};

const WARNING: &str = "the connection to PostgreSQL is not encrypted";

/// A command that opens the database.
fn open_database(url: &str) -> CommandOutput {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut verify = command(folder.path(), &[("DATABASE_URL", url)]);
    verify.args(["stats", "verify"]);
    run_command(verify, "")
}

/// `None` on SQLite, and where PostgreSQL's programs are not installed.
fn start_cluster() -> Option<PostgresCluster> {
    let cluster = postgres_url().and_then(|_| PostgresCluster::start());
    if cluster.is_none() {
        // Not `eprintln!`: the test harness shows its output only for failing tests.
        let notice = "SKIPPED: a test of TLS, because it needs PostgreSQL on this machine";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
    }
    cluster
}

#[test]
fn the_connection_to_postgresql_is_encrypted_as_the_address_says() {
    let Some(cluster) = start_cluster() else {
        return;
    };
    let issuer = cluster.issuer_file();
    let issuer = issuer.display();
    let verified = format!("sslmode=verify-full&sslrootcert={issuer}");
    let mut seen = 0;
    for (parameters, is_encrypted) in [
        ("", true),
        ("sslmode=prefer", true),
        ("sslmode=require", true),
        ("sslmode=disable", false),
        (verified.as_str(), true),
    ] {
        let opened = open_database(&cluster.url("127.0.0.1", parameters));
        assert!(opened.success, "{parameters}: {}", opened.stderr);
        assert!(!opened.stderr.contains(WARNING), "this machine");
        let connections = cluster.logged_connections().split_off(seen);
        assert!(!connections.is_empty(), "{parameters}");
        seen += connections.len();
        for line in connections {
            let found = line.contains("SSL enabled");
            assert_eq!(found, is_encrypted, "{parameters}: {line}");
        }
    }
}

#[test]
fn a_server_that_cannot_be_trusted_or_reached_is_named_with_the_cause() {
    let Some(cluster) = start_cluster() else {
        return;
    };
    let other = cluster.other_issuer_file();
    let untrusted = format!("sslmode=verify-full&sslrootcert={}", other.display());
    for (parameters, cause) in [
        (untrusted.as_str(), "cannot be trusted"),
        ("sslmode=verify-full", "cannot be trusted"),
        (
            "sslmode=verify-full&sslrootcert=/nowhere.crt",
            "No such file",
        ),
    ] {
        let refused = open_database(&cluster.url("127.0.0.1", parameters));
        assert!(!refused.success, "{parameters}");
        for part in [cluster.address().as_str(), cause] {
            assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
        }
    }
    let url = cluster.url("127.0.0.1", "");
    let address = cluster.address();
    drop(cluster);
    let refused = open_database(&url);
    assert!(!refused.success);
    for part in [address.as_str(), "no PostgreSQL server is running"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}

/// Only loopback addresses count as this machine. 0.0.0.0 leads here too, but is none of them.
#[test]
fn an_unencrypted_connection_to_another_machine_is_warned_about() {
    let Some(cluster) = start_cluster() else {
        return;
    };
    for (host, parameters, is_warned_about) in [
        ("0.0.0.0", "sslmode=disable", true),
        ("0.0.0.0", "sslmode=prefer", false),
        ("127.0.0.1", "sslmode=disable", false),
        ("localhost", "sslmode=disable", false),
    ] {
        let opened = open_database(&cluster.url(host, parameters));
        assert!(opened.success, "{host}: {}", opened.stderr);
        let found = opened.stderr.contains(WARNING);
        assert_eq!(found, is_warned_about, "{host} {parameters}");
    }
}
