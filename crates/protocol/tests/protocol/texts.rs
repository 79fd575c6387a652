//! Texts that people type or compare, cursors, and padded lengths.

use lifeos_protocol::anchor::Floor;
use lifeos_protocol::cursor::{BadCursor, Cursor};
use lifeos_protocol::kit::{BadKit, KitAccount, KitBytes, KitText};
use lifeos_protocol::padme::padded_length;
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::{AccountId, DeviceId, Hash, IncarnationId};
use proptest::prelude::*;

use crate::people::some_hash;

fn account_line() -> KitAccount {
    KitAccount::new(
        AccountId::new([0xAB; 16]),
        Floor {
            head: some_hash("head"),
            sequence: 7,
        },
    )
}

#[test]
fn a_kit_is_read_however_it_is_typed() {
    let kit = KitBytes::new(*b"twenty bytes of kit!");
    let code = kit.to_code();
    assert_eq!(code.len(), 36 + 8);
    let typed = [
        code.clone(),
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " "),
        format!("  {code}\r\n"),
        code.replace('0', "O").replace('1', "l"),
        code.replace('0', "o").replace('1', "I"),
    ];
    for typed in typed {
        assert_eq!(KitBytes::from_code(&typed).unwrap().expose(), kit.expose());
    }
}

#[test]
fn a_mistyped_kit_is_noticed() {
    let code = KitBytes::new(*b"twenty bytes of kit!").to_code();
    let at = code.find(['4', 'C']).unwrap();
    let mut other = code.clone();
    other.replace_range(at..=at, "7");
    assert_eq!(KitBytes::from_code(&other).unwrap_err(), BadKit::Check);
    assert_eq!(KitBytes::from_code(&code[1..]).unwrap_err(), BadKit::Length);
    assert_eq!(
        KitBytes::from_code(&format!("{code}0")).unwrap_err(),
        BadKit::Length
    );
    let letter_u = code.replacen(code.chars().next().unwrap(), "U", 1);
    assert_eq!(KitBytes::from_code(&letter_u).unwrap_err(), BadKit::Check);
}

#[test]
fn the_padding_bits_of_a_kit_are_zero() {
    // The last character carries one bit of the checksum and four zeros.
    let code = KitBytes::new([0; 20]).to_code();
    let last = code.chars().last().unwrap();
    for bad in "123456789ABCDEF".chars().filter(|c| *c != last) {
        let mut other = code.clone();
        other.pop();
        other.push(bad);
        assert!(KitBytes::from_code(&other).is_err(), "{bad}");
    }
}

#[test]
fn a_kits_second_line_names_account_and_floor() {
    let line = account_line();
    assert_eq!(line.to_line().len(), 56 + 13);
    assert_eq!(
        KitAccount::from_line(&line.to_line().to_lowercase()),
        Ok(line)
    );
    assert!(line.names(&some_hash("head")));
    assert!(!line.names(&some_hash("another head")));
    assert_eq!(
        KitAccount::from_line(&line.to_line().replacen('A', "B", 1)),
        Err(BadKit::Check)
    );
}

#[test]
fn a_kits_file_and_qr_code_hold_both_lines() {
    let text = KitText {
        kit: KitBytes::new([3; 20]),
        account: account_line(),
    };
    let written = text.to_text();
    assert!(written.starts_with("LIFEOS-KIT-1:"));
    let read = KitText::from_text(&format!("\n{written} \n")).unwrap();
    assert_eq!(read.kit.expose(), &[3; 20]);
    assert_eq!(read.account, account_line());
    assert_eq!(
        KitText::from_text("LIFEOS-KIT-2:AAAA:BBBB").unwrap_err(),
        BadKit::Form
    );
    assert_eq!(KitText::from_text("").unwrap_err(), BadKit::Form);
    assert_eq!(KitText::from_text("äöüäöüäöü").unwrap_err(), BadKit::Form);
}

#[test]
fn nothing_of_a_kit_is_printed() {
    let text = KitText {
        kit: KitBytes::new(*b"twenty bytes of kit!"),
        account: account_line(),
    };
    let printed = format!("{text:?}");
    assert!(!printed.contains("twenty"));
    assert!(!printed.contains(&format!("{:?}", b"twenty bytes of kit!")[1..20]));
}

