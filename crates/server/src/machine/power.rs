//! Whether the power supply holds, where the machine says so: a Raspberry Pi does. Too little of it
//! is what breaks SD cards most.

use std::path::{Path, PathBuf};

use super::files::{entries, flag, hexadecimal, text};

/// Devices of the firmware's driver.
const FIRMWARE: &str = "sys/bus/platform/drivers/raspberrypi-firmware";
/// Where the firmware is on the boards before the fifth.
const FIRMWARE_BEFORE: &str = "sys/devices/platform/soc/soc:firmware";

/// The voltage is too low now.
const LOW: u32 = 1 << 0;
/// The processor is slowed down for the heat now.
const THROTTLED: u32 = 1 << 2 | 1 << 3;
/// The voltage was too low since this was last cleared.
const WAS_LOW: u32 = 1 << 16;

/// What the firmware or the sensor of the voltage says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Power {
    /// Whether the voltage is too low now.
    pub(crate) is_low: bool,
    /// Whether it was, since the firmware last forgot.
    was_low: bool,
    /// Whether the processor is slowed down for the heat.
    pub(super) is_throttled: bool,
}

impl Power {
    pub(super) fn read(root: &Path) -> Option<Self> {
        let sensor = entries(&root.join("sys/class/hwmon"))
            .into_iter()
            .filter(|chip| text(&chip.join("name")).as_deref() == Some("rpi_volt"))
            .find_map(|chip| flag(&chip.join("in0_lcrit_alarm")));
        let bits = firmware(root)
            .iter()
            .find_map(|path| hexadecimal(&text(&path.join("get_throttled"))?));
        if sensor.is_none() && bits.is_none() {
            return None;
        }
        let has = |mask| bits.is_some_and(|bits| bits & mask != 0);
        Some(Self {
            is_low: sensor == Some(true) || has(LOW),
            was_low: has(WAS_LOW),
            is_throttled: has(THROTTLED),
        })
    }

    /// Whether the voltage was too low since the reading before. What the firmware remembered at the
    /// first reading may be of any time.
    pub(super) fn is_low_after(self, before: Option<Self>) -> bool {
        self.is_low || (self.was_low && before.is_some_and(|before| !before.was_low))
    }
}

fn firmware(root: &Path) -> Vec<PathBuf> {
    let mut devices = entries(&root.join(FIRMWARE));
    devices.push(root.join(FIRMWARE_BEFORE));
    devices
}
