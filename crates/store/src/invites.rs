//! Invitations: by which a second account comes in. Kept is what lets one in, and who came.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::ids::{AccountId, Hash, InviteId};
use subtle::ConstantTimeEq;

use crate::box_log::{self, BoxNote};
use crate::claim::ClaimRefusal;
use crate::columns::{fixed, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::page::{self, Page, one_more};
use crate::sql;

/// Wrong codes after which an invitation is dead.
const FAILURES_MAX: u32 = 5;
/// Invitations of an account that are open at once.
const OPEN_MAX: u32 = 32;
/// How long an invitation is remembered behind its end.
const REMEMBERED_MS: u64 = 90 * 24 * 3_600_000;

/// An invitation about to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewInvite {
    /// By what it is found.
    pub invite: InviteId,
    /// What is compared in place of its code.
    pub check: Hash,
    /// The household role of who comes in by it.
    pub role: u8,
    /// Until when (ms since 1970).
    pub expires_ms: u64,
}

/// An invitation as it stands.
#[derive(Debug, Clone, Copy)]
pub struct Invite {
    /// Which.
    pub invite: InviteId,
    /// The household role of who comes in by it.
    pub role: u8,
    /// Until when (ms since 1970).
    pub expires_ms: u64,
    /// Wrong codes so far.
    pub failures: u32,
    /// How often somebody came when it was used or over.
    pub late: u32,
    /// Who came in by it, by what proof, and when (ms since 1970).
    pub accepted: Option<(AccountId, Hash, u64)>,
}

/// What somebody brings who was invited.
#[derive(Debug, Clone, Copy)]
pub struct Brought {
    /// Which invitation.
    pub invite: InviteId,
    /// What stands for its code.
    pub check: Hash,
    /// For the inviter: that link and code were there.
    pub proof: Hash,
}

/// Why an invitation is not made.
#[derive(Debug, thiserror::Error)]
pub enum InviteRefusal {
    /// The account may not let anybody in, or not in this role.
    #[error("account may not invite in this role")]
    Role,
    /// There are too many open ones, or there is one of this id.
    #[error("too many invitations")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for InviteRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Household roles from which on somebody may invite: admin.
const MAY_INVITE: u8 = 3;

impl Store {
    /// Makes an invitation of an account: admins and owners of the household may, in no role above
    /// their own.
    ///
    /// # Errors
    /// [`InviteRefusal`].
    pub async fn make_invite(
        &self,
        account: AccountId,
        new: NewInvite,
        now_ms: u64,
    ) -> Result<(), InviteRefusal> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let found =
                        sql::query("SELECT account, household_role FROM accounts WHERE id = $1")
                            .bind(account.as_bytes().as_slice())
                            .fetch_optional(&mut *connection)
                            .await?
                            .ok_or(InviteRefusal::Role)?;
                    let own: u8 = unsigned(&found, "household_role")?;
                    if own < MAY_INVITE || new.role > own {
                        return Err(InviteRefusal::Role);
                    }
                    let owner: i64 = found.try_get("account")?;
                    forget_old(connection, now_ms).await?;
                    let open = sql::query(
                        "SELECT count(*) AS open FROM invites
                         WHERE account = $1 AND accepted_by IS NULL",
                    )
                    .bind(owner)
                    .fetch_one(&mut *connection)
                    .await?;
                    if unsigned::<u32>(&open, "open")? >= OPEN_MAX {
                        return Err(InviteRefusal::TooMany);
                    }
                    let made = sql::query(
                        "INSERT INTO invites (invite, account, check_hash, role, expires_ms,
                             failures, late)
                         VALUES ($1, $2, $3, $4, $5, 0, 0) ON CONFLICT (invite) DO NOTHING",
                    )
                    .bind(new.invite.as_bytes().as_slice())
                    .bind(owner)
                    .bind(new.check.as_bytes().as_slice())
                    .bind(new.role)
                    .bind(signed(new.expires_ms))
                    .execute(&mut *connection)
                    .await?;
                    if made != 1 {
                        return Err(InviteRefusal::TooMany);
                    }
                    let note = BoxNote::of(BoxEvent::InviteMade)
                        .account(account)
                        .detail(new.role.into());
                    Ok(box_log::append(connection, note, now_ms).await?)
                })
            })
            .await
    }

    /// Returns whose an invitation is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn maker_of_invite(&self, invite: InviteId) -> Result<Option<AccountId>, StoreError> {
        let row = sql::query(
            "SELECT a.id AS id FROM invites i JOIN accounts a USING (account) WHERE i.invite = $1",
        )
        .bind(invite.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref()
            .map(|row| fixed(row, "id").map(AccountId::new))
            .transpose()
    }

    /// Ends an invitation of an account that nobody has come in by; tells whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_invite(
        &self,
        account: AccountId,
        invite: InviteId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let ended = sql::query(
                        "DELETE FROM invites WHERE invite = $1 AND accepted_by IS NULL
                         AND account = (SELECT account FROM accounts WHERE id = $2)",
                    )
                    .bind(invite.as_bytes().as_slice())
                    .bind(account.as_bytes().as_slice())
                    .execute(&mut *connection)
                    .await?;
                    if ended == 1 {
                        let note = BoxNote::of(BoxEvent::InviteEnded).account(account);
                        box_log::append(connection, note, now_ms).await?;
                    }
                    Ok(ended == 1)
                })
            })
            .await
    }

    /// Returns the invitations of an account, after one, in the order of their ids.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn invites_page(
        &self,
        account: AccountId,
        after: Option<InviteId>,
        limit: u32,
    ) -> Result<Page<Invite>, StoreError> {
        let rows = sql::query(
            "SELECT i.invite AS invite, i.role AS role, i.expires_ms AS expires_ms,
                    i.failures AS failures, i.late AS late, b.id AS accepted_by,
                    i.proof AS proof, i.accepted_ms AS accepted_ms
             FROM invites i JOIN accounts a ON a.account = i.account
             LEFT JOIN accounts b ON b.account = i.accepted_by
             WHERE a.id = $1 AND i.invite > $2 ORDER BY i.invite LIMIT $3",
        )
        .bind(account.as_bytes().as_slice())
        .bind(page::after(after.as_ref()))
        .bind(one_more(limit))
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        Page::read(&rows, limit, |row| {
            let is_accepted = row.try_get::<Option<Vec<u8>>>("accepted_by")?.is_some();
            let accepted = match is_accepted {
                false => None,
                true => Some((
                    AccountId::new(fixed(row, "accepted_by")?),
                    Hash::new(fixed(row, "proof")?),
                    unsigned(row, "accepted_ms")?,
                )),
            };
            Ok(Invite {
                invite: InviteId::new(fixed(row, "invite")?),
                role: unsigned(row, "role")?,
                expires_ms: unsigned(row, "expires_ms")?,
                failures: unsigned(row, "failures")?,
                late: unsigned(row, "late")?,
                accepted,
            })
        })
    }

    /// Whether an invitation lets in who brings this, without using it up. A wrong code is counted,
    /// and so is who comes too late.
    ///
    /// # Errors
    /// [`ClaimRefusal::Code`], [`ClaimRefusal::InviteOver`], or those of the database.
    pub async fn try_invite(&self, brought: Brought, now_ms: u64) -> Result<(), ClaimRefusal> {
        let standing: Standing = self
            .committer
            .commit(move |connection| {
                Box::pin(async move {
                    let standing = judge(connection, &brought, now_ms).await?;
                    let invite = brought.invite.as_bytes().as_slice();
                    match standing {
                        Standing::Right { .. } => {}
                        Standing::Wrong => {
                            sql::query(
                                "UPDATE invites SET failures = failures + 1 WHERE invite = $1",
                            )
                            .bind(invite)
                            .execute(&mut *connection)
                            .await?;
                            let note = BoxNote::of(BoxEvent::InviteRefused);
                            box_log::append(connection, note, now_ms).await?;
                        }
                        Standing::Over => {
                            let late = sql::query(
                                "UPDATE invites SET late = late + 1 WHERE invite = $1
                                 RETURNING late",
                            )
                            .bind(invite)
                            .fetch_optional(&mut *connection)
                            .await?;
                            // The first few are told; whoever goes on trying fills no disk.
                            let late = late.map(|row| unsigned::<u32>(&row, "late")).transpose()?;
                            if late.is_some_and(|late| late <= FAILURES_MAX) {
                                let note = BoxNote::of(BoxEvent::InviteLate);
                                box_log::append(connection, note, now_ms).await?;
                            }
                        }
                    }
                    Ok::<_, StoreError>(standing)
                })
            })
            .await?;
        standing.right().map(|_| ())
    }
}

