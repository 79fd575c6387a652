//! A passkey that nobody holds.
//!
//! A claim registers a passkey, and the demo has no person who could make one. This one answers the
//! box's options (ES256, attestation `none`, which nothing signs) and its private key is dropped at
//! once: the account has a passkey by name that can never sign in, and its kits.

use anyhow::{Context, Result};
use lifeos_protocol::api::Binary;
use lifeos_protocol::hash::sha256;
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};

const PRESENT_VERIFIED_ATTESTED: u8 = 0x01 | 0x04 | 0x40;
const ID_BYTES: u8 = 32;
/// {1: 2, 3: -7, -1: 1, -2: …}: an EC2 key for ES256 on P-256, up to its x.
const COSE_UP_TO_X: [u8; 10] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
/// -3: …
const COSE_UP_TO_Y: [u8; 3] = [0x22, 0x58, 0x20];
/// {"fmt": "none", "attStmt": {}, "authData": …} up to the length of the data.
const ATTESTATION_UP_TO_DATA: &[u8] = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59";

/// Returns what a page at `origin` would send for the box's creation options.
pub(super) fn forgotten(origin: &str, options: &str) -> Result<String> {
    let options: Value = serde_json::from_str(options).context("failed to read the options")?;
    let options = options.get("publicKey").unwrap_or(&options);
    let text = |at: &str| {
        let text = options.pointer(at).and_then(Value::as_str);
        text.context("failed to read the options")
    };
    let client_data = json!({
        "type": "webauthn.create", "challenge": text("/challenge")?, "origin": origin,
        "crossOrigin": false,
    });
    let mut id = [0; ID_BYTES as usize];
    getrandom::fill(&mut id).context("failed to get randomness")?;
    let data = authenticator_data(text("/rp/id")?, &id)?;
    let mut attestation = ATTESTATION_UP_TO_DATA.to_vec();
    attestation.extend(u16::try_from(data.len())?.to_be_bytes());
    attestation.extend(data);
    let id = base64url(&id);
    let answer = json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "attestationObject": base64url(&attestation),
            "clientDataJSON": base64url(client_data.to_string().as_bytes()),
            "transports": ["internal"],
        },
    });
    Ok(answer.to_string())
}

fn authenticator_data(party: &str, id: &[u8]) -> Result<Vec<u8>> {
    let point = new_key()?.verifying_key().to_sec1_point(false);
    let (x, y) = point.x().zip(point.y()).context("failed to make a key")?;
    let mut data = sha256(party.as_bytes()).as_bytes().to_vec();
    data.push(PRESENT_VERIFIED_ATTESTED);
    data.extend([0; 4]); // it was never used
    data.extend([0; 16]); // of no known make
    data.extend([0, ID_BYTES]);
    data.extend(id);
    data.extend(COSE_UP_TO_X);
    data.extend(x);
    data.extend(COSE_UP_TO_Y);
    data.extend(y);
    Ok(data)
}

/// A key from the system's randomness: all but one in 2^32 draws are below the order.
fn new_key() -> Result<SigningKey> {
    loop {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).context("failed to get randomness")?;
        if let Ok(key) = SigningKey::from_slice(&secret) {
            return Ok(key);
        }
    }
}

fn base64url(bytes: &[u8]) -> String {
    Binary(bytes.to_vec()).to_text()
}
