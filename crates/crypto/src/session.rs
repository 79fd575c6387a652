//! Sessions, the client's side: answer the box's challenge, then sign each request (formats.md §9).

use lifeos_protocol::hash::sha256;
use lifeos_protocol::session::{Answer, Challenge, RequestParts, SessionKey, auth_header};
use lifeos_protocol::tail::TailOpen;
use lifeos_protocol::{AccountId, Hash, Signature, label};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::keys::Signs;
use crate::primitive::x25519;
use crate::secret::{make_bytes, mute};

/// A private X25519 key that is used once.
pub struct Ephemeral(Zeroizing<[u8; 32]>);

impl Ephemeral {
    /// Makes a key.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(make_bytes(rng))
    }

    /// Returns the public half.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        x25519::public(&self.0)
    }

    /// Agrees on a secret with the other side, and is spent.
    ///
    /// # Errors
    /// [`OpenError`] when the other side's key contributes nothing.
    pub fn agree(self, theirs: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, OpenError> {
        x25519::agree(&self.0, theirs)
    }
}

/// What a signer sends to open a session, and the key that it has from then on.
pub struct NewSession {
    /// The answer, as it is sent.
    pub answer: Answer,
    /// The signature over it.
    pub signature: Signature,
    /// The session's key.
    pub key: SessionKey,
}

mute!(Ephemeral, NewSession, RequestSigner);

/// Answers the box's challenge. `origin` is the page's own, as the browser writes it: an answer
/// that another box relays carries the wrong one.
///
/// # Errors
/// [`OpenError`] when the box's key contributes nothing.
pub fn answer(
    challenge: Challenge,
    origin: String,
    account: AccountId,
    signer: &impl Signs,
    rng: &mut impl CryptoRng,
) -> Result<NewSession, OpenError> {
    let ephemeral = Ephemeral::make(rng);
    let own_key = ephemeral.public();
    let answer = Answer {
        origin,
        challenge,
        account,
        signer: signer.signer(),
        own_key,
    };
    let shared = ephemeral.agree(&answer.challenge.box_key)?;
    let key = answer.derive_session_key(&shared).map_err(|_| OpenError)?;
    let signature = signer.sign(label::SESSION, &answer.sign_bytes());
    Ok(NewSession {
        answer,
        signature,
        key,
    })
}

/// Signs the requests of one session; each counter is used once.
pub struct RequestSigner {
    key: SessionKey,
    cookie_hash: Hash,
    counter: u64,
}

impl RequestSigner {
    /// Starts with the session's key and the hash of its cookie, which the box tells when it sets
    /// the cookie (a page cannot read it).
    #[must_use]
    pub fn new(key: SessionKey, cookie_hash: Hash) -> Self {
        Self {
            key,
            cookie_hash,
            counter: 0,
        }
    }

    /// Goes on after `counter`, with a key that another tab of this device had.
    #[must_use]
    pub fn resume(key: SessionKey, cookie_hash: Hash, counter: u64) -> Self {
        Self {
            key,
            cookie_hash,
            counter,
        }
    }

    /// Returns the last counter that was used.
    #[must_use]
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// Returns the value of the header [`lifeos_protocol::session::AUTH_HEADER`] for a request.
    /// `method` in capitals and `path_and_query` as in the request line.
    #[must_use]
    pub fn header(&mut self, method: &str, path_and_query: &str, body: &[u8]) -> String {
        let counter = self.next();
        let body_hash = sha256(body);
        let cookie_hash = self.cookie_hash;
        let parts = RequestParts {
            method,
            path_and_query,
            body_hash,
            counter,
            cookie_hash,
        };
        auth_header(&self.key, &parts)
    }

    /// Returns the first message of a live tail.
    #[must_use]
    pub fn tail(&mut self) -> TailOpen {
        let counter = self.next();
        TailOpen::new(&self.key, counter, &self.cookie_hash)
    }

    fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}
