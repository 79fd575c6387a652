#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Lays files out beneath a folder of their own, and links as the kernel has them: relative ones.
fn laid_out(files: &[(&str, &str)], links: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        put(root.path(), path, text.as_bytes());
    }
    for (path, to) in links {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(to, path).unwrap();
    }
    root
}

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn read(root: &TempDir) -> Reading {
    Reading::of(root.path(), Path::new("/"))
}

const MMC: &str = "sys/devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:0001";
const FIRMWARE: &str = "sys/devices/platform/soc/soc:firmware";

/// A Raspberry Pi 4 with its system on an eMMC.
fn raspberry_pi() -> TempDir {
    let of_mmc = |path: &str| format!("{MMC}/{path}");
    let disk = of_mmc("block/mmcblk0/size");
    let part = of_mmc("block/mmcblk0/mmcblk0p2/partition");
    let life = of_mmc("life_time");
    let reserve = of_mmc("pre_eol_info");
    let device = of_mmc("block/mmcblk0/device");
    let throttled = format!("{FIRMWARE}/get_throttled");
    laid_out(
        &[
            (
                "proc/self/mountinfo",
                "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n\
                 23 22 0:5 / /dev rw,relatime shared:2 - devtmpfs udev ro,mode=755\n\
                 31 22 179:1 / /boot/firmware rw,relatime shared:9 - vfat /dev/mmcblk0p1 ro\n",
            ),
            ("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n"),
            ("sys/class/thermal/thermal_zone0/temp", "48199\n"),
            (
                "sys/class/thermal/thermal_zone0/trip_point_0_type",
                "passive\n",
            ),
            (
                "sys/class/thermal/thermal_zone0/trip_point_0_temp",
                "55000\n",
            ),
            (
                "sys/class/thermal/thermal_zone0/trip_point_1_type",
                "critical\n",
            ),
            (
                "sys/class/thermal/thermal_zone0/trip_point_1_temp",
                "110000\n",
            ),
            ("sys/class/thermal/cooling_device0/cur_state", "0\n"),
            ("sys/class/hwmon/hwmon0/name", "cpu_thermal\n"),
            ("sys/class/hwmon/hwmon1/name", "rpi_volt\n"),
            ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n"),
            (&throttled, "0\n"),
            (&disk, "61071360\n"),
            (&part, "2\n"),
            (&life, "0x03 0x02\n"),
            (&reserve, "0x01\n"),
            ("sys/fs/ext4/mmcblk0p2/errors_count", "0\n"),
        ],
        &[
            (
                "sys/dev/block/179:2",
                &format!("../../../{MMC}/block/mmcblk0/mmcblk0p2"),
            ),
            (&device, "../.."),
            (
                "sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware",
                "../../../../devices/platform/soc/soc:firmware",
            ),
        ],
    )
}

const NVME: &str = "sys/devices/pci0000:00/0000:00:1d.0/nvme/nvme0";

/// A small PC whose system is encrypted on an NVMe disk.
fn small_pc() -> TempDir {
    let part = format!("{NVME}/nvme0n1/nvme0n1p3/partition");
    laid_out(
        &[
            (
                "proc/self/mountinfo",
                "28 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw,errors=remount-ro\n",
            ),
            ("sys/class/thermal/thermal_zone0/type", "acpitz\n"),
            ("sys/class/thermal/thermal_zone0/temp", "27800\n"),
            (
                "sys/class/thermal/thermal_zone0/trip_point_0_type",
                "critical\n",
            ),
            (
                "sys/class/thermal/thermal_zone0/trip_point_0_temp",
                "119000\n",
            ),
            // A wireless card that is off.
            ("sys/class/thermal/thermal_zone1/type", "iwlwifi_1\n"),
            ("sys/class/thermal/thermal_zone1/temp", "-274000\n"),
            ("sys/class/thermal/thermal_zone2/type", "x86_pkg_temp\n"),
            ("sys/class/thermal/thermal_zone2/temp", "51000\n"),
            (
                "sys/class/thermal/thermal_zone2/trip_point_0_type",
                "passive\n",
            ),
            (
                "sys/class/thermal/thermal_zone2/trip_point_0_temp",
                "-274000\n",
            ),
            ("sys/class/hwmon/hwmon2/name", "nvme\n"),
            ("sys/class/hwmon/hwmon2/temp1_input", "62850\n"),
            ("sys/class/hwmon/hwmon2/temp1_crit", "84850\n"),
            ("sys/class/hwmon/hwmon2/temp1_alarm", "0\n"),
            // A chip of the board with a sensor that leads nowhere.
            ("sys/class/hwmon/hwmon3/name", "nct6775\n"),
            ("sys/class/hwmon/hwmon3/temp1_input", "127000\n"),
            (&part, "3\n"),
            ("sys/devices/virtual/block/dm-0/dm/name", "root\n"),
            ("sys/fs/ext4/dm-0/errors_count", "0\n"),
        ],
        &[
            ("sys/dev/block/253:0", "../../devices/virtual/block/dm-0"),
            ("sys/class/block/dm-0", "../../devices/virtual/block/dm-0"),
            (
                "sys/devices/virtual/block/dm-0/slaves/nvme0n1p3",
                &format!("../../../../../../{NVME}/nvme0n1/nvme0n1p3"),
            ),
        ],
    )
}