/// How what was brought fits an invitation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Standing {
    Right { role: u8 },
    Wrong,
    Over,
}

impl Standing {
    /// The household role of who comes in.
    pub(crate) fn right(self) -> Result<u8, ClaimRefusal> {
        match self {
            Self::Right { role } => Ok(role),
            Self::Wrong => Err(ClaimRefusal::Code),
            Self::Over => Err(ClaimRefusal::InviteOver),
        }
    }
}

pub(crate) async fn judge(
    connection: &mut Connection,
    brought: &Brought,
    now_ms: u64,
) -> Result<Standing, StoreError> {
    let found = sql::query(
        "SELECT check_hash, role, expires_ms, failures, accepted_by FROM invites
         WHERE invite = $1",
    )
    .bind(brought.invite.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    // What is not there was never made, or was ended.
    let Some(found) = found else {
        return Ok(Standing::Over);
    };
    let over = found.try_get::<Option<i64>>("accepted_by")?.is_some()
        || unsigned::<u64>(&found, "expires_ms")? <= now_ms
        || unsigned::<u32>(&found, "failures")? >= FAILURES_MAX;
    if over {
        return Ok(Standing::Over);
    }
    let check: [u8; 32] = fixed(&found, "check_hash")?;
    if !bool::from(check.ct_eq(brought.check.as_bytes())) {
        return Ok(Standing::Wrong);
    }
    Ok(Standing::Right {
        role: unsigned(&found, "role")?,
    })
}

/// Uses an invitation up.
pub(crate) async fn accept(
    connection: &mut Connection,
    brought: &Brought,
    account: AccountId,
    now_ms: u64,
) -> Result<(), StoreError> {
    sql::query(
        "UPDATE invites SET accepted_by = (SELECT account FROM accounts WHERE id = $1),
             proof = $2, accepted_ms = $3 WHERE invite = $4",
    )
    .bind(account.as_bytes().as_slice())
    .bind(brought.proof.as_bytes().as_slice())
    .bind(signed(now_ms))
    .bind(brought.invite.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn forget_old(connection: &mut Connection, now_ms: u64) -> Result<(), StoreError> {
    sql::query("DELETE FROM invites WHERE accepted_by IS NULL AND expires_ms < $1")
        .bind(signed(now_ms.saturating_sub(REMEMBERED_MS)))
        .execute(connection)
        .await?;
    Ok(())
}
