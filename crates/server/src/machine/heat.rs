//! How hot the machine and its disks are, each part by the bound that it names itself.

use std::path::Path;

use super::files::{entries, flag, name, number, text};

/// What is between these is a temperature; a sensor that is not there reads as something else.
const TEMPERATURES_MILLI: std::ops::RangeInclusive<i32> = -40_000..=150_000;
/// What is between these can be where a part fails or ends itself.
const BOUNDS_MILLI: std::ops::RangeInclusive<i32> = 50_000..=150_000;
/// How far beneath that it is hot.
const MARGIN_MILLI: i32 = 10_000;
/// From where on a part is hot that names no bound.
const HOT_MILLI: i32 = 80_000;
/// Drivers of disks that say how hot these are.
const DISKS: &[&str] = &["nvme", "drivetemp"];
/// Points of a thermal zone that are looked at; the kernel has no zone with more.
const POINTS: usize = 16;

/// How hot it is, in thousandths of a degree Celsius.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Heat {
    /// The highest temperature.
    pub(crate) highest_milli: Option<i32>,
    /// How far the part that is nearest to its bound is above it; below zero, beneath it.
    pub(crate) over_milli: Option<i32>,
}

impl Heat {
    pub(super) fn read(root: &Path) -> Self {
        let mut heat = Self::default();
        for zone in entries(&root.join("sys/class/thermal")) {
            if name(&zone).is_some_and(|name| name.starts_with("thermal_zone")) {
                heat.part(number(&zone.join("temp")), last_point(&zone));
            }
        }
        for chip in entries(&root.join("sys/class/hwmon")) {
            let driver = text(&chip.join("name")).unwrap_or_default();
            if DISKS.contains(&driver.as_str()) {
                heat.part(
                    number(&chip.join("temp1_input")),
                    bound(&chip.join("temp1_crit")),
                );
                if flag(&chip.join("temp1_alarm")) == Some(true) {
                    heat.held_back();
                }
            }
        }
        heat
    }

    /// Something slows itself down for the heat, whatever its sensor says.
    pub(super) fn held_back(&mut self) {
        self.over_milli = self.over_milli.max(Some(0));
    }

    fn part(&mut self, temperature: Option<i32>, bound: Option<i32>) {
        let Some(temperature) = temperature.filter(|found| TEMPERATURES_MILLI.contains(found))
        else {
            return;
        };
        let hot = bound.map_or(HOT_MILLI, |bound| bound - MARGIN_MILLI);
        self.highest_milli = self.highest_milli.max(Some(temperature));
        self.over_milli = self.over_milli.max(Some(temperature - hot));
    }
}

/// The lowest point at which a zone has the system end itself, or fails.
fn last_point(zone: &Path) -> Option<i32> {
    let kind = |point| text(&zone.join(format!("trip_point_{point}_type")));
    let points = (0..POINTS).map_while(|point| Some((point, kind(point)?)));
    points
        .filter(|(_, kind)| matches!(kind.as_str(), "critical" | "hot"))
        .filter_map(|(point, _)| bound(&zone.join(format!("trip_point_{point}_temp"))))
        .min()
}

fn bound(path: &Path) -> Option<i32> {
    number(path).filter(|bound| BOUNDS_MILLI.contains(bound))
}
