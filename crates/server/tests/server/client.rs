//! A client of the interface, down to the header.

use lifeos_protocol::Wire;
use lifeos_protocol::api::{
    Binary, ClaimBegin, ClaimBegun, ClaimFinish, ClaimedLog, Entry, LogAppend, PasskeyAnswer,
    PasskeyChallenge, SessionAnswer, SessionBegin, SessionChallenge, SessionOpened,
};
use lifeos_protocol::batch::{self, Batch};
use lifeos_protocol::bodies::{self, Bodies};
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::{AccountId, Hash, SignerId};
use lifeos_protocol::label;
use lifeos_protocol::session::{Answer, Challenge, RequestParts, SessionKey, auth_header};
use lifeos_protocol::stream::{Frame, FrameDecoder};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use x25519_dalek::{PublicKey, StaticSecret};

use crate::authenticator::Authenticator;
use crate::harness::{ORIGIN, TestBox};
use crate::person::{Keys, Person};

/// Sends JSON without a session.
pub(crate) async fn post(at: &TestBox, path: &str, body: &impl serde::Serialize) -> Response {
    Client::new()
        .post(at.url(path))
        .header("content-type", "application/json")
        .body(serde_json::to_vec(body).unwrap())
        .send()
        .await
        .unwrap()
}

pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    assert!(
        status.is_success(),
        "{status}: {}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes).unwrap()
}

/// Returns status and code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["status"], status);
    (status, problem["code"].as_str().unwrap().to_owned())
}

/// Claims the box for a new person.
pub(crate) async fn claim(at: &TestBox, seed: u8) -> (Person, Authenticator) {
    let mut person = Person::make(seed);
    let (authenticator, finish) = claim_body(at, &mut person, seed).await;
    let response = post(at, "/api/v1/claim/finish", &finish).await;
    let status = response.status();
    assert_eq!(
        status,
        StatusCode::NO_CONTENT,
        "{}",
        response.text().await.unwrap()
    );
    (person, authenticator)
}

pub(crate) async fn claim_body(
    at: &TestBox,
    person: &mut Person,
    seed: u8,
) -> (Authenticator, ClaimFinish) {
    let code = at.typed_code();
    entry_body(at, person, seed, Entry::Claim { code }).await
}

/// What a person sends who comes in by a code or an invitation.
pub(crate) async fn entry_body(
    at: &TestBox,
    person: &mut Person,
    seed: u8,
    entry: Entry,
) -> (Authenticator, ClaimFinish) {
    let begin = ClaimBegin {
        entry: entry.clone(),
        account: person.account,
    };
    let begun: ClaimBegun = read(post(at, "/api/v1/claim/begin", &begin).await).await;
    let (authenticator, credential) = Authenticator::create(ORIGIN, &begun.options, seed);
    person.complete(&authenticator.credential);
    let finish = ClaimFinish {
        entry,
        ceremony: begun.ceremony,
        credential,
        account_log: ClaimedLog {
            appends: person.account_log.clone(),
        },
        space_logs: vec![ClaimedLog {
            appends: person.space_log.clone(),
        }],
        device: person.device.device(),
        vault_half: None,
    };
    (authenticator, finish)
}

/// A session of a device or method.
pub(crate) struct Session {
    pub(crate) base: String,
    pub(crate) cookie: String,
    pub(crate) key: SessionKey,
    pub(crate) cookie_hash: Hash,
    pub(crate) opened: SessionOpened,
    pub(crate) counter: u64,
}

impl Session {
    pub(crate) async fn open(
        at: &TestBox,
        account: AccountId,
        keys: &Keys,
        signer: SignerId,
    ) -> Self {
        let response = answer(at, account, keys, signer, ORIGIN).await;
        Self::from_answer(at, response).await.unwrap()
    }

    pub(crate) async fn of_device(at: &TestBox, person: &Person, keys: &Keys) -> Self {
        Self::open(at, person.account, keys, keys.device().into()).await
    }

    async fn from_answer(at: &TestBox, answered: Answered) -> Result<Self, (u16, String)> {
        let Answered { response, key } = answered;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        let cookie = response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .to_owned();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let opened: SessionOpened = read(response).await;
        let value = cookie.split_once('=').unwrap().1;
        assert_eq!(opened.cookie_hash, sha256(value.as_bytes()));
        Ok(Self {
            base: format!("http://{}", at.address),
            cookie_hash: opened.cookie_hash,
            cookie,
            key,
            opened,
            counter: 0,
        })
    }

    /// Returns a request with its MAC; `body` is what will be sent.
    pub(crate) fn signed(&mut self, method: Method, path: &str, body: &[u8]) -> RequestBuilder {
        self.signed_by(&Client::new(), method, path, body)
    }

