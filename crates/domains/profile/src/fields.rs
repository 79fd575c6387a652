//! What the profile is made of. Names and types stand in people's logs: see `kernel::fields!`.

use lifeos_kernel::{Minute, ZoneName, pack_choice};
use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident = $first_number:literal, $($(#[$variant_doc:meta])* $variant:ident = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "profile.ts"))]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $(#[$first_doc])* #[default] $first,
            $($(#[$variant_doc])* $variant),*
        }
        pack_choice!($name { $first = $first_number, $($variant = $number),* });
    };
}

choice! {
    /// How dates are written.
    DateFormat {
        /// As the language has it.
        Language = 0,
        /// 2026-11-21.
        Iso = 1,
        /// 21.11.2026.
        DayMonthYearDots = 2,
        /// 21/11/2026.
        DayMonthYear = 3,
        /// 11/21/2026.
        MonthDayYear = 4,
    }
}

choice! {
    /// How times are written.
    TimeFormat {
        /// As the language has it.
        Language = 0,
        /// 17:30.
        Hours24 = 1,
        /// 5:30 pm.
        Hours12 = 2,
    }
}

choice! {
    /// How numbers are written.
    NumberFormat {
        /// As the language has it.
        Language = 0,
        /// 1,234.5.
        CommaPoint = 1,
        /// 1.234,5.
        PointComma = 2,
        /// 1 234,5.
        SpaceComma = 3,
        /// 1'234.5.
        ApostrophePoint = 4,
    }
}

choice! {
    /// The first day of the week.
    Weekday {
        /// Monday.
        Monday = 0,
        /// Sunday.
        Sunday = 1,
        /// Saturday.
        Saturday = 2,
    }
}

choice! {
    /// Light or dark.
    Theme {
        /// As the system has it.
        System = 0,
        /// Light.
        Light = 1,
        /// Dark.
        Dark = 2,
    }
}

choice! {
    /// How close things stand.
    Density {
        /// With room around.
        Comfortable = 0,
        /// Close.
        Compact = 1,
    }
}

lifeos_kernel::fields! {
    /// A setting with its value.
    pub enum ProfileField, ProfileKey in "profile.ts" {
        /// How the person wants to be called.
        DisplayName(String) = 1,
        /// The time zone; the device's own where none is set.
        Zone(Option<ZoneName>) = 2,
        /// When a new day begins; 04:00 where nothing is set.
        StartOfDay(Option<Minute>) = 3,
        /// How dates are written.
        DateFormat(DateFormat) = 4,
        /// How times are written.
        TimeFormat(TimeFormat) = 5,
        /// How numbers are written.
        NumberFormat(NumberFormat) = 6,
        /// The first day of the week.
        FirstWeekday(Weekday) = 7,
        /// The language (BCP 47); the browser's where it is empty.
        Language(String) = 8,
        /// After how many idle minutes to lock; 0 never, 15 where nothing is set.
        IdleLockMinutes(Option<u32>) = 9,
        /// Light or dark.
        Theme(Theme) = 10,
        /// How close things stand.
        Density(Density) = 11,
    }
}
