//! Builds the HTTP clients for outgoing requests.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::dns::Resolve;
use reqwest::redirect::Policy;

use super::resolvers::PublicOnlyResolver;
use crate::config::Config;

#[derive(Clone, Copy, Debug)]
pub struct OutgoingLimits {
    /// For DNS lookup, connection and TLS handshake.
    pub(super) connect: Duration,
    /// For the whole request, including redirects and the body.
    pub(super) total: Duration,
    /// For all response bodies, after decompression.
    pub(super) max_body_bytes: usize,
}

impl OutgoingLimits {
    pub const NORMAL: Self = Self {
        connect: Duration::from_secs(3),
        total: Duration::from_secs(10),
        max_body_bytes: 10 * 1024 * 1024,
    };

    /// For queries that the other server works on for up to a minute.
    pub const LONG_QUERY: Self = Self {
        total: Duration::from_secs(70),
        max_body_bytes: 16 * 1024 * 1024,
        ..Self::NORMAL
    };
}

#[derive(Clone, Debug)]
pub(super) struct HttpClients {
    /// Connects to public addresses only.
    pub(super) guarded: Client,
    /// Connects to any address; used for the origins in `OUTGOING_ALLOW`.
    pub(super) exempt: Client,
}

impl HttpClients {
    pub(super) fn build(
        config: &Config,
        names: Arc<dyn Resolve>,
        limits: OutgoingLimits,
    ) -> Result<Self, reqwest::Error> {
        install_crypto_provider();
        let client = |resolver: Arc<dyn Resolve>| {
            Client::builder()
                .user_agent(own_user_agent(config))
                .dns_resolver(resolver)
                .connect_timeout(limits.connect)
                .redirect(Policy::none())
                // A proxy would resolve names itself and bypass our checks.
                .no_proxy()
                // With HTTP/1, dropping a response closes its connection.
                .http1_only()
        };
        Ok(Self {
            guarded: client(Arc::new(PublicOnlyResolver(Arc::clone(&names))))
                .https_only(true)
                .build()?,
            exempt: client(names).build()?,
        })
    }
}

/// Installs the TLS crypto provider of the process. Calling it again has no effect.
pub fn install_crypto_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Identifies this instance, as [Wikimedia's
/// policy](https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy) demands.
fn own_user_agent(config: &Config) -> String {
    let contact = config.origin().map(|origin| format!("; +{origin}"));
    format!(
        "MoviesDiary/{} (self-hosted movie diary{})",
        env!("CARGO_PKG_VERSION"),
        contact.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::own_user_agent;
    use crate::config::Config;

    #[test]
    fn the_user_agent_identifies_the_site() {
        let version = env!("CARGO_PKG_VERSION");
        let plain = own_user_agent(&Config::from_values([]).expect("valid settings"));
        assert_eq!(
            plain,
            format!("MoviesDiary/{version} (self-hosted movie diary)")
        );
        let config = Config::from_values([("BASE_URL", "https://films.example.org")]);
        let contact = own_user_agent(&config.expect("valid settings"));
        let told = "(self-hosted movie diary; +https://films.example.org)";
        assert_eq!(contact, format!("MoviesDiary/{version} {told}"));
    }
}
