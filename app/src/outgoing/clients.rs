//! The clients that ask, and how they are set up.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::dns::Resolve;
use reqwest::redirect::Policy;

use super::resolvers::PublicOnly;
use crate::config::Config;

/// How long to wait for others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For the look-up, the connection and its encryption.
    pub(super) connect: Duration,
    /// For all of it: each redirect, and the body.
    pub(super) whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            whole: Duration::from_secs(10),
        }
    }
}

/// Each with connections of its own.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    /// Connects only to public addresses.
    pub(super) guarded: Client,
    /// Connects to any: for the origins that are exempt.
    pub(super) exempt: Client,
}

impl Clients {
    pub(super) fn open(
        config: &Config,
        names: Arc<dyn Resolve>,
        limits: Limits,
    ) -> Result<Self, reqwest::Error> {
        choose_cryptography();
        let client = |names: Arc<dyn Resolve>| {
            Client::builder()
                .user_agent(user_agent(config))
                .dns_resolver(names)
                .connect_timeout(limits.connect)
                .redirect(Policy::none())
                // A proxy would look up names out of our sight.
                .no_proxy()
                // Giving up an answer then ends its connection.
                .http1_only()
        };
        Ok(Self {
            guarded: client(Arc::new(PublicOnly(Arc::clone(&names))))
                .https_only(true)
                .build()?,
            exempt: client(names).build()?,
        })
    }
}

/// Chooses what encrypts connections to others. It counts for the whole process; doing
/// it again changes nothing.
pub fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Says who asks, as [Wikimedia](https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy)
/// wants to know.
fn user_agent(config: &Config) -> String {
    let contact = config.origin().map(|origin| format!("; +{origin}"));
    format!(
        "MoviesDiary/{} (self-hosted movie diary{})",
        env!("CARGO_PKG_VERSION"),
        contact.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::user_agent;
    use crate::config::Config;

    #[test]
    fn it_says_who_asks() {
        let version = env!("CARGO_PKG_VERSION");
        let plain = user_agent(&Config::from_values([]).expect("valid settings"));
        assert_eq!(
            plain,
            format!("MoviesDiary/{version} (self-hosted movie diary)")
        );
        let config = Config::from_values([("BASE_URL", "https://films.example.org")]);
        let contact = user_agent(&config.expect("valid settings"));
        let told = "(self-hosted movie diary; +https://films.example.org)";
        assert_eq!(contact, format!("MoviesDiary/{version} {told}"));
    }
}
