//! The one place where the server takes randomness from the system.

/// Returns `N` random bytes from the system's generator.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system whose generator fails can serve nothing safely");
    bytes
}
