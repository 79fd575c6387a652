//! What holds in every world of accounts, spaces and roles, whatever is asked of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A household: who is in it, on which devices, and in which spaces.
#[derive(Debug, Clone)]
struct World {
    accounts: Vec<Account>,
    /// By account: in which role it is a member, and whether it may ever have written.
    spaces: Vec<BTreeMap<usize, Place>>,
    /// Pairs of accounts that an invitation joined.
    joined: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
struct Account {
    household: Role,
    devices: Vec<Class>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Member(Role, bool),
    Former,
}

/// A thing of the world, and how the truth about it is found without asking `permit`.
#[derive(Debug, Clone, Copy)]
enum Thing {
    Box,
    Household,
    OfAccount(usize),
    Device(usize, usize),
    Session(usize, bool),
    NoSession,
    Space(usize),
    NoSpace,
    AccountLog(usize),
    SpaceLog(usize),
    NewInvitation(Role),
    Invitation(usize),
    Approval(Option<usize>),
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        Just(Role::Viewer),
        Just(Role::Member),
        Just(Role::Admin),
        Just(Role::Owner)
    ]
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![Just(Class::Agent), Just(Class::Shared), Just(Class::Full)]
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        3 => (role(), any::<bool>())
            .prop_map(|(role, wrote)| Place::Member(role, wrote || role.writes())),
        1 => Just(Place::Former),
    ]
}

fn world() -> impl Strategy<Value = World> {
    let account = (role(), prop::collection::vec(class(), 1..4))
        .prop_map(|(household, devices)| Account { household, devices });
    (prop::collection::vec(account, 2..5)).prop_flat_map(|accounts| {
        let count = accounts.len();
        let space = prop::collection::btree_map(0..count, place(), 0..=count);
        let joined = prop::collection::vec((0..count, 0..count), 0..3);
        (Just(accounts), prop::collection::vec(space, 1..4), joined).prop_map(
            |(accounts, spaces, joined)| World {
                accounts,
                spaces,
                joined,
            },
        )
    })
}

fn account(at: usize) -> AccountId {
    AccountId::new([u8::try_from(at + 1).unwrap_or(0); 16])
}

fn device(of: usize, at: usize) -> DeviceId {
    let mut id = [u8::try_from(of + 1).unwrap_or(0); 16];
    id[0] = u8::try_from(at + 100).unwrap_or(0);
    DeviceId::new(id)
}

impl World {
    fn place(&self, who: usize, space: usize) -> Option<Place> {
        self.spaces[space].get(&who).copied()
    }

    fn standing(&self, who: usize, space: usize) -> Standing {
        match self.place(who, space) {
            Some(Place::Member(role, has_written)) => Standing::Member { role, has_written },
            Some(Place::Former) => Standing::Former,
            None => Standing::Stranger,
        }
    }

    fn is_member(&self, who: usize, space: usize) -> bool {
        matches!(self.place(who, space), Some(Place::Member(..)))
    }

    fn are_acquainted(&self, one: usize, other: usize) -> bool {
        let shares = |space| self.is_member(one, space) && self.is_member(other, space);
        (0..self.spaces.len()).any(shares)
            || self.joined.contains(&(one, other))
            || self.joined.contains(&(other, one))
    }

    /// How the server would hand a thing in for this account.
    fn object(&self, who: usize, thing: Thing) -> Object {
        match thing {
            Thing::Box => Object::Box,
            Thing::Household => Object::Household,
            Thing::OfAccount(of) => Object::Account(account(of)),
            Thing::Device(of, at) => Object::Device(account(of), device(of, at)),
            Thing::Session(of, is_own) => Object::Session {
                account: Some(account(of)),
                is_own: is_own && of == who,
            },
            Thing::NoSession => Object::Session {
                account: None,
                is_own: false,
            },
            Thing::Space(space) => Object::Space(self.standing(who, space)),
            Thing::NoSpace => Object::Space(Standing::Stranger),
            Thing::AccountLog(of) if of == who => Object::Log(Reach::Own),
            Thing::AccountLog(of) if self.are_acquainted(who, of) => Object::Log(Reach::Acquainted),
            Thing::AccountLog(_) => Object::Log(Reach::Nothing),
            Thing::SpaceLog(space) => Object::Log(Reach::Space(self.standing(who, space))),
            Thing::NewInvitation(role) => Object::Invitation(role),
            Thing::Invitation(by) => Object::Invited(Some(account(by))),
            Thing::Approval(by) => Object::Approval(by.map(account)),
        }
    }

