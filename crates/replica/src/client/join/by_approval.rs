//! Joining by the approval of a device that is in: its link is opened there, the code that this
//! device shows is typed there, and the name that it sealed is compared here.

use lifeos_crypto::approval;
use lifeos_crypto::{AccountSecret, DeviceKeys, LocalKey};
use lifeos_protocol::CeremonyId;
use lifeos_protocol::api::{
    ApprovalBegin, ApprovalBegun, ApprovalMessage, ApprovalSeen, Binary, LogPage, MethodList,
    WrapList,
};
use lifeos_protocol::approval::{ApprovalAnswer, Opening, Transcript, link_fragment};
use lifeos_protocol::log::AccountLog;

use super::super::effect::{HttpFailure, HttpResponse};
use super::super::link::{Waiting, body_of};
use super::super::material::{decode, newest_secret, read_log};
use super::super::open::Founded;
use super::super::ways::ways_for;
use super::super::{Client, State, kits};
use super::{Asked, Joining, Way};
use crate::api::{Problem, ProblemCode, Reply};

pub(super) struct Approval {
    pub(super) opening: Opening,
    pub(super) ceremony: Option<CeremonyId>,
    pub(super) opened: bool,
    pub(super) transcript: Option<Transcript>,
    pub(super) account_name: Option<String>,
    pub(super) confirmed: bool,
    pub(super) log: Option<AccountLog>,
    pub(super) secret: Option<AccountSecret>,
    /// The call that confirmed.
    pub(super) call: u64,
}

impl Client {
    pub(crate) fn join_approval(&mut self, call: u64, device_name: String) -> Result<(), Problem> {
        let device = DeviceKeys::make(&mut self.rng);
        let opening = approval::make_opening(&device, &mut self.rng);
        let commitment = opening.commitment();
        let way = Way::Approval(Box::new(Approval {
            opening,
            ceremony: None,
            opened: false,
            transcript: None,
            account_name: None,
            confirmed: false,
            log: None,
            secret: None,
            call,
        }));
        self.begin_joining(device_name, way)?;
        self.joining()?.device = device;
        let body = ApprovalBegin { commitment };
        self.post(
            "/api/v1/approvals",
            &body,
            Waiting::Join(Asked::Begun { call }),
        );
        Ok(())
    }

