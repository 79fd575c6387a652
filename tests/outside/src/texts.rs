//! Texts and JSON: what a person types, what a browser's passkey answers, what stands in headers
//! and addresses, and every body of the interface.

use lifeos_crypto::invite::InviteLink;
use lifeos_protocol::api;
use lifeos_protocol::api::Binary;
use lifeos_protocol::cursor::Cursor;
use lifeos_protocol::kit::{KitAccount, KitBytes, KitText};
use lifeos_protocol::session::parse_auth_header;
use lifeos_protocol::{Code, SpaceId};
use lifeos_replica::FileName;
use lifeos_replica::api::{Call, ProblemCode, SecretText};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::local::Page;

/// What a person types or scans from a recovery kit.
pub fn kit_text(bytes: &[u8]) -> bool {
    let text = str::from_utf8(bytes).unwrap_or_default();
    let mut is_read = false;
    if let Ok(kit) = KitBytes::from_code(text) {
        let again = KitBytes::from_code(&kit.to_code()).expect("a written code is read");
        assert_eq!(again.expose(), kit.expose());
        is_read = true;
    }
    if let Ok(line) = KitAccount::from_line(text) {
        assert_eq!(KitAccount::from_line(&line.to_line()), Ok(line));
        is_read = true;
    }
    if let Ok(kit) = KitText::from_text(text) {
        let again = KitText::from_text(&kit.to_text()).expect("a written kit is read");
        assert_eq!(again.account, kit.account);
        is_read = true;
    }
    is_read
}

/// Values of headers, addresses, links and file names: what is accepted is written in one way.
pub fn headers(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let auth = parse_auth_header(text).map(|(counter, _)| counter);
    if let Ok(counter) = auth {
        assert!(text.starts_with(&format!("{counter}.")));
    }
    let cursor = text.parse::<Cursor>();
    if let Ok(cursor) = cursor {
        assert_eq!(cursor.to_string(), text);
        assert_eq!(Cursor::from_parameter(text), Ok(Some(cursor)));
    }
    let id = text.parse::<SpaceId>();
    if let Ok(id) = id {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    let code = Code::parse(text);
    if let Some(code) = code {
        assert_eq!(code.as_str(), text);
    }
    let binary = Binary::from_text(text);
    if let Ok(binary) = &binary {
        assert_eq!(binary.to_text(), text);
    }
    let file = FileName::parse(text);
    if let Some(file) = file {
        assert_eq!(file.to_string(), text);
    }
    let link = InviteLink::from_fragment(text);
    if let Ok(link) = &link {
        assert_eq!(link.to_fragment().as_str(), text);
    }
    let is_name = code.is_some() || file.is_some() || link.is_ok();
    auth.is_ok() || cursor.is_ok() || id.is_ok() || binary.is_ok() || is_name
}

/// The JSON of a passkey, as a page hands it to the client.
pub fn credential(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let credential = || text.to_owned();
    let mut page = Page::empty();
    let made = page.call(Call::ClaimPasskeyMade {
        credential: credential(),
        prf: None,
        prf_enabled: false,
    });
    page.call(Call::JoinPasskey {
        credential: credential(),
        prf: Some(SecretText::new(credential())),
    });
    page.call(Call::UnlockHalf {
        credential: credential(),
    });
    // No claim is under way: a credential that can be read gets no further than that.
    made == Some(ProblemCode::WrongPhase)
}

/// Every JSON body that server and client send each other, and every call of the page.
pub fn answers(bytes: &[u8]) -> bool {
    macro_rules! any {
        ($($name:ident),* $(,)?) => { reread::<Call>(bytes) $(| reread::<api::$name>(bytes))* };
    }
    any!(
        ApprovalBegin,
        ApprovalBegun,
        ApprovalMessage,
        ApprovalSeen,
        BoxState,
        ClaimBegin,
        ClaimBegun,
        ClaimFinish,
        InviteList,
        InviteMake,
        KitLookup,
        LogAppend,
        LogConflict,
        LogPage,
        MethodList,
        MethodMaterial,
        PasskeyAnswer,
        PasskeyAsserted,
        PasskeyChallenge,
        PasskeyStored,
        Problem,
        Pushed,
        Revoked,
        SessionAnswer,
        SessionBegin,
        SessionChallenge,
        SessionList,
        SessionOpened,
        SpaceList,
        BoxLogPage,
        SteppedUp,
        VaultHalf,
        VaultHalfRelease,
        WrapList,
    )
}

/// What is read is written in a form that is read again.
fn reread<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else {
        return false;
    };
    let written = serde_json::to_vec(&value).expect("it is written as JSON");
    let again: T = serde_json::from_slice(&written).expect("what was written is read");
    drop(again);
    true
}
