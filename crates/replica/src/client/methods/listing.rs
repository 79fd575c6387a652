//! What the pages on devices, methods and sessions show.

use lifeos_kernel::newest_first;
use lifeos_protocol::MethodKind;
use lifeos_protocol::api::SessionList;
use lifeos_protocol::keys::Class;
use lifeos_protocol::words::{Shown, words};

use super::super::Client;
use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{Waiting, body_of};
use super::Asked;
use crate::api::{DeviceView, MethodView, Problem, Reply, SessionView};

impl Client {
    pub(crate) fn devices(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let own = open.engine.device();
        let mut devices: Vec<DeviceView> = open
            .engine
            .account_log()
            .devices()
            .map(|device| DeviceView {
                id: device.id.to_hex(),
                words: words(Shown::Device(device.id)).map(str::to_owned).to_vec(),
                name: open.device_name(device.id),
                class: class_name(device.class).to_owned(),
                since_ms: device.at_ms as f64,
                this: device.id == own,
                revoked: device.revoked.is_some(),
            })
            .collect();
        newest_first(&mut devices, |device: &DeviceView| device.since_ms as i64);
        self.answer(call, Ok(Reply::Devices { devices }));
        Ok(())
    }

    pub(crate) fn methods(&mut self, call: u64) -> Result<(), Problem> {
        let open = self.open_mut()?;
        let mut methods: Vec<MethodView> = open
            .engine
            .account_log()
            .methods()
            .map(|method| MethodView {
                id: method.id.to_hex(),
                kind: kind_name(method.kind).to_owned(),
                since_ms: method.at_ms as f64,
                revoked: method.revoked.is_some(),
            })
            .collect();
        newest_first(&mut methods, |method: &MethodView| method.since_ms as i64);
        self.answer(call, Ok(Reply::Methods { methods }));
        Ok(())
    }

    pub(crate) fn sessions(&mut self, call: u64) -> Result<(), Problem> {
        self.open_mut()?;
        let waiting = Waiting::Methods(Asked::Sessions { call });
        self.signed_list("/api/v1/sessions".into(), waiting);
        Ok(())
    }

    pub(super) fn sessions_told(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: SessionList = body_of(result)?;
        let own = self.link.session_id().map(str::to_owned);
        let mut sessions: Vec<SessionView> = list
            .sessions
            .into_iter()
            .map(|row| SessionView {
                signer: row.signer.to_hex(),
                created_ms: row.created_ms as f64,
                last_seen_ms: row.last_seen_ms as f64,
                this: own.as_deref() == Some(row.session.as_str()),
                id: row.session,
            })
            .collect();
        newest_first(&mut sessions, |session: &SessionView| {
            session.last_seen_ms as i64
        });
        self.answer(call, Ok(Reply::Sessions { sessions }));
        Ok(())
    }
}

pub(crate) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Agent => "agent",
        Class::Shared => "shared",
        Class::Full => "full",
    }
}

pub(crate) fn kind_name(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Passkey => "passkey",
        MethodKind::Kit => "kit",
        MethodKind::Passphrase => "passphrase",
    }
}