    fn things(&self) -> Vec<Thing> {
        let accounts = 0..self.accounts.len();
        let mut things = vec![
            Thing::Box,
            Thing::Household,
            Thing::NoSession,
            Thing::NoSpace,
            Thing::Approval(None),
        ];
        for of in accounts {
            things.extend([
                Thing::OfAccount(of),
                Thing::Session(of, true),
                Thing::Session(of, false),
                Thing::AccountLog(of),
                Thing::Invitation(of),
                Thing::Approval(Some(of)),
            ]);
            let devices = 0..self.accounts[of].devices.len();
            things.extend(devices.map(|at| Thing::Device(of, at)));
        }
        for space in 0..self.spaces.len() {
            things.extend([Thing::Space(space), Thing::SpaceLog(space)]);
        }
        let roles = [Role::Viewer, Role::Member, Role::Admin, Role::Owner];
        things.extend(roles.map(Thing::NewInvitation));
        things
    }

    /// Every session that there could be: whose, of what, and whether just verified.
    fn callers(&self) -> Vec<(usize, Caller)> {
        let mut callers = Vec::new();
        for (who, of) in self.accounts.iter().enumerate() {
            let devices = of.devices.iter().enumerate();
            let signers = devices
                .map(|(at, class)| Signer::Device(device(who, at), *class))
                .chain([Signer::Method]);
            for signer in signers {
                for is_fresh in [false, true] {
                    let caller = Caller {
                        account: account(who),
                        signer,
                        is_fresh,
                        household: of.household,
                    };
                    callers.push((who, caller));
                }
            }
        }
        callers
    }

