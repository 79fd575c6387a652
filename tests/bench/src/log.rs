//! A log of one device: changes of one event each, and the same in segments.

use lifeos_crypto::DeviceKeys;
use lifeos_crypto::envelope::{
    Leaf, NewChange, Opened, Provenance, RunToSeal, SEGMENT_MAX_BYTES, SEGMENT_MAX_CHANGES,
    SealedChange, Segment, Source, open_change, open_segment, seal_change, seal_segment,
};
use lifeos_crypto::{SpaceKey, SpaceSecret};
use lifeos_kernel::{
    Change as LifeChange, ChangeMeta, Context, DeviceId as Author, FlowId, IntentId, Stamp,
};
use lifeos_life::{Command, Life, stamp_all};
use lifeos_protocol::change::Change;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{AccountId, DeviceId, Hash, SeenDigest, SigningPublic, SpaceId, Wire, label};
use lifeos_tasks::{TaskField, TasksCommand};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::NOW_MS;

/// Length of each event as it is encoded.
pub const EVENT_BYTES: usize = 400;

const SPACE: SpaceId = SpaceId::new([1; 16]);
/// Changes in a segment: as many as fit its bytes.
const SEGMENT_CHANGES: usize = SEGMENT_MAX_CHANGES as usize;

/// Changes of one device, with the head that vouches for them, and the same changes in segments.
pub struct Log {
    key: SpaceKey,
    device: DeviceId,
    signing: SigningPublic,
    head: Head,
    changes: Vec<Vec<u8>>,
    segments: Vec<Vec<u8>>,
}

impl Log {
    /// Writes so many changes, each a new task of [`EVENT_BYTES`].
    ///
    /// # Panics
    /// Where the product refuses what it should take.
    #[must_use]
    pub fn make(count: usize) -> Self {
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let keys = DeviceKeys::make(&mut rng);
        let key = SpaceSecret::make(1, &mut rng).bind(SPACE, Hash::new([2; 32]));
        let mut log = Self {
            device: keys.id(),
            signing: keys.public().signing,
            head: sign(&keys, chain_start(SPACE, keys.id())),
            key,
            changes: Vec::with_capacity(count),
            segments: Vec::new(),
        };
        let mut before = chain_start(SPACE, log.device);
        let mut run = Vec::new();
        for number in 0..count {
            let sealed = log.write(before, number, &mut rng);
            log.changes.push(sealed.change.to_bytes());
            if run.is_empty() {
                log.head = sign(&keys, before);
            }
            before = sealed.point;
            run.push(sealed);
            if run.len() == SEGMENT_CHANGES || number + 1 == count {
                let first = log.head.body.point();
                log.compact(first, &run, &mut rng);
                run.clear();
            }
        }
        log.head = sign(&keys, before);
        log
    }

    /// Returns how many bytes a change travels with, and how many it has in a segment.
    #[must_use]
    pub fn bytes_each(&self) -> (usize, usize) {
        let each = |all: &[Vec<u8>]| all.iter().map(Vec::len).sum::<usize>() / self.changes.len();
        (each(&self.changes), each(&self.segments))
    }

    /// Opens, verifies and folds every change by itself, and returns how many were folded.
    ///
    /// # Panics
    /// Where one does not open.
    #[must_use]
    pub fn fold_singly(&self) -> usize {
        self.head.verify(&self.signing).unwrap();
        let mut life = Life::default();
        let mut point = chain_start(SPACE, self.device);
        for bytes in &self.changes {
            let change = Change::from_bytes(bytes).unwrap();
            point = change.statement.chain(SPACE, self.device, point);
            let opened = open_change(&self.key, &change, &point.h, |_| false).unwrap();
            let leaves = opened.leaves();
            fold(&mut life, leaves.provenance(), leaves.events());
        }
        self.folded(&life, point)
    }

    /// Opens, verifies and folds every segment, and returns how many changes were folded.
    ///
    /// # Panics
    /// Where one does not open.
    #[must_use]
    pub fn fold_segments(&self) -> usize {
        self.head.verify(&self.signing).unwrap();
        let mut life = Life::default();
        let mut point = chain_start(SPACE, self.device);
        for bytes in &self.segments {
            let segment = Segment::from_bytes(bytes).unwrap();
            assert_eq!(segment.manifest().runs[0].before, point);
            let opened = open_segment(&self.key, &segment, |_, _, _| false).unwrap();
            for change in opened.changes() {
                fold(
                    &mut life,
                    change.leaves.provenance(),
                    change.leaves.events(),
                );
                point = change.point;
            }
        }
        self.folded(&life, point)
    }

