//! Binary formats of `docs/formats.md`, as they travel.

use lifeos_protocol::anchor::Anchor;
use lifeos_protocol::approval::{ApprovalAnswer, Opening, link_fragment, parse_link_fragment};
use lifeos_protocol::batch::{Batch, MAX_CHANGES};
use lifeos_protocol::bodies::{self, Bodies};
use lifeos_protocol::change::Change;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::log::{AccountBody, AccountLog, LogStatement, SpaceBody};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::seal::Seal;
use lifeos_protocol::seen::Seen;
use lifeos_protocol::session::Challenge;
use lifeos_protocol::statement::Statement;
use lifeos_protocol::stream::{Frame, FrameDecoder};
use lifeos_protocol::tail::{Notice, TailOpen};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{LogId, PublicKeys, Wire};

fn reread<T: Wire>(bytes: &[u8]) -> bool {
    let read = T::from_bytes(bytes);
    if let Ok(value) = &read {
        assert_eq!(value.to_bytes(), bytes);
    }
    read.is_ok()
}

/// A sealed change and its two parts (formats.md §6).
pub fn change(bytes: &[u8]) -> bool {
    reread::<Change>(bytes)
        | reread::<Statement>(bytes)
        | reread::<Seal>(bytes)
        | reread::<Seen>(bytes)
}

/// What a device hands to the box: a batch, or bodies sealed anew (§8).
pub fn batch(bytes: &[u8]) -> bool {
    if let Ok(bodies) = Bodies::from_bytes(bytes) {
        assert_eq!(bodies.to_bytes(), bytes);
        assert!((1..=bodies::MAX_CHANGES).contains(&bodies.items().len()));
        let items = bodies.items().to_vec();
        assert_eq!(Bodies::new(bodies.erasure(), items), Ok(bodies));
        return true;
    }
    let Ok(batch) = Batch::from_bytes(bytes) else {
        return false;
    };
    assert_eq!(batch.to_bytes(), bytes);
    let count = batch.changes().len();
    assert!((1..=MAX_CHANGES).contains(&count));
    assert_eq!(batch.first() + count as u64 - 1, batch.last());
    true
}

/// A signed head (§7).
pub fn head(bytes: &[u8]) -> bool {
    reread::<Head>(bytes) | reread::<HeadBody>(bytes)
}

/// A pull stream (§8). The first byte says in which portions the rest is fed; portions change
/// nothing.
pub fn stream(bytes: &[u8]) -> bool {
    let Some((portion, stream)) = bytes.split_first() else {
        return false;
    };
    let whole = frames(core::iter::once(stream));
    assert_eq!(frames(stream.chunks(usize::from(*portion).max(1))), whole);
    let written: Vec<u8> = whole.0.iter().flat_map(Frame::to_bytes).collect();
    assert!(stream.starts_with(&written));
    !whole.0.is_empty()
}

fn frames<'a>(portions: impl Iterator<Item = &'a [u8]>) -> (Vec<Frame>, bool) {
    let mut decoder = FrameDecoder::new();
    let mut frames = Vec::new();
    for portion in portions {
        decoder.feed(portion);
        while let Ok(Some(frame)) = decoder.next_frame() {
            frames.push(frame);
        }
    }
    (frames, decoder.next_frame().is_err())
}

/// The first message of a tail and its notices (§8), and the challenge of a session (§9).
pub fn tail(bytes: &[u8]) -> bool {
    reread::<TailOpen>(bytes) | reread::<Notice>(bytes) | reread::<Challenge>(bytes)
}

/// A statement of either log, its body, and a log that would begin with it (§3).
pub fn log_statement(bytes: &[u8]) -> bool {
    let is_body = reread::<AccountBody>(bytes) | reread::<SpaceBody>(bytes);
    let Ok(statement) = LogStatement::from_bytes(bytes) else {
        return is_body;
    };
    assert_eq!(statement.to_bytes(), bytes);
    let has_body = reread::<AccountBody>(&statement.body) | reread::<SpaceBody>(&statement.body);
    drop(AccountLog::start(statement, ()));
    has_body
}

/// An account log as it is kept: its id, then its statements and the evidence of forks.
pub fn stored_log(bytes: &[u8]) -> bool {
    let Some((id, bytes)) = bytes.split_first_chunk::<16>() else {
        return false;
    };
    let Ok(log) = AccountLog::from_bytes(LogId::new(*id), bytes, ()) else {
        return false;
    };
    let again = AccountLog::from_bytes(log.id(), &log.to_bytes(), ());
    assert_eq!(again.map(|log| log.head()), Ok(log.head()));
    true
}

/// Objects that hold keys: wraps, sealed earlier secrets, sealed method keys, anchors, public keys
/// (§4, §5).
pub fn wrap(bytes: &[u8]) -> bool {
    reread::<Wrap>(bytes)
        | reread::<SealedPrevious>(bytes)
        | reread::<SealedMethodKey>(bytes)
        | reread::<Anchor>(bytes)
        | reread::<PublicKeys>(bytes)
}

/// The messages of a device's approval and the fragment of its link (§9).
pub fn approval(bytes: &[u8]) -> bool {
    let is_message = reread::<Opening>(bytes) | reread::<ApprovalAnswer>(bytes);
    let text = str::from_utf8(bytes).unwrap_or_default();
    let Some((ceremony, commitment)) = parse_link_fragment(text) else {
        return is_message;
    };
    let again = link_fragment(ceremony, &commitment);
    assert_eq!(parse_link_fragment(&again), Some((ceremony, commitment)));
    true
}
