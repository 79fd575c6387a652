//! Who may do what to what: the one function that every address asks, and nothing beside it.
//!
//! It is pure. The addresses look up how the caller stands to what it names and hand that in; the
//! store applies the same bounds once more, inside the transaction, where they could have changed
//! meanwhile. What a change or a log statement may say is judged elsewhere, by the functions that
//! clients judge by: this decides who is heard at all.

use lifeos_protocol::ids::{AccountId, DeviceId};
use lifeos_protocol::keys::Class;
use lifeos_protocol::log::Role;
use lifeos_protocol::refusal::Code;
use lifeos_store::{Reach, Standing};

use crate::acts::Act;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Somebody of whom nothing is known. What they bring (a code, the name of a ceremony) is
    /// judged by the address.
    Anybody,
    /// Whoever has just shown a passkey of an account, or signed for it: for this request alone.
    Proven(AccountId),
    /// A session.
    Session(Caller),
    /// Whoever runs the box, by the token of its figures.
    Operator,
}

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) account: AccountId,
    pub(crate) signer: Signer,
    /// Whether the person was verified a moment ago.
    pub(crate) is_fresh: bool,
    /// The account's role in the household.
    pub(crate) household: Role,
}

/// What opened the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// A device.
    Device(DeviceId, Class),
    /// An unlock method: does what recovery needs, and writes nothing into spaces.
    Method,
}

/// To what it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    /// Nothing of anybody.
    Box,
    /// What happened to the box as a whole.
    Household,
    /// What is one account's alone.
    Account(AccountId),
    /// What is kept for one device.
    Device(AccountId, DeviceId),
    /// A session, and whether it is the one that asks. Nobody's, if there is none.
    Session {
        account: Option<AccountId>,
        is_own: bool,
    },
    /// A space.
    Space(Standing),
    /// A log.
    Log(Reach),
    /// An invitation about to be made, of this role.
    Invitation(Role),
    /// An invitation that there is, by who made it.
    Invited(Option<AccountId>),
    /// An approval, and whose device has answered in it.
    Approval(Option<AccountId>),
}

/// Tells whether this may be done.
///
/// # Errors
/// The code by which it is refused. What another account has is refused as what does not exist.
pub(crate) fn permit(who: &Who, act: Act, object: &Object) -> Result<(), Code> {
    match who {
        Who::Anybody => by_anybody(act, object),
        Who::Proven(account) => by_proven(*account, act, object),
        Who::Session(caller) => by_session(caller, act, object),
        Who::Operator if act == Act::ReadFigures && *object == Object::Box => Ok(()),
        Who::Operator => Err(Code::Forbidden),
    }
}

fn by_anybody(act: Act, object: &Object) -> Result<(), Code> {
    use Act::{
        BeginApproval, BeginClaim, BeginSession, BeginSignIn, EndApproval, FindKit, FinishClaim,
        OpenApproval, ReadBox, ReadHealth, ReadInterface, WatchApproval,
    };
    match (act, object) {
        (
            ReadBox | ReadInterface | ReadHealth | BeginClaim | FinishClaim | BeginSignIn
            | BeginSession | BeginApproval | FindKit,
            Object::Box,
        )
        // The name of a ceremony is known to those who take part.
        | (OpenApproval | WatchApproval | EndApproval, Object::Approval(_)) => Ok(()),
        _ => Err(Code::NoSession),
    }
}

fn by_proven(account: AccountId, act: Act, object: &Object) -> Result<(), Code> {
    match (act, object) {
        (Act::ShowPasskey | Act::OpenSession, Object::Account(of)) => of_own(account, *of),
        (Act::ReleaseHalf, Object::Device(of, _)) => of_own(account, *of),
        _ => Err(Code::Forbidden),
    }
}

fn by_session(caller: &Caller, act: Act, object: &Object) -> Result<(), Code> {
    // First whose it is: who may not know of a thing is not told what would be needed for it.
    reaches(caller, act, object)?;
    let is_key_act = matches!(
        act,
        Act::BeginPasskey | Act::AddPasskey | Act::AppendOfKeys | Act::MakeInvite
    );
    if changes_account(act, object) {
        let signer = caller.signer;
        let invites_or_approves = matches!(
            act,
            Act::MakeInvite | Act::AnswerApproval | Act::HandOverAccount
        );
        match signer {
            Signer::Device(_, Class::Full) => {}
            Signer::Method if !invites_or_approves => {}
            Signer::Device(..) | Signer::Method => return Err(Code::Forbidden),
        }
    }
    // A method's own session was opened by whoever holds it; what it adds as a passkey is asked for
    // anew all the same.
    let is_verified_by_opening = caller.signer == Signer::Method && act == Act::AppendOfKeys;
    if is_key_act && !caller.is_fresh && !is_verified_by_opening {
        return Err(Code::StepUpNeeded);
    }
    if let (Act::MakeInvite, Object::Invitation(role)) = (act, object)
        && (caller.household < Role::Admin || *role > caller.household)
    {
        return Err(Code::Forbidden);
    }
    Ok(())
}

