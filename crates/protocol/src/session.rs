//! Sessions and requests: challenge, answer, the session's key, and the MAC on each request.
//!
//! The X25519 output is passed in; both sides derive the same key from it and from the bytes that
//! the device signed.

use core::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::sha256;
use crate::ids::{AccountId, Hash, InstanceId, SignerId};
use crate::keys::SigningPublic;
use crate::label;
use crate::signature::{BadSignature, Signature, verify_signature};
use crate::window::{CounterWindow, Replayed};

/// The header that carries counter and MAC.
pub const AUTH_HEADER: &str = "lifeos-auth";
/// The header that carries the protocol version.
pub const VERSION_HEADER: &str = "lifeos-version";
/// The most bytes of an origin.
pub const MAX_ORIGIN: usize = 512;

/// What the box asks at the start of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Random, used once.
    pub nonce: [u8; 32],
    /// The box's ephemeral X25519 key.
    pub box_key: [u8; 32],
    /// Which installation asks.
    pub instance: InstanceId,
}

impl Wire for Challenge {
    fn write(&self, writer: &mut Writer) {
        writer
            .raw(&self.nonce)
            .raw(&self.box_key)
            .put(&self.instance);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            nonce: reader.array()?,
            box_key: reader.array()?,
            instance: InstanceId::read(reader)?,
        })
    }
}

/// What the signer answers to; its signature covers all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The origin that the page was loaded from, as the browser writes it.
    pub origin: String,
    /// The challenge.
    pub challenge: Challenge,
    /// Whose session it will be.
    pub account: AccountId,
    /// The device or method that signs.
    pub signer: SignerId,
    /// The signer's ephemeral X25519 key.
    pub own_key: [u8; 32],
}

impl Answer {
    /// Returns the bytes that are signed after [`label::SESSION`].
    #[must_use]
    pub fn sign_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .bytes(self.origin.as_bytes())
            .put(&self.challenge.instance)
            .put(&self.account)
            .put(&self.signer)
            .raw(&self.challenge.nonce)
            .raw(&self.challenge.box_key)
            .raw(&self.own_key);
        writer.finish()
    }

    /// Verifies the answer's signature.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, key: &SigningPublic, signature: &Signature) -> Result<(), BadSignature> {
        verify_signature(label::SESSION, &self.sign_bytes(), key, signature)
    }

    /// Derives the session's key from the X25519 output of the two ephemeral keys.
    ///
    /// # Errors
    /// [`WeakExchange`] when the output is all zeros.
    pub fn derive_session_key(&self, x25519_output: &[u8; 32]) -> Result<SessionKey, WeakExchange> {
        if bool::from(x25519_output.ct_eq(&[0; 32])) {
            return Err(WeakExchange);
        }
        let signed = sha256(&label::SESSION.with(&[&self.sign_bytes()]));
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, x25519_output)
            .expand(&label::SESSION_KEY.with(&[signed.as_bytes()]), &mut key)
            .expect("32 bytes are a valid length for HKDF-SHA-256");
        let session = SessionKey(key);
        key.zeroize();
        Ok(session)
    }
}

/// The key exchange gave zeros: the other side sent a key of small order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key exchange gave no secret")]
pub struct WeakExchange;

/// The key of one session. Zeroised when dropped; never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// Takes a key that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the key, for the side that has to keep it.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the MAC of a request.
    #[must_use]
    pub fn request_mac(&self, request: &RequestParts<'_>) -> RequestMac {
        let mut mac = self.mac();
        mac.update(label::REQUEST.as_bytes());
        let mut writer = Writer::new();
        writer
            .bytes(request.method.as_bytes())
            .bytes(request.path_and_query.as_bytes())
            .put(&request.body_hash)
            .u64(request.counter)
            .put(&request.cookie_hash);
        mac.update(writer.as_bytes());
        RequestMac(mac.finalize().into_bytes().into())
    }

    pub(crate) fn tail_mac(&self, counter: u64, cookie_hash: &Hash) -> RequestMac {
        let mut mac = self.mac();
        mac.update(label::TAIL.as_bytes());
        mac.update(&counter.to_be_bytes());
        mac.update(cookie_hash.as_bytes());
        RequestMac(mac.finalize().into_bytes().into())
    }

    fn mac(&self) -> Hmac<Sha256> {
        <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length")
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey")
    }
}

/// What the MAC of a request covers.
#[derive(Debug, Clone, Copy)]
pub struct RequestParts<'a> {
    /// In capitals, as in the request line.
    pub method: &'a str,
    /// As in the request line, the query included.
    pub path_and_query: &'a str,
    /// Plain SHA-256 of the body; of nothing where there is none.
    pub body_hash: Hash,
    /// Ascending within a session, from 1.
    pub counter: u64,
    /// Plain SHA-256 of the cookie's value as sent.
    pub cookie_hash: Hash,
}

/// The MAC of a request. Compared in constant time.
#[derive(Clone, Copy)]
pub struct RequestMac([u8; 32]);

impl RequestMac {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for RequestMac {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RequestMac {}

impl fmt::Debug for RequestMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestMac")
    }
}

/// Returns the value of the header [`AUTH_HEADER`]: counter, point, MAC in hex.
#[must_use]
pub fn auth_header(key: &SessionKey, request: &RequestParts<'_>) -> String {
    let mac = key.request_mac(request);
    format!(
        "{}.{}",
        request.counter,
        data_encoding::HEXLOWER.encode(mac.as_bytes())
    )
}

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// The header is missing or not of its form.
    #[error("the request is not authenticated")]
    Malformed,
    /// The MAC does not hold.
    #[error("the request's MAC does not hold")]
    BadMac,
    /// The counter was used before.
    #[error(transparent)]
    Replayed(#[from] Replayed),
}

/// Reads the header's counter and MAC.
///
/// # Errors
/// [`RequestRefusal::Malformed`].
pub fn parse_auth_header(value: &str) -> Result<(u64, RequestMac), RequestRefusal> {
    let (counter, mac) = value.split_once('.').ok_or(RequestRefusal::Malformed)?;
    if counter.is_empty()
        || counter.starts_with('0')
        || !counter.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(RequestRefusal::Malformed);
    }
    let counter = counter.parse().map_err(|_| RequestRefusal::Malformed)?;
    let mac: Hash = mac.parse().map_err(|_| RequestRefusal::Malformed)?;
    Ok((counter, RequestMac(*mac.as_bytes())))
}

/// Verifies a request and takes its counter. The counter is taken only when the MAC holds.
///
/// # Errors
/// [`RequestRefusal::BadMac`] or [`RequestRefusal::Replayed`].
pub fn accept_request(
    key: &SessionKey,
    window: &mut CounterWindow,
    request: &RequestParts<'_>,
    mac: &RequestMac,
) -> Result<(), RequestRefusal> {
    if key.request_mac(request) != *mac {
        return Err(RequestRefusal::BadMac);
    }
    window.take(request.counter)?;
    Ok(())
}

/// Returns the cookie's name: it carries 8 hex digits of the instance id, since cookies ignore ports.
#[must_use]
pub fn cookie_name(instance: InstanceId) -> String {
    format!("__Host-lifeos-{}", &instance.to_hex()[..8])
}

/// Returns the hash of a cookie's value as sent (64 hex digits): what the box stores, and what MACs
/// cover.
#[must_use]
pub fn cookie_hash(value: &str) -> Hash {
    sha256(value.as_bytes())
}
