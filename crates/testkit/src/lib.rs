//! Development only: fake clock, simulated network, failing disks, hostile server.
#![forbid(unsafe_code)]