#[test]
fn a_raspberry_pi_tells_its_heat_its_power_and_the_wear_of_its_disk() {
    let root = raspberry_pi();
    let well = read(&root);
    let page = well.page();
    for line in [
        "lifeos_temperature_celsius 48.199",
        "lifeos_under_voltage 0",
        "lifeos_disk_life_used_ratio 0.3",
        "lifeos_disk_pre_eol 1",
        "lifeos_disk_errors 0",
        "lifeos_disk_read_only 0",
    ] {
        assert!(page.lines().any(|told| told == line), "{line}: {page}");
    }
    assert_eq!(well.heat.over_milli, Some(48_199 - 100_000));
    assert!(!well.disk.is_ill());

    for (path, text) in [("life_time", "0x03 0x0b\n"), ("pre_eol_info", "0x02\n")] {
        let root = raspberry_pi();
        put(root.path(), &format!("{MMC}/{path}"), text.as_bytes());
        assert!(read(&root).disk.is_ill(), "{path}");
    }
    for (path, text) in [
        ("sys/fs/ext4/mmcblk0p2/errors_count", "3\n"),
        (
            "proc/self/mountinfo",
            "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root ro,errors=remount-ro\n",
        ),
    ] {
        let root = raspberry_pi();
        put(root.path(), path, text.as_bytes());
        assert!(read(&root).disk.is_ill(), "{path}");
    }
}

#[test]
fn a_pi_that_slows_itself_down_is_hot_and_one_whose_voltage_fell_is_low_once() {
    let root = raspberry_pi();
    let now = Instant::now();
    let throttled = |bits: &str| {
        put(
            root.path(),
            &format!("{FIRMWARE}/get_throttled"),
            bits.as_bytes(),
        );
        read(&root)
    };
    let mut trend = Trend::default();
    // What was before the box looked may be of any time.
    trend = trend.after(&throttled("50000\n"), now);
    assert_eq!(trend.low_power, None);
    trend = trend.after(&throttled("0\n"), now);
    let fell = throttled("50000\n");
    trend = trend.after(&fell, now);
    assert_eq!((trend.low_power, trend.hot_turns), (Some(now), 0));
    let later = now + Duration::from_secs(10);
    assert_eq!(trend.after(&fell, later).low_power, Some(now));
    assert_eq!(
        trend.after(&throttled("50005\n"), later).low_power,
        Some(later)
    );
    assert_eq!(trend.after(&throttled("0x4\n"), later).hot_turns, 1);
    assert_eq!(trend.after(&throttled("8\n"), later).hot_turns, 1);
    throttled("0\n");
    put(
        root.path(),
        "sys/class/hwmon/hwmon1/in0_lcrit_alarm",
        b"1\n",
    );
    assert_eq!(trend.after(&read(&root), later).low_power, Some(later));
}

#[test]
fn a_small_pc_tells_the_heat_of_its_disk_and_what_its_file_system_counts_through_the_encryption() {
    let root = small_pc();
    let well = read(&root);
    assert_eq!(well.heat.highest_milli, Some(62_850));
    assert_eq!(well.heat.over_milli, Some(62_850 - 74_850));
    assert_eq!(well.power, None);
    let page = well.page();
    assert!(page.contains("lifeos_disk_errors 0\n"), "{page}");
    for unknown in ["under_voltage", "disk_life", "pre_eol", "missing"] {
        assert!(!page.contains(unknown), "{unknown}: {page}");
    }
    put(root.path(), "sys/class/hwmon/hwmon2/temp1_alarm", b"1\n");
    assert_eq!(read(&root).heat.over_milli, Some(0));
    // A zone without a point of its own is hot at eighty degrees.
    put(
        root.path(),
        "sys/class/thermal/thermal_zone2/temp",
        b"81500\n",
    );
    assert_eq!(read(&root).heat.over_milli, Some(1_500));
    // The wear of a disk is found beneath the encryption.
    put(
        root.path(),
        &format!("{NVME}/nvme0n1/device/life_time"),
        b"0x0b 0x00\n",
    );
    assert_eq!(read(&root).disk.life_percent, Some(110));
}