    fn approval_mut(&mut self) -> Result<&mut Approval, Problem> {
        match &mut self.joining()?.way {
            Way::Approval(approval) => Ok(approval),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    pub(super) fn approval_call(&mut self) -> Option<u64> {
        self.approval_mut().ok().map(|approval| approval.call)
    }

    pub(super) fn approval_begun(
        &mut self,
        call: u64,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let begun: ApprovalBegun = body_of(result)?;
        let origin = self.config.origin.clone();
        let approval = self.approval_mut()?;
        approval.ceremony = Some(begun.ceremony);
        let fragment = link_fragment(begun.ceremony, &approval.opening.commitment());
        let link = format!("{origin}/approve#{fragment}");
        let qr = kits::qr(&link);
        self.answer(call, Ok(Reply::Approval { link, qr }));
        self.watch_approval()
    }

    fn watch_approval(&mut self) -> Result<(), Problem> {
        let approval = self.approval_mut()?;
        let ceremony = approval.ceremony.ok_or(ProblemCode::WrongPhase)?;
        let have = 1 + u8::from(approval.transcript.is_some()) + u8::from(approval.opened);
        let path = format!("/api/v1/approvals/{ceremony}?wait=25&have={have}");
        self.plain("GET", path, Vec::new(), Waiting::Join(Asked::Seen));
        Ok(())
    }

    pub(super) fn approval_seen(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let seen: ApprovalSeen = match body_of(result) {
            Err(problem) if problem.code != ProblemCode::Offline => {
                return Err(ProblemCode::ApprovalOver.into());
            }
            other => other?,
        };
        let origin = self.config.origin.clone();
        let State::Joining(joining) = &mut self.state else {
            return Ok(());
        };
        let Joining {
            device,
            way: Way::Approval(approval),
            ..
        } = joining.as_mut()
        else {
            return Ok(());
        };
        if approval.transcript.is_none()
            && let Some(answer) = &seen.answer
        {
            let answer: ApprovalAnswer = decode(answer)?;
            if answer.origin != origin {
                return Err(ProblemCode::Tampered.into());
            }
            let commitment = approval.opening.commitment();
            let transcript = Transcript::new(commitment, answer, approval.opening.clone())
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
            approval.transcript = Some(transcript);
        }
        if let (Some(transcript), None, Some(sealed)) =
            (&approval.transcript, &approval.account_name, &seen.account)
        {
            let name = approval::open_account_name(transcript, device, &sealed.0)
                .map_err(|_| Problem::from(ProblemCode::Tampered))?;
            approval.account_name = Some(name);
            return Ok(()); // the person compares
        }
        if approval.transcript.is_some() && !approval.opened {
            approval.opened = true;
            let ceremony = approval.ceremony.ok_or(ProblemCode::WrongPhase)?;
            let body = ApprovalMessage {
                message: Binary::of(&approval.opening),
            };
            let path = format!("/api/v1/approvals/{ceremony}/opening");
            let body = serde_json::to_vec(&body).map_err(|_| ProblemCode::Malformed)?;
            self.plain("PUT", path, body, Waiting::Join(Asked::Opened));
        }
        self.watch_approval()
    }

    /// Retries what waits for the box, after a wake.
    pub(crate) fn joining_woken(&mut self) {
        let watching = self
            .approval_mut()
            .is_ok_and(|approval| approval.ceremony.is_some() && approval.account_name.is_none());
        if watching
            && !self
                .link
                .waits_for(|waiting| matches!(waiting, Waiting::Join(_)))
        {
            let watched = self.watch_approval();
            debug_assert!(
                watched.is_ok(),
                "an approval with a ceremony can be watched"
            );
        }
    }

    /// The log of the account that approved: it must be that account, carry the device that
    /// answered, and carry this one.
    pub(super) fn approval_log(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let page: LogPage = body_of(result)?;
        if page.more {
            return Err(ProblemCode::Refused.into());
        }
        let log = read_log(&page.statements)?;
        let id = self.joining()?.device.id();
        let approval = self.approval_mut()?;
        let answer = approval
            .transcript
            .as_ref()
            .ok_or(ProblemCode::WrongPhase)?
            .answer();
        let approver = answer.keys.device_id();
        let carried = |device| {
            log.device(device)
                .is_some_and(|device| device.revoked.is_none())
        };
        if log.account() != answer.account || !carried(approver) || !carried(id) {
            return Err(ProblemCode::Tampered.into());
        }
        let account = log.account();
        approval.log = Some(log);
        let path = format!("/api/v1/logs/{account}/wraps?recipient={id}");
        self.signed_list(path, Waiting::Join(Asked::Wraps));
        Ok(())
    }

    pub(super) fn approval_wraps(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: WrapList = body_of(result)?;
        let State::Joining(joining) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining {
            device,
            way: Way::Approval(approval),
            ..
        } = joining.as_mut()
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let log = approval.log.as_ref().ok_or(ProblemCode::WrongPhase)?;
        approval.secret = Some(newest_secret(log, &list.wraps, device)?);
        self.signed_list("/api/v1/methods".into(), Waiting::Join(Asked::Methods));
        Ok(())
    }

    /// This device seals its local key to every method that the log carries, and is in.
    pub(super) fn approval_methods(
        &mut self,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let list: MethodList = body_of(result)?;
        let State::Joining(joining) = std::mem::replace(&mut self.state, State::Empty) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let Joining {
            device,
            device_name,
            way: Way::Approval(approval),
        } = *joining
        else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let (Some(log), Some(secret)) = (approval.log, approval.secret) else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let local_key = LocalKey::make(&mut self.rng);
        let ways = ways_for(&log, &[], &list.methods, &local_key, &mut self.rng)?;
        let founded = Founded::joined(device, device_name, (log, secret), local_key, ways);
        self.found(approval.call, founded)
    }
}
