//! The recovery kit's text: what is printed, typed again, and read from a file or a QR code.
//!
//! Crockford base 32 in groups of four; lower case, `O`, `I`, `L`, spaces and hyphens are forgiven.

use core::fmt;

use data_encoding::{Encoding, Specification};
use std::sync::LazyLock;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::anchor::Floor;
use crate::codec::{Reader, Writer};
use crate::hash::hash;
use crate::ids::{AccountId, Hash};
use crate::label;

/// What the text of a kit's file and QR code begins with.
pub const PREFIX: &str = "LIFEOS-KIT-1:";

const CODE_CHARACTERS: usize = 36;
const ACCOUNT_CHARACTERS: usize = 56;

static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    specification
        .translate
        .from
        .push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    specification
        .translate
        .to
        .push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    specification.ignore.push_str(" -\t\r\n");
    specification
        .encoding()
        .expect("the alphabet has 32 distinct characters")
});

/// Why a kit's text cannot be read. Carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKit {
    /// Not the text of a kit.
    #[error("not the text of a recovery kit")]
    Form,
    /// A line has too few or too many characters.
    #[error("the line is too short or too long")]
    Length,
    /// The checksum does not fit: a character was mistyped.
    #[error("a character was mistyped")]
    Check,
}

/// The secret bytes of a kit. Zeroised when dropped; never printed by `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KitBytes([u8; 20]);

impl KitBytes {
    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Returns the secret bytes.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// Returns the code line: nine groups of four.
    #[must_use]
    pub fn to_code(&self) -> String {
        let mut bytes = self.0.to_vec();
        bytes.extend_from_slice(&check::<2>(&self.0));
        let text = grouped(&CROCKFORD.encode(&bytes));
        bytes.zeroize();
        text
    }

    /// Reads the code line.
    ///
    /// # Errors
    /// [`BadKit`].
    pub fn from_code(text: &str) -> Result<Self, BadKit> {
        let mut bytes = decode(text, CODE_CHARACTERS)?;
        let mut kit = [0; 20];
        kit.copy_from_slice(&bytes[..20]);
        let checked = check::<2>(&kit) == bytes[20..];
        bytes.zeroize();
        let kit_bytes = Self(kit);
        kit.zeroize();
        if checked {
            Ok(kit_bytes)
        } else {
            Err(BadKit::Check)
        }
    }
}

impl fmt::Debug for KitBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KitBytes")
    }
}

/// The second line: account, and the head below which its log is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitAccount {
    /// Whose kit.
    pub account: AccountId,
    /// Sequence of the head at the kit's issue.
    pub sequence: u32,
    /// First 12 bytes of that head.
    pub head_prefix: [u8; 12],
}

impl KitAccount {
    /// Makes the line of a kit that is issued at `floor`.
    #[must_use]
    pub fn new(account: AccountId, floor: Floor) -> Self {
        Self {
            account,
            sequence: floor.sequence,
            head_prefix: prefix(&floor.head),
        }
    }

    /// Whether a statement's hash at [`Self::sequence`] is the head that the kit names.
    #[must_use]
    pub fn names(&self, head: &Hash) -> bool {
        self.head_prefix == prefix(head)
    }

    /// Returns the account line: fourteen groups of four.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut writer = Writer::new();
        writer
            .put(&self.account)
            .u32(self.sequence)
            .raw(&self.head_prefix);
        let check = check::<3>(writer.as_bytes());
        writer.raw(&check);
        grouped(&CROCKFORD.encode(writer.as_bytes()))
    }

    /// Reads the account line.
    ///
    /// # Errors
    /// [`BadKit`].
    pub fn from_line(text: &str) -> Result<Self, BadKit> {
        let bytes = decode(text, ACCOUNT_CHARACTERS)?;
        if check::<3>(&bytes[..32]) != bytes[32..] {
            return Err(BadKit::Check);
        }
        let mut reader = Reader::new(&bytes[..32]);
        let mut read = || {
            Ok::<_, crate::codec::DecodeError>(Self {
                account: AccountId::new(reader.array()?),
                sequence: reader.u32()?,
                head_prefix: reader.array()?,
            })
        };
        read().map_err(|_| BadKit::Length)
    }
}

/// A whole kit, as in its file and QR code.
#[derive(Debug, Clone)]
pub struct KitText {
    /// The secret bytes.
    pub kit: KitBytes,
    /// Account and floor.
    pub account: KitAccount,
}

impl KitText {
    /// Returns the text of file and QR code, without spaces.
    #[must_use]
    pub fn to_text(&self) -> String {
        let compact = |line: String| line.replace('-', "");
        format!(
            "{PREFIX}{}:{}",
            compact(self.kit.to_code()),
            compact(self.account.to_line())
        )
    }

    /// Reads the text of a file or QR code; space around it is forgiven.
    ///
    /// # Errors
    /// [`BadKit`].
    pub fn from_text(text: &str) -> Result<Self, BadKit> {
        let text = text.trim();
        let (prefix, rest) = text.split_at_checked(PREFIX.len()).ok_or(BadKit::Form)?;
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            return Err(BadKit::Form);
        }
        let (code, account) = rest.split_once(':').ok_or(BadKit::Form)?;
        Ok(Self {
            kit: KitBytes::from_code(code)?,
            account: KitAccount::from_line(account)?,
        })
    }
}

/// Returns the HKDF info by which kit bytes give the method secret.
#[must_use]
pub fn secret_info() -> Vec<u8> {
    label::KIT.with(&[])
}

/// Returns the HKDF info by which kit bytes give the lookup id (its first 16 bytes).
#[must_use]
pub fn lookup_info() -> Vec<u8> {
    label::KIT_LOOKUP.with(&[])
}

fn prefix(head: &Hash) -> [u8; 12] {
    let mut prefix = [0; 12];
    prefix.copy_from_slice(&head.as_bytes()[..12]);
    prefix
}

fn check<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let full = hash(label::KIT_CHECK, &[bytes]);
    let mut check = [0; N];
    check.copy_from_slice(&full.as_bytes()[..N]);
    check
}

fn grouped(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + text.len() / 4);
    for (at, character) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            line.push('-');
        }
        line.push(character);
    }
    line
}

fn decode(text: &str, characters: usize) -> Result<Vec<u8>, BadKit> {
    let count = text
        .bytes()
        .filter(|byte| !b" -\t\r\n".contains(byte))
        .count();
    if count != characters || text.len() > 4 * characters {
        return Err(BadKit::Length);
    }
    CROCKFORD.decode(text.as_bytes()).map_err(|_| BadKit::Check)
}
