//! The person's own settings: name, time zone, start of day, formats, language. One record per
//! space, under an id that every device knows.
#![forbid(unsafe_code)]

mod domain;
mod fields;

pub use domain::{
    PROFILE, Profile, ProfileChange, ProfileCommand, ProfileEvent, ProfileQuery, ProfileReversal,
    ProfileState, ProfileView,
};
pub use fields::{
    DateFormat, Density, NumberFormat, ProfileField, ProfileKey, Theme, TimeFormat, Weekday,
};
