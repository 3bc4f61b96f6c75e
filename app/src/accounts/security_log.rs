//! Logs security events: sign-ins and failures, limits, and changes of passwords, roles and tokens.
//!
//! Each is one line under a target of its own. Nothing that a client can choose comes before the
//! address, and names are quoted and escaped, so a client can forge neither a line nor an address.
//! The fail2ban filter in the README depends on this format; a test runs it.

use entity::AddressPurpose;
use tracing::{info, warn};

use crate::web::ClientAddress;

/// The target of security events, for `RUST_LOG`.
const TARGET: &str = "movies_diary::security";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityEvent<'a> {
    SignedIn,
    /// The username or the password was wrong.
    SignInFailed,
    /// The current password, which a change of the account needs, was wrong.
    PasswordRefused,
    /// A one-time link was used, revoked, expired or made up.
    LinkRefused,
    /// Attempts are refused for now.
    LimitReached,
    AccountCreated,
    AccountDeleted,
    PasswordChanged,
    /// By a reset link.
    PasswordReset,
    TokenCreated,
    TokenRevoked,
    /// A secret address of a member's feed, watchlist or calendar.
    AddressCreated(AddressPurpose),
    /// A secret address of a list.
    ListAddressCreated,
    InvitationCreated {
        by: &'a str,
    },
    ResetLinkCreated {
        by: &'a str,
    },
    Promoted {
        by: &'a str,
    },
    Demoted {
        by: &'a str,
    },
    Disabled {
        by: &'a str,
    },
    Enabled {
        by: &'a str,
    },
}

impl<'a> SecurityEvent<'a> {
    fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed in",
            Self::SignInFailed => "sign-in failed",
            Self::PasswordRefused => "password refused",
            Self::LinkRefused => "link refused",
            Self::LimitReached => "too many attempts",
            Self::AccountCreated => "account created",
            Self::AccountDeleted => "account deleted",
            Self::PasswordChanged => "password changed",
            Self::PasswordReset => "password reset",
            Self::TokenCreated => "token created",
            Self::TokenRevoked => "token revoked",
            Self::AddressCreated(AddressPurpose::Feed) => "feed address created",
            Self::AddressCreated(AddressPurpose::Watchlist) => "watchlist address created",
            Self::AddressCreated(AddressPurpose::Calendar) => "calendar address created",
            Self::ListAddressCreated => "list address created",
            Self::InvitationCreated { .. } => "invitation created",
            Self::ResetLinkCreated { .. } => "reset link created",
            Self::Promoted { .. } => "promoted",
            Self::Demoted { .. } => "demoted",
            Self::Disabled { .. } => "disabled",
            Self::Enabled { .. } => "enabled",
        }
    }

    /// The admin who did it.
    fn admin(self) -> Option<&'a str> {
        match self {
            Self::InvitationCreated { by }
            | Self::ResetLinkCreated { by }
            | Self::Promoted { by }
            | Self::Demoted { by }
            | Self::Disabled { by }
            | Self::Enabled { by } => Some(by),
            _ => None,
        }
    }

    fn is_failure(self) -> bool {
        matches!(
            self,
            Self::SignInFailed | Self::PasswordRefused | Self::LinkRefused | Self::LimitReached
        )
    }
}

/// Logs `event`. The command line has no `address`. `username` is the account that the event
/// happened to, if there is one: what someone typed may be a password in the wrong field.
pub fn log_security_event(
    event: SecurityEvent<'_>,
    address: impl Into<Option<ClientAddress>>,
    username: Option<&str>,
) {
    let address: Option<ClientAddress> = address.into();
    let address = address.map_or_else(|| "-".to_owned(), |ClientAddress(ip)| ip.to_string());
    let username = username.map(tracing::field::debug);
    let by = event.admin().map(tracing::field::debug);
    if event.is_failure() {
        warn!(target: TARGET, %address, username, by, "{}", event.name());
    } else {
        info!(target: TARGET, %address, username, by, "{}", event.name());
    }
}