#[test]
fn over_several_disks_the_errors_are_counted_together_and_one_that_is_gone_is_said() {
    let stats = |errors: u64| {
        format!(
            "write_errs {errors}\nread_errs 0\nflush_errs 0\ncorruption_errs 1\ngeneration_errs 0\n"
        )
    };
    let system = "sys/fs/btrfs/2a1c7e6e-8a55-4d3a-9f0e-6f9a1f1d7c11";
    let root = laid_out(
        &[
            (
                "proc/self/mountinfo",
                "28 1 0:25 /@ / rw,relatime - btrfs /dev/mapper/pool rw,subvolid=256,subvol=/@\n",
            ),
            ("sys/devices/virtual/block/dm-3/dm/name", "pool\n"),
            ("sys/devices/virtual/block/dm-4/dm/name", "pool2\n"),
            (&format!("{system}/devinfo/1/error_stats"), &stats(0)),
            (&format!("{system}/devinfo/1/missing"), "0\n"),
            (&format!("{system}/devinfo/2/error_stats"), &stats(40)),
            (&format!("{system}/devinfo/2/missing"), "1\n"),
        ],
        &[
            ("sys/class/block/dm-3", "../../devices/virtual/block/dm-3"),
            ("sys/class/block/dm-4", "../../devices/virtual/block/dm-4"),
            (
                &format!("{system}/devices/dm-3"),
                "../../../../devices/virtual/block/dm-3",
            ),
            (
                &format!("{system}/devices/dm-4"),
                "../../../../devices/virtual/block/dm-4",
            ),
        ],
    );
    let disk = read(&root).disk;
    assert_eq!((disk.errors, disk.missing), (Some(42), Some(1)));
    assert!(disk.is_ill());

    // An array of the kernel's own, on which a file system of one disk lies.
    let root = laid_out(
        &[
            ("proc/self/mountinfo", "28 1 9:0 / / rw - xfs /dev/md0 rw\n"),
            ("sys/devices/virtual/block/md0/md/degraded", "1\n"),
            ("sys/devices/sda/device/life_time", "0x01 0x01\n"),
        ],
        &[
            ("sys/dev/block/9:0", "../../devices/virtual/block/md0"),
            (
                "sys/devices/virtual/block/md0/slaves/sda",
                "../../../../sda",
            ),
        ],
    );
    let disk = read(&root).disk;
    assert_eq!((disk.missing, disk.life_percent), (Some(1), Some(10)));
    assert!(disk.is_ill());
}

#[test]
fn of_a_machine_that_tells_nothing_nothing_is_said() {
    let root = TempDir::new().unwrap();
    let reading = read(&root);
    assert_eq!(reading, Reading::default());
    assert_eq!(reading.page(), "");
    assert!(!reading.disk.is_ill());
    assert_eq!(
        Trend::default().after(&reading, Instant::now()),
        Trend::default()
    );
}

#[test]
fn layers_that_lead_back_to_themselves_come_to_an_end() {
    let root = laid_out(
        &[
            (
                "proc/self/mountinfo",
                "28 1 253:0 / / rw - ext4 /dev/dm-0 rw\n",
            ),
            ("sys/devices/virtual/block/dm-0/dm/name", "a\n"),
        ],
        &[
            ("sys/dev/block/253:0", "../../devices/virtual/block/dm-0"),
            ("sys/devices/virtual/block/dm-0/slaves/dm-0", "../../dm-0"),
        ],
    );
    assert_eq!(read(&root).disk.errors, None);
}

#[test]
fn a_part_is_hot_from_its_bound_on_until_it_is_five_degrees_beneath() {
    let at = |over_milli| Reading {
        heat: Heat {
            over_milli: Some(over_milli),
            ..Heat::default()
        },
        ..Reading::default()
    };
    let turns = |course: &[i32]| {
        let after = |trend: Trend, over: &i32| trend.after(&at(*over), Instant::now());
        course.iter().fold(Trend::default(), after).hot_turns
    };
    assert_eq!(turns(&[-1]), 0);
    assert_eq!(turns(&[0]), 1);
    assert_eq!(turns(&[0, -1, -COOLED_MILLI, 7]), 4);
    assert_eq!(turns(&[0, 0, -COOLED_MILLI - 1]), 0);
    assert_eq!(turns(&[0, -COOLED_MILLI - 1, -1]), 0);
}

const EVERY_FILE: &[&str] = &[
    "proc/self/mountinfo",
    "sys/class/thermal/thermal_zone0/temp",
    "sys/class/thermal/thermal_zone0/trip_point_1_type",
    "sys/class/thermal/thermal_zone0/trip_point_1_temp",
    "sys/class/hwmon/hwmon1/name",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm",
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:0001/life_time",
    "sys/devices/platform/emmc2bus/fe340000.mmc/mmc_host/mmc0/mmc0:0001/pre_eol_info",
    "sys/fs/ext4/mmcblk0p2/errors_count",
];

/// Bytes of any kind, and such as a file of the kernel nearly has.
fn said() -> impl Strategy<Value = Vec<u8>> {
    let like = "[-+0-9a-fx:,./ \\\\\n]{0,40}".prop_map(String::into_bytes);
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..64), like]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_file_says_it_is_read_and_what_is_told_is_within_its_bounds(
        file in proptest::sample::select(EVERY_FILE),
        said in said(),
    ) {
        let root = raspberry_pi();
        put(root.path(), file, &said);
        let reading = read(&root);
        let told = [reading.disk.life_percent, reading.disk.pre_eol];
        prop_assert!(told.into_iter().flatten().all(|value| value <= 110));
        if let Some(highest) = reading.heat.highest_milli {
            prop_assert!((-40_000..=150_000).contains(&highest));
        }
        for line in reading.page().lines().filter(|line| !line.starts_with('#')) {
            let (_, value) = line.split_once(' ').unwrap();
            prop_assert!(value.parse::<f64>().unwrap().is_finite(), "{}", line);
        }
    }
}