/// Whether the object is within the caller's reach, and of the kind that the act is done to.
fn reaches(caller: &Caller, act: Act, object: &Object) -> Result<(), Code> {
    use Act::{
        AddPasskey, AnswerApproval, AppendLog, AppendOfKeys, BeginPasskey, BeginSpace, BeginStepUp,
        EndInvite, EndSession, FollowTail, HandOverAccount, KeepHalf, ListInvites, ListSessions,
        ListSpaces, MakeInvite, Pull, Push, ReadBoxLog, ReadLog, ReadMethods, ReadWraps, Reseal,
        StepUp, StepUpByMethod, TakeLeave,
    };
    let own = |of: AccountId| of_own(caller.account, of);
    match (act, *object) {
        (
            FollowTail | ListSessions | BeginStepUp | StepUp | StepUpByMethod | BeginPasskey
            | AddPasskey | ReadMethods | BeginSpace | ListSpaces | ListInvites,
            Object::Account(of),
        ) => own(of),
        (ReadBoxLog, Object::Household) => runs_the_box(caller),
        (EndSession, Object::Session { account, .. }) | (EndInvite, Object::Invited(account)) => {
            own(account.ok_or(Code::NotFound)?)
        }
        (KeepHalf, Object::Device(of, device)) => match caller.signer {
            Signer::Device(asking, _) if asking == device && of == caller.account => Ok(()),
            Signer::Device(..) | Signer::Method => Err(Code::Forbidden),
        },
        (ReadLog | ReadWraps, Object::Log(reach)) => match reach {
            Reach::Own | Reach::Acquainted | Reach::Space(Standing::Member { .. }) => Ok(()),
            Reach::Nothing | Reach::Space(Standing::Stranger | Standing::Former) => {
                Err(Code::NotFound)
            }
        },
        (AppendLog | AppendOfKeys, Object::Log(reach)) => match reach {
            Reach::Own | Reach::Space(Standing::Member { .. }) => Ok(()),
            Reach::Nothing
            | Reach::Acquainted
            | Reach::Space(Standing::Stranger | Standing::Former) => Err(Code::NotFound),
        },
        (Pull, Object::Space(Standing::Member { .. }))
        | (TakeLeave, Object::Space(Standing::Former)) => Ok(()),
        (Push | Reseal, Object::Space(Standing::Member { has_written, .. })) => {
            match (caller.signer, has_written) {
                (Signer::Method, _) => Err(Code::Forbidden),
                (Signer::Device(..), true) => Ok(()),
                (Signer::Device(..), false) => Err(Code::NotAWriter),
            }
        }
        (Pull | TakeLeave | Push | Reseal, Object::Space(_)) => Err(Code::NotFound),
        (MakeInvite, Object::Invitation(_)) | (AnswerApproval, Object::Approval(None)) => Ok(()),
        (AnswerApproval, Object::Approval(Some(_))) => Err(Code::CeremonyOver),
        // The address refuses this as out of turn: nobody has answered yet.
        (HandOverAccount, Object::Approval(None)) => Err(Code::CeremonyOver),
        (HandOverAccount, Object::Approval(Some(of))) if of == caller.account => Ok(()),
        _ => Err(Code::Forbidden),
    }
}

/// The log and the alarms of the box are for its owners, on devices of their own.
pub(crate) fn runs_the_box(caller: &Caller) -> Result<(), Code> {
    match caller.signer {
        Signer::Device(_, Class::Full) if caller.household == Role::Owner => Ok(()),
        Signer::Device(..) | Signer::Method => Err(Code::Forbidden),
    }
}

/// Whether an act changes who the account is, who is let in, or what somebody else of it does: a
/// device that several people use, and a connector, do none of that.
fn changes_account(act: Act, object: &Object) -> bool {
    match act {
        Act::BeginPasskey
        | Act::AddPasskey
        | Act::MakeInvite
        | Act::EndInvite
        | Act::AnswerApproval
        | Act::HandOverAccount => true,
        Act::AppendLog | Act::AppendOfKeys => *object == Object::Log(Reach::Own),
        Act::EndSession => !matches!(object, Object::Session { is_own: true, .. }),
        _ => false,
    }
}

fn of_own(asking: AccountId, of: AccountId) -> Result<(), Code> {
    if asking == of {
        Ok(())
    } else {
        Err(Code::NotFound)
    }
}

#[cfg(test)]
mod tests;
