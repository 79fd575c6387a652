//! axum: sign-in, sync, limits and the embedded web app.
#![forbid(unsafe_code)]