#[test]
fn words_are_six_of_the_list_and_differ_by_what_is_shown() {
    let account = words(Shown::Account(AccountId::new([1; 16])));
    let device = words(Shown::Device(DeviceId::new([1; 16])));
    assert_ne!(account, device);
    assert_ne!(account, words(Shown::Account(AccountId::new([2; 16]))));
    assert_ne!(
        words(Shown::Head(Hash::ZERO)),
        words(Shown::Head(some_hash("x")))
    );
}

#[test]
fn the_word_list_is_the_one_of_bip_39() {
    let list = include_str!("../../src/words/english.txt");
    assert_eq!(list.lines().count(), 2048);
    let digest = lifeos_protocol::hash::sha256(list.as_bytes());
    assert_eq!(
        digest.to_hex(),
        "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    );
}

#[test]
fn cursors_have_one_text() {
    let cursor = Cursor {
        incarnation: IncarnationId::new([0xC0; 16]),
        sequence: 120,
    };
    let text = cursor.to_string();
    assert_eq!(text, format!("{}.120", "c0".repeat(16)));
    assert_eq!(text.parse(), Ok(cursor));
    assert_eq!(Cursor::from_parameter(""), Ok(None));
    let hex = "c0".repeat(16);
    let bad = [
        "x",
        ".",
        ".1",
        &hex,
        &format!("{hex}."),
        &format!("{hex}.01"),
        &format!("{hex}.+1"),
        &format!("{hex}.-1"),
    ];
    for bad in bad {
        assert_eq!(bad.parse::<Cursor>(), Err(BadCursor), "{bad}");
    }
    assert!(
        format!("{}.1", hex.to_uppercase())
            .parse::<Cursor>()
            .is_err()
    );
    assert!(
        format!("{hex}.18446744073709551616")
            .parse::<Cursor>()
            .is_err()
    );
}

#[test]
fn padded_lengths_are_those_of_the_paper() {
    // From 256 up: exponent E, significant bits S = ⌊log2 E⌋ + 1, the last E − S bits are zero.
    for (length, padded) in [
        (0, 256),
        (1, 256),
        (256, 256),
        (257, 272),
        (272, 272),
        (400, 400),
        (401, 416),
        (513, 544),
        (1000, 1024),
        (65_537, 67_584),
    ] {
        assert_eq!(padded_length(length), padded, "{length}");
    }
}

proptest! {
    #[test]
    fn padding_is_never_short_never_wasteful_and_settles(length in 0_usize..(1 << 40)) {
        let padded = padded_length(length);
        prop_assert!(padded >= length.max(256));
        prop_assert_eq!(padded_length(padded), padded);
        // At most 12 % more: the paper's bound.
        prop_assert!(length < 256 || (padded - length) * 100 <= length * 12);
    }

    #[test]
    fn a_longer_text_is_never_padded_shorter(length in 0_usize..(1 << 40), more in 0_usize..4096) {
        prop_assert!(padded_length(length) <= padded_length(length + more));
    }

    #[test]
    fn kits_survive_their_text(bytes: [u8; 20], account: [u8; 16], sequence: u32, head: [u8; 32]) {
        let account = KitAccount::new(AccountId::new(account), Floor { head: Hash::new(head), sequence });
        let text = KitText { kit: KitBytes::new(bytes), account }.to_text();
        let read = KitText::from_text(&text).unwrap();
        prop_assert_eq!(read.kit.expose(), &bytes);
        prop_assert_eq!(read.account, account);
        prop_assert_eq!(read.to_text(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,120}") {
        let _ = KitText::from_text(&text);
        let _ = KitBytes::from_code(&text);
        let _ = KitAccount::from_line(&text);
        let _ = text.parse::<Cursor>();
    }

    #[test]
    fn one_wrong_character_of_a_kit_is_noticed_nearly_always(bytes: [u8; 20], at in 0_usize..35, with in 0_usize..31) {
        let code = KitBytes::new(bytes).to_code().replace('-', "");
        let alphabet: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
        let mut letters: Vec<char> = code.chars().collect();
        let others: Vec<char> = alphabet.into_iter().filter(|c| *c != letters[at]).collect();
        letters[at] = others[with];
        let other: String = letters.into_iter().collect();
        // 16 bits of check: one in 65,536 passes; then it is another kit, never this one.
        if let Ok(read) = KitBytes::from_code(&other) {
            prop_assert_ne!(read.expose(), &bytes);
        }
    }
}
