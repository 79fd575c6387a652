//! A passkey in software: ES256, discoverable, verifying its user, with or without PRF. What a
//! browser would do between page and authenticator happens here too.

use std::fmt;

use lifeos_crypto::rand_core::Rng;
use lifeos_protocol::api::Binary;
use lifeos_protocol::hash::sha256;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::Chance;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
const ALGORITHM_ES256: u8 = 0x26; // CBOR of -7

/// What a page gets from a ceremony.
#[derive(Clone)]
pub struct PasskeyAnswer {
    /// `PublicKeyCredential.toJSON()`, PRF results removed.
    pub credential: String,
    /// The credential's id, base64url.
    pub credential_id: String,
    /// The PRF output, base64url, where the passkey has PRF and was asked for it.
    pub prf: Option<String>,
}

impl fmt::Debug for PasskeyAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyAnswer")
    }
}

/// A passkey.
pub struct Passkey {
    origin: String,
    party: String,
    key: SigningKey,
    id: Vec<u8>,
    user: Vec<u8>,
    counter: u32,
    prf: Option<[u8; 32]>,
}

impl Passkey {
    /// Answers creation options, as `navigator.credentials.create` would in a page of `origin`.
    ///
    /// # Panics
    /// If the options are not those of a discoverable passkey that verifies its user.
    pub fn make(
        origin: &str,
        options: &str,
        prf_salt: &str,
        has_prf: bool,
        chance: &mut Chance,
    ) -> (Self, PasskeyAnswer) {
        let options = public_key(options);
        let selection = &options["authenticatorSelection"];
        assert_eq!(
            selection["residentKey"], "required",
            "the passkey is to be discoverable"
        );
        assert_eq!(
            selection["userVerification"], "required",
            "the passkey is to verify"
        );
        let mut secret = [0; 32];
        let mut id = vec![0; 32];
        let mut prf = [0; 32];
        chance.fill_bytes(&mut secret);
        chance.fill_bytes(&mut id);
        chance.fill_bytes(&mut prf);
        let mut made = Self {
            origin: origin.to_owned(),
            party: text_of(&options["rp"]["id"]),
            key: SigningKey::from_slice(&secret).expect("a random scalar is below the order"),
            id,
            user: bytes_of(&options["user"]["id"]),
            counter: 0,
            prf: has_prf.then_some(prf),
        };
        let client_data = made.client_data("webauthn.create", &text_of(&options["challenge"]));
        let mut data = made.authenticator_data(PRESENT | VERIFIED | ATTESTED);
        data.extend([0; 16]);
        data.extend(
            u16::try_from(made.id.len())
                .expect("an id is short")
                .to_be_bytes(),
        );
        data.extend(&made.id);
        data.extend(made.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": bytes}
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(
            u16::try_from(data.len())
                .expect("it is short")
                .to_be_bytes(),
        );
        attestation.extend(data);
        let response = json!({
            "attestationObject": base64url(&attestation),
            "clientDataJSON": base64url(&client_data),
            "transports": ["internal"],
        });
        let answer = made.answer(response, Some(prf_salt));
        (made, answer)
    }

    /// Answers request options, as `navigator.credentials.get` would.
    ///
    /// # Panics
    /// If the options allow other credentials only.
    pub fn get(&mut self, options: &str, prf_salt: Option<&str>) -> PasskeyAnswer {
        let options = public_key(options);
        if let Some(allowed) = options["allowCredentials"]
            .as_array()
            .filter(|all| !all.is_empty())
        {
            let own = base64url(&self.id);
            assert!(
                allowed.iter().any(|one| one["id"] == own),
                "this passkey is not asked for"
            );
        }
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", &text_of(&options["challenge"]));
        let data = self.authenticator_data(PRESENT | VERIFIED);
        let mut signed = data.clone();
        signed.extend(sha256(&client_data).as_bytes());
        let signature: Signature = self.key.sign(&signed);
        let response = json!({
            "authenticatorData": base64url(&data),
            "clientDataJSON": base64url(&client_data),
            "signature": base64url(signature.to_der().as_bytes()),
            "userHandle": base64url(&self.user),
        });
        self.answer(response, prf_salt)
    }

    /// The credential's id, base64url.
    #[must_use]
    pub fn id(&self) -> String {
        base64url(&self.id)
    }

    fn answer(&mut self, response: Value, prf_salt: Option<&str>) -> PasskeyAnswer {
        let id = self.id();
        let credential = json!({
            "id": id, "rawId": id, "type": "public-key",
            "response": response, "clientExtensionResults": {},
        });
        let prf = self.prf.zip(prf_salt).map(|(secret, salt)| {
            let salt = Binary::from_text(salt).expect("a salt is base64url").0;
            // WebAuthn level 3, prf: the salt is hashed under a context of its own first.
            let salt = sha256(&[b"WebAuthn PRF\0".as_slice(), &salt].concat());
            base64url(sha256(&[secret.as_slice(), salt.as_bytes()].concat()).as_bytes())
        });
        PasskeyAnswer {
            credential: credential.to_string(),
            credential_id: id,
            prf,
        }
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let data = json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = sha256(self.party.as_bytes()).as_bytes().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("affine"), point.y().expect("affine"));
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let mut key = vec![
            0xa5,
            0x01,
            0x02,
            0x03,
            ALGORITHM_ES256,
            0x20,
            0x01,
            0x21,
            0x58,
            0x20,
        ];
        key.extend(x);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(y);
        key
    }
}

fn public_key(options: &str) -> Value {
    let mut options: Value = serde_json::from_str(options).expect("options are JSON");
    match options.get_mut("publicKey") {
        Some(inner) => inner.take(),
        None => options,
    }
}

fn base64url(bytes: &[u8]) -> String {
    Binary(bytes.to_vec()).to_text()
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text in the options").to_owned()
}

fn bytes_of(value: &Value) -> Vec<u8> {
    Binary::from_text(&text_of(value))
        .expect("base64url in the options")
        .0
}
