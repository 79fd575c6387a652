//! Other products' formats in and out; pure.
#![forbid(unsafe_code)]