    fn folded(&self, life: &Life, point: ChainPoint) -> usize {
        assert_eq!(
            point,
            self.head.body.point(),
            "the head vouches for all of it"
        );
        let records = self.changes.len();
        assert_eq!(life.needs_newer_version(), 0);
        records
    }

    fn write(&self, before: ChainPoint, number: usize, rng: &mut ChaCha20Rng) -> SealedChange {
        let nothing = Frontier::new();
        let mut intent = [0; 16];
        rng.fill_bytes(&mut intent);
        let new = NewChange {
            space_position: 1,
            account_position: 1,
            seen: Seen::for_counter(before.counter + 1, &nothing, &nothing),
            provenance: &Provenance {
                intent,
                part: 0,
                source: Source::Ui,
                flow: None,
                batch: None,
                last_of_batch: false,
            },
            events: &[self.event(number, rng)],
        };
        seal_change(&self.key, self.device, before, &new, rng).unwrap()
    }

    /// Encodes a new task; its notes bring it to the length wanted.
    fn event(&self, number: usize, rng: &mut ChaCha20Rng) -> Vec<u8> {
        let author = Author(*self.device.as_bytes());
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        let stamp = Stamp::new(NOW_MS + number as u64, 0, author, 0);
        let encode = |notes: usize| {
            let command = TasksCommand::CreateTask {
                title: format!("Call about invoice number {number:08}"),
                set: vec![TaskField::Notes("n".repeat(notes))],
                labels: Vec::new(),
                place: None,
            };
            let context = context(author, entropy);
            let drafts = Life::default()
                .decide(Command::Tasks { command }, &context)
                .unwrap();
            let stamped = stamp_all(drafts, stamp).unwrap();
            assert_eq!(stamped.len(), 1, "a new task is one event");
            Life::encode(&stamped[0]).unwrap()
        };
        let guess = 100;
        let bytes = encode(guess + EVENT_BYTES - encode(guess).len());
        assert_eq!(bytes.len(), EVENT_BYTES);
        bytes
    }

    fn compact(&mut self, before: ChainPoint, run: &[SealedChange], rng: &mut ChaCha20Rng) {
        let open = |sealed: &SealedChange| {
            open_change(&self.key, &sealed.change, &sealed.point.h, |_| false).unwrap()
        };
        let opened: Vec<Opened> = run.iter().map(open).collect();
        let changes = run
            .iter()
            .zip(&opened)
            .map(|(sealed, opened)| (&sealed.change.statement, opened.leaves()))
            .collect();
        let run = RunToSeal {
            device: self.device,
            before,
            changes,
        };
        let bytes = seal_segment(&self.key, &[run], rng).unwrap().to_bytes();
        assert!(bytes.len() <= SEGMENT_MAX_BYTES);
        self.segments.push(bytes);
    }
}

fn fold<'a>(life: &mut Life, provenance: &[u8], events: impl Iterator<Item = (u16, Leaf<'a>)>) {
    let provenance = Provenance::from_bytes(provenance).unwrap();
    let events = events
        .map(|(_, leaf)| match leaf {
            Leaf::Open { bytes, .. } => bytes.to_vec(),
            Leaf::Erased(_) => unreachable!("nothing here is erased"),
        })
        .collect();
    let meta = ChangeMeta {
        intent: IntentId(provenance.intent),
        part: provenance.part,
        source: lifeos_kernel::Source::Ui,
        flow: FlowId(provenance.intent),
        batch: None,
        last_of_batch: false,
    };
    life.fold(&LifeChange { meta, events }).unwrap();
}

fn sign(keys: &DeviceKeys, point: ChainPoint) -> Head {
    let body = HeadBody {
        account: AccountId::new([3; 16]),
        space: SPACE,
        device: keys.id(),
        counter: point.counter,
        h: point.h,
        space_log_head: Hash::new([2; 32]),
        account_log_head: Hash::new([4; 32]),
        seen_digest: SeenDigest::new([5; 16]),
    };
    let signature = keys.sign(label::HEAD, &body.sign_bytes());
    Head { body, signature }
}

pub(crate) fn context(device: Author, entropy: [u8; 32]) -> Context {
    Context {
        now_ms: NOW_MS,
        utc_offset_minutes: 60,
        zone: Some("Europe/Berlin".to_owned()),
        start_of_day_minutes: 240,
        device,
        space: *SPACE.as_bytes(),
        source: lifeos_kernel::Source::Ui,
        entropy,
    }
}
