//! The primitives, each behind one narrow function: the only place where the crates that
//! implement them are called. Nothing here leaves the crate.

pub(crate) mod aead;
pub(crate) mod ed25519;
pub(crate) mod hkdf;
pub(crate) mod hpke;
pub(crate) mod x25519;

/// What holds a secret wipes it when dropped: where a feature went missing, this does not compile.
const _: () = {
    const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<chacha20poly1305::XChaCha20Poly1305>();
    wiped::<ed25519_dalek::SigningKey>();
    wiped::<x25519_dalek::StaticSecret>();
    wiped::<sha2::block_api::Sha256VarCore>();
};

#[cfg(test)]
mod vectors;
