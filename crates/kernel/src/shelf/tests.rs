use super::*;
use crate::id::{DeviceId, RecordId};
use crate::pack::{OwnBytes, OwnPacked};
use crate::stamp::Stamp;

type Small = Shelf<RecordId, Vec<(u32, Stamp)>>;

fn id(number: u8) -> RecordId {
    RecordId([number; 16])
}

fn stamp(device: u8, wall_ms: u64) -> Stamp {
    Stamp::new(wall_ms, 0, DeviceId([device; 16]), 0)
}

fn filled() -> Small {
    let mut shelf = Small::default();
    for number in [5, 1, 9, 3] {
        let own = stamp(number, 7);
        *shelf.or_default(id(number)) = vec![(number.into(), own), (2, own), (3, stamp(1, 8))];
    }
    shelf
}

fn packed(shelf: &Small) -> OwnPacked {
    let mut packer = Packer::of_own();
    shelf.pack(&mut packer);
    packer.finish_own()
}

fn loaded(shelf: &Small) -> Small {
    let OwnPacked { read, resting } = packed(shelf);
    let bytes = OwnBytes::new([vec![0xee], resting, vec![0xee]].concat());
    let mut from = Unpacker::of_own(&read, &bytes, 1..bytes.len() - 1);
    let loaded = Small::unpack(&mut from).expect("what was packed");
    from.finish().expect("nothing more was packed");
    loaded
}

#[test]
fn what_rests_is_what_was_packed_and_packs_to_the_same_bytes() {
    let shelf = filled();
    let again = loaded(&shelf);
    assert!(again.here.is_empty(), "everything rests");
    assert_eq!(Packer::to_bytes(&again), Packer::to_bytes(&shelf));
    assert_eq!(again.get(&id(5)), shelf.get(&id(5)));
    assert_eq!(again.get(&id(2)), None);
    assert_eq!(again, shelf);
    assert_eq!(Packer::to_bytes(&again), Packer::to_bytes(&shelf));
    let judged: Small = Unpacker::from_bytes(&Packer::to_bytes(&shelf)).expect("in order");
    assert_eq!(judged, shelf);
}

#[test]
fn what_is_written_stands_in_for_what_rested() {
    let mut again = loaded(&filled());
    again.or_default(id(3)).push((4, stamp(3, 9)));
    again.or_default(id(4)).push((0, stamp(4, 9)));
    again.insert(id(9), Vec::new());
    assert!(again.remove(&id(1)).is_some());
    assert!(again.remove(&id(1)).is_none());
    assert!(!again.contains_key(&id(1)));
    let mut expected = filled();
    expected.or_default(id(3)).push((4, stamp(3, 9)));
    expected.or_default(id(4)).push((0, stamp(4, 9)));
    expected.insert(id(9), Vec::new());
    expected.remove(&id(1));
    assert_eq!(again.len(), 4);
    assert_eq!(again.keys().collect::<Vec<_>>(), [3, 4, 5, 9].map(id));
    assert_eq!(again, expected);
    assert_eq!(Packer::to_bytes(&again), Packer::to_bytes(&expected));
    assert_eq!(loaded(&again), expected);
}

#[test]
fn every_id_is_drawn_by_some_number_whether_it_rests_or_not() {
    let mut again = loaded(&filled());
    assert_eq!(Small::default().draw(7), None);
    again.or_default(id(3)).push((4, stamp(3, 9)));
    again.insert(id(4), Vec::new());
    again.remove(&id(1));
    let drawn: BTreeSet<_> = (0..40).filter_map(|number| again.draw(number)).collect();
    assert_eq!(drawn, again.keys().collect());
}

#[test]
fn ids_are_walked_across_pages() {
    let mut shelf = Small::default();
    let many: Vec<RecordId> = (0..700_u16)
        .map(|number| {
            let mut id = [0; 16];
            id[..2].copy_from_slice(&number.to_be_bytes());
            RecordId(id)
        })
        .collect();
    many.iter().for_each(|id| shelf.insert(*id, Vec::new()));
    let again = loaded(&shelf);
    assert_eq!(again.keys().collect::<Vec<_>>(), many);
    assert!(many.iter().all(|id| again.contains_key(id)));
}

#[test]
fn an_entry_that_cannot_be_read_is_not_there_and_its_bytes_say_so() {
    let OwnPacked { read, resting } = packed(&filled());
    let ids = 4 * ID;
    for at in ids..resting.len() {
        let mut altered = resting.clone();
        altered[at] ^= 0x80;
        let own = OwnBytes::new(altered);
        let mut from = Unpacker::of_own(&read, &own, 0..own.len());
        let mut shelf = Small::unpack(&mut from).expect("what rests is not judged");
        let keys: Vec<RecordId> = shelf.keys().collect();
        let read = keys.iter().filter(|key| shelf.get(key).is_some()).count();
        assert_eq!(own.is_damaged(), read < keys.len(), "byte {at}");
        assert_eq!(shelf.iter().count(), read);
        keys.iter().for_each(|key| drop(shelf.remove(key)));
        assert!(shelf.is_empty());
    }
}

#[test]
fn a_strangers_bytes_are_judged_entry_by_entry() {
    let bytes = Packer::to_bytes(&filled());
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let read = Unpacker::from_bytes::<Small>(&altered);
        if let Ok(read) = read {
            assert_eq!(
                Packer::to_bytes(&read),
                altered,
                "byte {at} has one meaning"
            );
        }
        assert!(Unpacker::from_bytes::<Small>(&bytes[..at]).is_err());
    }
}
