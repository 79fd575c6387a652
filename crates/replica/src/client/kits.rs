//! Recovery kits while they are made: sheet, proof, and how they enter the account log.

use lifeos_crypto::MethodKeys;
use lifeos_crypto::method::{Kit, MethodSecret, seal_keys};
use lifeos_crypto::rand_core::CryptoRng;
use lifeos_protocol::AccountId;
use lifeos_protocol::anchor::Floor;
use lifeos_protocol::kit::{KitAccount, KitText};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::words::{Shown, words};
use qrcodegen::{QrCode as Encoder, QrCodeEcc};
use subtle::ConstantTimeEq;

use crate::api::{KitSheet, QrCode, SecretText};

/// A kit that is not yet kept for certain.
pub(crate) struct NewKit {
    pub(crate) kit: Kit,
    pub(crate) method: MethodKeys,
    pub(crate) sealed: SealedMethodKey,
    asked: [u8; 2],
    pub(crate) proven: bool,
}

impl NewKit {
    /// Makes a kit, its method's keys, and what will be asked back.
    pub(crate) fn make(account: AccountId, rng: &mut impl CryptoRng) -> Self {
        let kit = Kit::make(rng);
        let method = MethodKeys::make(rng);
        let sealed = seal_keys(&method, account, &MethodSecret::from_kit(&kit), rng);
        let first = below(GROUPS, rng);
        let second = (first + 1 + below(GROUPS - 1, rng)) % GROUPS;
        let asked = [first.min(second), first.max(second)];
        Self {
            kit,
            method,
            sealed,
            asked,
            proven: false,
        }
    }

    /// The sheet, as issued at `floor`.
    pub(crate) fn sheet(&self, account: AccountId, floor: Floor) -> KitSheet {
        let line = KitAccount::new(account, floor);
        let text = KitText {
            kit: self.kit.expose().clone(),
            account: line,
        };
        let payload = text.to_text();
        KitSheet {
            code: groups(&self.kit.expose().to_code()),
            account: groups(&line.to_line()),
            account_words: words(Shown::Account(account)).map(str::to_owned).to_vec(),
            qr: qr(&payload),
            payload,
            asked: self.asked.to_vec(),
        }
    }

    /// Whether the groups that were asked for were typed back.
    pub(crate) fn prove(&mut self, typed: &[SecretText]) -> bool {
        let kept = groups(&self.kit.expose().to_code());
        let matches = typed.len() == self.asked.len()
            && self.asked.iter().zip(typed).all(|(asked, typed)| {
                let given = forgiving(typed.expose());
                kept[usize::from(*asked)]
                    .as_bytes()
                    .ct_eq(given.as_bytes())
                    .into()
            });
        self.proven |= matches;
        matches
    }
}

/// Groups of the code line.
const GROUPS: u8 = 9;

/// A number below `limit`, without bias.
fn below(limit: u8, rng: &mut impl CryptoRng) -> u8 {
    let fair = u8::MAX - u8::MAX % limit;
    loop {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        if byte[0] < fair {
            return byte[0] % limit;
        }
    }
}

fn groups(line: &str) -> Vec<String> {
    line.split('-').map(str::to_owned).collect()
}

/// Upper case, with Crockford's look-alikes put right.
fn forgiving(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

/// Draws a QR code.
pub(crate) fn qr(text: &str) -> QrCode {
    let code = Encoder::encode_text(text, QrCodeEcc::Medium)
        .expect("kits and links are far below the 2,331 bytes of a medium QR code");
    let size = code.size();
    QrCode {
        size: u16::try_from(size).expect("a QR code has at most 177 modules a side"),
        rows: (0..size)
            .map(|y| {
                (0..size)
                    .map(|x| if code.get_module(x, y) { '1' } else { '0' })
                    .collect()
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;

    fn typed(sheet: &KitSheet, change: impl Fn(&str) -> String) -> Vec<SecretText> {
        sheet
            .asked
            .iter()
            .map(|asked| SecretText::new(change(&sheet.code[usize::from(*asked)])))
            .collect()
    }

    #[test]
    fn only_the_groups_that_were_asked_prove_a_kit() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let account = AccountId::new([7; 16]);
        let floor = Floor {
            head: lifeos_protocol::Hash::new([9; 32]),
            sequence: 2,
        };
        for _ in 0..50 {
            let mut kit = NewKit::make(account, &mut rng);
            let sheet = kit.sheet(account, floor);
            assert_eq!((sheet.code.len(), sheet.account.len()), (9, 14));
            assert!(sheet.asked[0] < sheet.asked[1]);
            assert!(!kit.prove(&typed(&sheet, |group| {
                group.chars().rev().chain(['2']).collect()
            })));
            assert!(!kit.prove(&[]));
            assert!(!kit.proven);
            assert!(kit.prove(&typed(&sheet, |group| {
                group.to_ascii_lowercase().replace('0', "o")
            })));
            assert!(kit.proven);
        }
    }
}