    /// As [`Self::signed`], over a client whose connections stay.
    pub(crate) fn signed_by(
        &mut self,
        http: &Client,
        method: Method,
        path: &str,
        body: &[u8],
    ) -> RequestBuilder {
        self.counter += 1;
        let parts = RequestParts {
            method: method.as_str(),
            path_and_query: path,
            body_hash: sha256(body),
            counter: self.counter,
            cookie_hash: self.cookie_hash,
        };
        let auth = auth_header(&self.key, &parts);
        http.request(method, format!("{}{path}", self.base))
            .header("cookie", &self.cookie)
            .header("lifeos-auth", auth)
            .header("lifeos-version", "1")
            .body(body.to_vec())
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.signed(Method::GET, path, b"").send().await.unwrap()
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Response {
        self.signed(Method::DELETE, path, b"").send().await.unwrap()
    }

    pub(crate) async fn json(
        &mut self,
        method: Method,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Response {
        let body = serde_json::to_vec(body).unwrap();
        let request = self.signed(method, path, &body);
        request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn push(&mut self, person: &Person, batch: &Batch) -> Response {
        let path = format!("/api/v1/spaces/{}/changes", person.space);
        let request = self.signed(Method::POST, &path, &batch.to_bytes());
        request
            .header("content-type", batch::MEDIA_TYPE)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn hand_bodies(&mut self, person: &Person, bodies: &Bodies) -> Response {
        let path = format!("/api/v1/spaces/{}/bodies", person.space);
        let request = self.signed(Method::POST, &path, &bodies.to_bytes());
        request
            .header("content-type", bodies::MEDIA_TYPE)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn pull(&mut self, person: &Person, query: &str) -> Vec<Frame> {
        let path = format!("/api/v1/spaces/{}/changes{query}", person.space);
        let response = self.get(&path).await;
        assert_eq!(response.status(), StatusCode::OK);
        frames(&response.bytes().await.unwrap())
    }

    pub(crate) async fn append(
        &mut self,
        log: impl std::fmt::Display,
        append: &LogAppend,
    ) -> Response {
        self.json(Method::POST, &format!("/api/v1/logs/{log}"), append)
            .await
    }

    pub(crate) async fn step_up(&mut self, authenticator: &mut Authenticator) -> Response {
        let path = "/api/v1/step-up/challenge";
        let challenge: PasskeyChallenge =
            read(self.signed(Method::POST, path, b"").send().await.unwrap()).await;
        let credential = authenticator.assert(&challenge.options);
        let answer = PasskeyAnswer {
            ceremony: challenge.ceremony,
            credential,
        };
        self.json(Method::POST, "/api/v1/step-up", &answer).await
    }
}

pub(crate) fn frames(bytes: &[u8]) -> Vec<Frame> {
    let mut decoder = FrameDecoder::new();
    decoder.feed(bytes);
    let mut frames = Vec::new();
    while let Some(frame) = decoder.next_frame().unwrap() {
        frames.push(frame);
    }
    assert!(decoder.is_complete());
    frames
}

pub(crate) struct Answered {
    pub(crate) response: Response,
    pub(crate) key: SessionKey,
}

/// Answers a session's challenge as somebody whose page was loaded from `origin`.
pub(crate) async fn answer(
    at: &TestBox,
    account: AccountId,
    keys: &Keys,
    signer: SignerId,
    origin: &str,
) -> Answered {
    let (body, key) = signed_answer(at, account, keys, signer, origin).await;
    Answered {
        response: post(at, "/api/v1/sessions", &body).await,
        key,
    }
}

/// The answer to a session's challenge, not yet sent, and the key that it would give.
pub(crate) async fn signed_answer(
    at: &TestBox,
    account: AccountId,
    keys: &Keys,
    signer: SignerId,
    origin: &str,
) -> (SessionAnswer, SessionKey) {
    let begin = SessionBegin { account, signer };
    let begun: SessionChallenge = read(post(at, "/api/v1/sessions/challenge", &begin).await).await;
    let challenge: Challenge = begun.challenge.decode().unwrap();
    let secret = StaticSecret::from([42; 32]);
    let answer = Answer {
        origin: origin.to_owned(),
        account,
        signer,
        own_key: PublicKey::from(&secret).to_bytes(),
        challenge,
    };
    let signature = keys.sign(label::SESSION, &answer.sign_bytes());
    let shared = secret.diffie_hellman(&PublicKey::from(answer.challenge.box_key));
    let body = SessionAnswer {
        ceremony: begun.ceremony,
        own_key: Binary(answer.own_key.to_vec()),
        signature: Binary(signature.as_bytes().to_vec()),
    };
    (body, answer.derive_session_key(shared.as_bytes()).unwrap())
}
