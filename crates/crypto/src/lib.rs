//! Keys, envelopes, unlock methods. Safe to call; hazardous parts hidden.
#![forbid(unsafe_code)]
