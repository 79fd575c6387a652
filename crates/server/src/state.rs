//! What every request may look at.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use lifeos_protocol::ids::Hash;
use lifeos_store::{Instance, Store};

use crate::alarms::Alarms;
use crate::assets::Assets;
use crate::config::Config;
use crate::hub::Hub;
use crate::limits::Quotas;
use crate::live::LiveSessions;
use crate::machine::Machine;
use crate::metrics::Metrics;
use crate::names::Names;
use crate::notes::Notes;
use crate::recent::Recent;

pub(crate) type AppState = Arc<App>;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) instance: Instance,
    pub(crate) cookie_name: String,
    pub(crate) assets: Arc<dyn Assets>,
    pub(crate) names: Names,
    pub(crate) sessions: LiveSessions,
    pub(crate) hub: Hub,
    pub(crate) quotas: Quotas,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) notes: Notes,
    pub(crate) recent: Recent,
    pub(crate) alarms: Alarms,
    pub(crate) machine: Machine,
    pub(crate) metrics_token_hash: Hash,
    pub(crate) ending: tokio::sync::watch::Receiver<bool>,
}

/// Returns the wall clock in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
