//! What it costs to open and verify changes: each by itself, and from segments.
//!
//! `LIFEOS_BENCH_CHANGES` sets how many (10,000 unless told). Prints nanoseconds a change; compare
//! within one run only.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use lifeos_crypto::envelope::{
    NewChange, Opened, Provenance, RunToSeal, SealedChange, Segment, Source, open_change,
    open_segment, seal_change, seal_segment,
};
use lifeos_crypto::rand_core::SeedableRng;
use lifeos_crypto::{DeviceKeys, SpaceKey, SpaceSecret};
use lifeos_protocol::change::Change;
use lifeos_protocol::seen::{Frontier, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{DeviceId, Hash, SpaceId, Wire};
use rand_chacha::ChaCha20Rng;

const SPACE: SpaceId = SpaceId::new([1; 16]);
const EVENT_BYTES: usize = 400;
const SEGMENT_CHANGES: usize = 1024;

fn main() {
    let count = std::env::var("LIFEOS_BENCH_CHANGES").map_or(10_000, |text| text.parse().unwrap());
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let device = DeviceKeys::make(&mut rng).id();
    let key = SpaceSecret::make(1, &mut rng).bind(SPACE, Hash::new([2; 32]));

    let started = Instant::now();
    let sealed = write(&key, device, count, &mut rng);
    let sealing = started.elapsed();
    let changes: Vec<Vec<u8>> = sealed
        .iter()
        .map(|sealed| sealed.change.to_bytes())
        .collect();
    let segments = compact(&key, device, &sealed, &mut rng);

    let singly = fastest(|| open_singly(&key, device, &changes));
    let from_segments = fastest(|| open_segments(&key, &segments));
    let chained = fastest(|| chain_only(device, &changes));

    let bytes = |objects: &[Vec<u8>]| objects.iter().map(Vec::len).sum::<usize>() / count;
    let each = |time: Duration| time.as_nanos() / count as u128;
    println!("{count} changes of one event of {EVENT_BYTES} bytes");
    println!(
        "seal               {:>6} ns  {:>4} bytes",
        each(sealing),
        bytes(&changes)
    );
    println!("decode and chain   {:>6} ns", each(chained));
    println!(
        "open singly        {:>6} ns  {:>4} bytes",
        each(singly),
        bytes(&changes)
    );
    println!(
        "open from segments {:>6} ns  {:>4} bytes",
        each(from_segments),
        bytes(&segments)
    );
    println!(
        "singly / segments  {:>6.2}",
        singly.as_secs_f64() / from_segments.as_secs_f64()
    );
}

fn fastest(mut run: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let started = Instant::now();
        run();
        started.elapsed()
    });
    times.min().unwrap()
}

fn write(
    key: &SpaceKey,
    device: DeviceId,
    count: usize,
    rng: &mut ChaCha20Rng,
) -> Vec<SealedChange> {
    let provenance = Provenance {
        intent: [3; 16],
        part: 0,
        source: Source::Ui,
        flow: None,
        batch: None,
        last_of_batch: false,
    };
    let nothing = Frontier::new();
    let mut point = chain_start(SPACE, device);
    let mut sealed = Vec::with_capacity(count);
    for _ in 0..count {
        let events = [vec![0x42; EVENT_BYTES]];
        let new = NewChange {
            space_position: 1,
            account_position: 1,
            seen: Seen::for_counter(point.counter + 1, &nothing, &nothing),
            provenance: &provenance,
            events: &events,
        };
        let change = seal_change(key, device, point, &new, rng).unwrap();
        point = change.point;
        sealed.push(change);
    }
    sealed
}

fn compact(
    key: &SpaceKey,
    device: DeviceId,
    sealed: &[SealedChange],
    rng: &mut ChaCha20Rng,
) -> Vec<Vec<u8>> {
    let open = |sealed: &SealedChange| open_change(key, &sealed.change, &sealed.point.h, |_| false);
    let opened: Vec<Opened> = sealed.iter().map(|sealed| open(sealed).unwrap()).collect();
    let pairs: Vec<_> = sealed.iter().zip(&opened).collect();
    let mut before = chain_start(SPACE, device);
    let mut segments = Vec::new();
    for chunk in pairs.chunks(SEGMENT_CHANGES) {
        let changes = chunk
            .iter()
            .map(|(sealed, opened)| (&sealed.change.statement, opened.leaves()));
        let run = RunToSeal {
            device,
            before,
            changes: changes.collect(),
        };
        let segment = seal_segment(key, &[run], rng).unwrap();
        before = segment.manifest().runs[0].last;
        segments.push(segment.to_bytes());
    }
    segments
}

fn chain_only(device: DeviceId, changes: &[Vec<u8>]) {
    let mut point = chain_start(SPACE, device);
    for bytes in changes {
        point = Change::from_bytes(bytes)
            .unwrap()
            .statement
            .chain(SPACE, device, point);
    }
    std::hint::black_box(point);
}

fn open_singly(key: &SpaceKey, device: DeviceId, changes: &[Vec<u8>]) {
    let mut point = chain_start(SPACE, device);
    for bytes in changes {
        let change = Change::from_bytes(bytes).unwrap();
        point = change.statement.chain(SPACE, device, point);
        std::hint::black_box(open_change(key, &change, &point.h, |_| false).unwrap());
    }
}

fn open_segments(key: &SpaceKey, segments: &[Vec<u8>]) {
    for bytes in segments {
        let segment = Segment::from_bytes(bytes).unwrap();
        let opened = open_segment(key, &segment, |_, _, _| false).unwrap();
        for change in opened.changes() {
            std::hint::black_box(change.leaves.events().count());
        }
    }
}
