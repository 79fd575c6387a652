//! Who may ask how often: by address before anything is known, by account and device afterwards.
//! Signing in and claiming are held far tighter than the rest.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::IntoResponse;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use lifeos_protocol::ids::{AccountId, SignerId};
use tower_governor::governor::{GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};

use crate::metrics::Metrics;
use crate::problem::Problem;

/// So many at once, then one more with each period.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// How many may come at once.
    pub burst: NonZeroU32,
    /// How long until one more may come.
    pub period: Duration,
}

impl Rate {
    /// So many at once, then one with each `period_ms` milliseconds.
    ///
    /// # Panics
    /// If either is zero.
    #[must_use]
    pub const fn new(burst: u32, period_ms: u64) -> Self {
        let burst = NonZeroU32::new(burst).expect("a burst of nothing would let nobody in");
        assert!(period_ms > 0, "a period of nothing is no limit");
        Self {
            burst,
            period: Duration::from_millis(period_ms),
        }
    }

    fn quota(self) -> Quota {
        Quota::with_period(self.period)
            .expect("the constructor refuses a period of zero")
            .allow_burst(self.burst)
    }
}

/// The limits of the box.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Any request, by address.
    pub address: Rate,
    /// Signing in, unlocking by kit, approving: by address.
    pub sign_in: Rate,
    /// Claiming: by address. Beside it the code itself dies after a few failures.
    pub claim: Rate,
    /// Requests of one account.
    pub account: Rate,
    /// Requests of one device or method.
    pub device: Rate,
    /// Connections open at once.
    pub connections: usize,
    /// How long a request's head may take.
    pub head: Duration,
    /// How long a request's body may take.
    pub body: Duration,
    /// How long a client may take nothing of what it asked for.
    pub stall: Duration,
    /// Changes that one device may push in a day.
    pub changes_a_day: u64,
    /// Bytes that one device may push in a day.
    pub bytes_a_day: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address: Rate::new(400, 10),
            sign_in: Rate::new(30, 2_000),
            claim: Rate::new(10, 10_000),
            account: Rate::new(600, 5),
            device: Rate::new(400, 8),
            connections: 1024,
            head: Duration::from_secs(10),
            body: Duration::from_secs(60),
            stall: Duration::from_secs(60),
            changes_a_day: 500_000,
            bytes_a_day: 2 << 30,
        }
    }
}

/// The keyed limits that need a session.
pub(crate) struct Quotas {
    accounts: DefaultKeyedRateLimiter<AccountId>,
    devices: DefaultKeyedRateLimiter<SignerId>,
    clock: DefaultClock,
}

impl Quotas {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            accounts: DefaultKeyedRateLimiter::keyed(limits.account.quota()),
            devices: DefaultKeyedRateLimiter::keyed(limits.device.quota()),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one request of a session.
    pub(crate) fn check(&self, account: AccountId, signer: SignerId) -> Result<(), Problem> {
        let wait = |not_until: governor::NotUntil<_>| {
            Problem::too_many(not_until.wait_time_from(self.clock.now()))
        };
        self.devices.check_key(&signer).map_err(wait)?;
        self.accounts.check_key(&account).map_err(wait)
    }

    /// Forgets whoever has been quiet long enough to start afresh.
    pub(crate) fn sweep(&self) {
        self.accounts.retain_recent();
        self.devices.retain_recent();
    }
}

/// The address that a limit counts: an IPv6 household has a network, not an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByAddress;

impl KeyExtractor for ByAddress {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        let ConnectInfo(peer) = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or(GovernorError::UnableToExtractKey)?;
        Ok(network_of(peer.ip()))
    }
}

pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

type AddressConfig = GovernorConfig<ByAddress, NoOpMiddleware<governor::clock::QuantaInstant>>;

/// A limit by address, as a layer and as something to be swept now and then.
pub(crate) struct AddressLimit(Arc<AddressConfig>);

impl AddressLimit {
    pub(crate) fn new(rate: Rate) -> Self {
        let config = GovernorConfigBuilder::default()
            .key_extractor(ByAddress)
            .period(rate.period)
            .burst_size(rate.burst.get())
            .finish()
            .expect("neither burst nor period of a rate is zero");
        Self(Arc::new(config))
    }

    pub(crate) fn layer(
        &self,
        metrics: &Arc<Metrics>,
    ) -> GovernorLayer<ByAddress, NoOpMiddleware<governor::clock::QuantaInstant>, Body> {
        let metrics = Arc::clone(metrics);
        GovernorLayer::new(Arc::clone(&self.0)).error_handler(move |error| match error {
            GovernorError::TooManyRequests { wait_time, .. } => {
                metrics.limited.fetch_add(1, Ordering::Relaxed);
                Problem::too_many(Duration::from_secs(wait_time.max(1))).into_response()
            }
            _ => Problem::internal("no peer address").into_response(),
        })
    }

    pub(crate) fn sweep(&self) {
        self.0.limiter().retain_recent();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn one_household_is_one_address_in_both_families() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(
            network("2001:db8:1:2:3::4"),
            network("2001:db8:1:2:ffff::1")
        );
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
