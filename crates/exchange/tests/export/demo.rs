//! The life that is exported: a year of sample data.

use lifeos_exchange::LocalTime;
use lifeos_exchange::export::{
    About, Bytes, ChangeOut, EventsPage, Formats, Items, Made, Moment, Pack, Packed,
};
use lifeos_kernel::laws::context;
use lifeos_kernel::{Change, ChangeMeta, DeviceId, FlowId, Hlc, IntentId, Source};
use lifeos_life::{Life, Portion, demo, parts, stamp_all};

pub(crate) const DEVICE: DeviceId = DeviceId([7; 16]);

/// A life with its log.
pub(crate) struct Lived {
    pub(crate) life: Life,
    pub(crate) log: Vec<Change>,
}

/// Lives a year of sample data.
pub(crate) fn year() -> Lived {
    let context = context(DEVICE, 3);
    let mut clock = Hlc::new(DEVICE);
    let mut lived = Lived {
        life: Life::default(),
        log: Vec::new(),
    };
    let batch = demo::batch(5, &context);
    for (part, drafts) in (0..).zip(parts(demo::year(5, &context), 60_000, 200).unwrap()) {
        let stamped = stamp_all(drafts, clock.tick(context.now_ms).unwrap()).unwrap();
        let change = Change {
            meta: ChangeMeta {
                intent: IntentId([9; 16]),
                part,
                source: Source::Import,
                flow: FlowId([9; 16]),
                batch: Some(batch),
                last_of_batch: false,
            },
            events: stamped
                .iter()
                .map(|event| Life::encode(event).unwrap())
                .collect(),
        };
        lived.life.fold(&change).unwrap();
        lived.log.push(change);
    }
    lived
}

/// The log as the core gives it, page by page.
pub(crate) fn pages(log: &[Change]) -> Vec<EventsPage> {
    let changes = (1..).zip(log).map(|(counter, change)| ChangeOut {
        device: DEVICE,
        counter,
        about: Some(About {
            source: change.meta.source,
            intent: change.meta.intent,
            batch: change.meta.batch,
        }),
        erased: 0,
        unreadable: None,
        events: change.events.iter().cloned().map(Bytes).collect(),
    });
    let changes: Vec<ChangeOut> = changes.collect();
    changes
        .chunks(2)
        .map(|chunk| EventsPage {
            changes: chunk.to_vec(),
        })
        .collect()
}

/// Central European summer time all year round.
pub(crate) const LOCAL: LocalTime<'static> = LocalTime {
    zone: "Europe/Berlin",
    offset_minutes_at: &|_| 120,
};

pub(crate) fn items(life: &Life, portion: Portion) -> Items {
    Items::of(life.outgoing(portion), &LOCAL)
}

pub(crate) fn made(portion: Portion) -> Made {
    Made {
        product: "0.1.0".to_owned(),
        at: Moment::of(1_795_350_000_000, &LOCAL),
        space: "07".repeat(16),
        portion,
    }
}

pub(crate) fn packed(
    items: Items,
    formats: Formats,
    portion: Portion,
    pages: &[EventsPage],
) -> Packed {
    let mut pack = Pack::begin(made(portion), formats, items);
    for page in pages {
        pack.events(&page.encode()).unwrap();
    }
    pack.finish()
}

/// The year, whole, in every format.
pub(crate) fn export() -> Packed {
    let lived = year();
    let items = items(&lived.life, Portion::All);
    packed(items, Formats::ALL, Portion::All, &pages(&lived.log))
}

/// A file of an archive, as text.
pub(crate) fn file(packed: &Packed, name: &str) -> String {
    let mut archive = lifeos_exchange::zip::Archive::open(&packed.bytes, 64 << 20).unwrap();
    String::from_utf8(archive.unpack(name).unwrap().unwrap()).unwrap()
}