    /// Everything that is permitted to anybody with a session.
    fn permitted(&self) -> Vec<(usize, Caller, Act, Thing)> {
        let things = self.things();
        let mut permitted = Vec::new();
        for (who, caller) in self.callers() {
            for act in Act::ALL {
                for thing in &things {
                    let object = self.object(who, *thing);
                    if permit(&Who::Session(caller), *act, &object).is_ok() {
                        permitted.push((who, caller, *act, *thing));
                    }
                }
            }
        }
        permitted
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_permitted_reaches_another_account_or_a_space_without_a_role(world in world()) {
        for (who, caller, act, thing) in world.permitted() {
            let is_within = match thing {
                Thing::OfAccount(of)
                | Thing::Device(of, _)
                | Thing::Session(of, _)
                | Thing::Invitation(of)
                | Thing::Approval(Some(of)) => of == who,
                Thing::Space(space) | Thing::SpaceLog(space) => {
                    world.is_member(who, space)
                        || (act == Act::TakeLeave
                            && matches!(world.place(who, space), Some(Place::Former)))
                }
                Thing::AccountLog(of) => {
                    let reads = matches!(act, Act::ReadLog | Act::ReadWraps);
                    of == who || (reads && world.are_acquainted(who, of))
                }
                Thing::NoSession | Thing::NoSpace => false,
                Thing::NewInvitation(_) | Thing::Approval(None) => true,
                Thing::Household => {
                    caller.household == Role::Owner
                        && matches!(caller.signer, Signer::Device(_, Class::Full))
                }
                Thing::Box => false,
            };
            prop_assert!(is_within, "{caller:?} {act:?} {thing:?}");
        }
    }

    #[test]
    fn who_never_could_write_pushes_nothing(world in world()) {
        for (who, caller, act, thing) in world.permitted() {
            if !matches!(act, Act::Push | Act::Reseal) {
                continue;
            }
            let Thing::Space(space) = thing else {
                return Err(TestCaseError::fail("a push to no space"));
            };
            let writes = matches!(world.place(who, space), Some(Place::Member(_, true)));
            prop_assert!(writes, "{caller:?} {act:?} {thing:?}");
            prop_assert!(matches!(caller.signer, Signer::Device(..)), "a method wrote");
        }
    }

    #[test]
    fn a_device_of_many_or_a_connector_does_nothing_to_the_account(world in world()) {
        for (_, caller, act, thing) in world.permitted() {
            let Signer::Device(_, class) = caller.signer else { continue };
            if class == Class::Full {
                continue;
            }
            let changes = match act {
                Act::BeginPasskey
                | Act::AddPasskey
                | Act::MakeInvite
                | Act::EndInvite
                | Act::AnswerApproval
                | Act::HandOverAccount => true,
                Act::AppendLog | Act::AppendOfKeys => matches!(thing, Thing::AccountLog(_)),
                Act::EndSession => !matches!(thing, Thing::Session(_, true)),
                _ => false,
            };
            prop_assert!(!changes, "{caller:?} {act:?} {thing:?}");
        }
    }

    #[test]
    fn acts_on_keys_ask_for_a_fresh_verification(world in world()) {
        for (_, caller, act, thing) in world.permitted() {
            let is_key_act = matches!(
                act,
                Act::BeginPasskey | Act::AddPasskey | Act::MakeInvite | Act::AppendOfKeys
            );
            // A method's session begins with the method: its statements are verified by that.
            let is_method = caller.signer == Signer::Method && act == Act::AppendOfKeys;
            prop_assert!(
                !is_key_act || caller.is_fresh || is_method,
                "{caller:?} {act:?} {thing:?}"
            );
        }
    }

    #[test]
    fn nobody_lets_in_somebody_above_themselves(world in world()) {
        for (_, caller, act, thing) in world.permitted() {
            let (Act::MakeInvite, Thing::NewInvitation(role)) = (act, thing) else { continue };
            prop_assert!(caller.household >= Role::Admin && role <= caller.household);
        }
    }

    #[test]
    fn without_a_session_nothing_of_an_account_or_space_is_touched(world in world()) {
        for thing in world.things() {
            for act in Act::ALL {
                let object = world.object(0, thing);
                let anybody = permit(&Who::Anybody, *act, &object).is_ok();
                let harmless = matches!(thing, Thing::Box | Thing::Approval(_));
                prop_assert!(!anybody || harmless, "{act:?} {thing:?}");
                let operator = permit(&Who::Operator, *act, &object).is_ok();
                prop_assert!(!operator || *act == Act::ReadFigures, "{act:?} {thing:?}");
                let proven = permit(&Who::Proven(account(0)), *act, &object).is_ok();
                let own = matches!(thing, Thing::OfAccount(0) | Thing::Device(0, _));
                prop_assert!(!proven || own, "{act:?} {thing:?}");
            }
        }
    }
}

#[test]
fn every_act_is_permitted_to_somebody() {
    let caller = |signer| {
        Who::Session(Caller {
            account: account(0),
            signer,
            is_fresh: true,
            household: Role::Owner,
        })
    };
    let full = caller(Signer::Device(device(0, 0), Class::Full));
    let member = Standing::Member {
        role: Role::Member,
        has_written: true,
    };
    let askers = [Who::Anybody, Who::Operator, Who::Proven(account(0)), full];
    let objects = [
        Object::Box,
        Object::Household,
        Object::Account(account(0)),
        Object::Device(account(0), device(0, 0)),
        Object::Session {
            account: Some(account(0)),
            is_own: true,
        },
        Object::Space(member),
        Object::Space(Standing::Former),
        Object::Log(Reach::Own),
        Object::Invitation(Role::Member),
        Object::Invited(Some(account(0))),
        Object::Approval(None),
        Object::Approval(Some(account(0))),
    ];
    for act in Act::ALL {
        let is_permitted = askers.iter().any(|who| {
            objects
                .iter()
                .any(|object| permit(who, *act, object).is_ok())
        });
        assert!(is_permitted, "{act:?}");
    }
}

#[test]
fn every_address_of_the_interface_has_its_acts_and_no_act_is_without_an_address() {
    let document = serde_json::to_value(crate::openapi()).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut routed: Vec<(String, String)> = paths
        .flat_map(|(path, acts)| {
            let methods = acts.as_object().into_iter().flatten();
            methods.map(move |(method, _)| (method.to_uppercase(), path.clone()))
        })
        .filter(|(method, _)| ["GET", "POST", "PUT", "DELETE"].contains(&method.as_str()))
        .collect();
    // What no client of the interface asks for stands in no description.
    for path in [
        "/api/v1/tail",
        "/api/v1/openapi.json",
        "/health",
        "/metrics",
    ] {
        routed.push(("GET".to_owned(), path.to_owned()));
    }
    routed.sort();
    let mut known: Vec<(String, String)> = Act::ALL
        .iter()
        .map(|act| act.address())
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    known.sort();
    known.dedup();
    assert_eq!(routed, known);
}
