#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;

use super::*;

#[test]
fn a_folder_is_on_the_deepest_mount_above_it_and_on_the_later_of_two_at_one_place() {
    let mounts = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                  no line of a mount\n\
                  30 22 8:2 / /srv rw master:4 propagate_from:2 - ext4 /dev/sda2 rw\n\
                  31 22 8:3 / /srv rw - xfs /dev/sdb1 rw\n\
                  32 22 8:4 / /srv/with\\040blank\\134s ro,nosuid - ext4 /dev/sdc1 rw\n\
                  33 22 8:5 / /srv2 rw - ext4 /dev/sdd1 rw\n";
    let number = |folder: &str| Mount::of(mounts, Path::new(folder)).unwrap().number;
    assert_eq!(number("/var/lib/lifeos"), "8:1");
    assert_eq!(number("/srv/lifeos"), "8:3");
    assert_eq!(number("/srv2/lifeos"), "8:5");
    let blank = Mount::of(mounts, Path::new("/srv/with blank\\s/lifeos")).unwrap();
    assert_eq!((blank.number.as_str(), blank.is_read_only), ("8:4", true));
    assert_eq!(Mount::of("", Path::new("/srv")), None);
}

#[test]
fn of_two_wears_the_greater_counts_and_what_is_not_defined_is_not_known() {
    assert_eq!(life_percent("0x01 0x02"), Some(20));
    assert_eq!(life_percent("0x0b 0x00"), Some(110));
    assert_eq!(life_percent("0x00 0x00"), None);
    assert_eq!(life_percent("0xff 0x0c"), None);
    assert_eq!(life_percent("0x02 0x0c"), Some(20));
    assert_eq!(pre_eol("0x03"), Some(3));
    assert_eq!(pre_eol("0x00"), None);
    assert_eq!(error_stats("write_errs 2\nread_errs 3\n"), Some(5));
    assert_eq!(error_stats("no stats\n"), None);
}

proptest! {
    #[test]
    fn any_text_is_read_as_something_or_nothing(text in ".{0,200}", folder in "/[a-z/ ]{0,20}") {
        let _read = Mount::of(&text, Path::new(&folder));
        let _read = (life_percent(&text), pre_eol(&text), error_stats(&text));
        // What has nothing to put back stays as it is.
        let plain = text.replace('\\', "/");
        prop_assert_eq!(unescaped(&plain), plain);
    }

    #[test]
    fn what_the_kernel_escapes_is_put_back(text in "[a-z \t\\\\]{0,40}") {
        let written = text
            .replace('\\', "\\134")
            .replace(' ', "\\040")
            .replace('\t', "\\011");
        prop_assert_eq!(unescaped(&written), text);
    }
}
