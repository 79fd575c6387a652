//! A passkey in software: ES256, discoverable, with user verification, made for these tests. What a
//! browser would do between page and authenticator happens here too.

use lifeos_protocol::api::Binary;
use lifeos_protocol::hash::sha256;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

const ALGORITHM_ES256: u8 = 0x26; // CBOR of -7

pub(crate) struct Authenticator {
    origin: String,
    name: String,
    key: SigningKey,
    pub(crate) credential: Vec<u8>,
    user: Vec<u8>,
    counter: u32,
    /// Whether it verifies its user, as a passkey must.
    pub(crate) verifies: bool,
}

impl Authenticator {
    /// Answers creation options; returns itself and the credential as a page would send it.
    pub(crate) fn create(origin: &str, options: &Value, seed: u8) -> (Self, Value) {
        let public = &options["publicKey"];
        assert_eq!(public["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(
            public["authenticatorSelection"]["userVerification"],
            "required"
        );
        let made = Self {
            origin: origin.to_owned(),
            name: public["rp"]["id"].as_str().unwrap().to_owned(),
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            credential: vec![seed; 32],
            user: text(&public["user"]["id"]),
            counter: 0,
            verifies: true,
        };
        let client_data =
            made.client_data("webauthn.create", public["challenge"].as_str().unwrap());
        let mut authenticator_data = made.authenticator_data(0x45);
        authenticator_data.extend([0; 16]);
        authenticator_data.extend(u16::try_from(made.credential.len()).unwrap().to_be_bytes());
        authenticator_data.extend(&made.credential);
        authenticator_data.extend(made.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": bytes}
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        attestation.extend(
            u16::try_from(authenticator_data.len())
                .unwrap()
                .to_be_bytes(),
        );
        attestation.extend(authenticator_data);
        let credential = json!({
            "id": base64url(&made.credential),
            "rawId": base64url(&made.credential),
            "type": "public-key",
            "response": {
                "attestationObject": base64url(&attestation),
                "clientDataJSON": base64url(&client_data),
                "transports": ["internal"],
            },
            "clientExtensionResults": { "prf": { "enabled": true } },
        });
        (made, credential)
    }

    /// Answers request options.
    pub(crate) fn assert(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let challenge = options["publicKey"]["challenge"].as_str().unwrap();
        let client_data = self.client_data("webauthn.get", challenge);
        let authenticator_data = self.authenticator_data(0x01);
        let mut signed = authenticator_data.clone();
        signed.extend(sha256(&client_data).as_bytes());
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": base64url(&self.credential),
            "rawId": base64url(&self.credential),
            "type": "public-key",
            "response": {
                "authenticatorData": base64url(&authenticator_data),
                "clientDataJSON": base64url(&client_data),
                "signature": base64url(signature.to_der().as_bytes()),
                "userHandle": base64url(&self.user),
            },
            "clientExtensionResults": {},
        })
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let data = json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { 0x04 } else { 0 };
        let mut data = sha256(self.name.as_bytes()).as_bytes().to_vec();
        data.push(flags & !0x04 | verified);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
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

fn base64url(bytes: &[u8]) -> String {
    Binary(bytes.to_vec()).to_text()
}

fn text(value: &Value) -> Vec<u8> {
    Binary::from_text(value.as_str().unwrap()).unwrap().0
}
