//! Thousands of schedules, and the proof that they would notice.
//!
//! `LIFEOS_SIM_SEED=n` replays one schedule; `LIFEOS_SIM_COUNT=n` runs that many, 250 unless told.
//! `provisioning/setup test`, and so CI, runs 10,000; `just sim-long` 100,000.

use std::fmt::Write as _;

use lifeos_replica::Sabotage;
use lifeos_testkit::{Plan, simulate};

const STEPS: usize = 120;

/// A number from the environment; empty is as good as absent.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(
        text.parse()
            .expect("LIFEOS_SIM_SEED and LIFEOS_SIM_COUNT are numbers"),
    )
}

fn count() -> u64 {
    number("LIFEOS_SIM_COUNT").unwrap_or(250)
}

fn run(seed: u64, sabotage: Sabotage) -> Result<lifeos_testkit::Summary, lifeos_testkit::Failure> {
    simulate(&Plan {
        seed,
        steps: STEPS,
        sabotage,
    })
}

/// Schedules are spread over tests, so that they run side by side.
fn honest(part: u64) {
    if let Some(seed) = number("LIFEOS_SIM_SEED") {
        if part == 0 {
            let outcome = run(seed, Sabotage::default());
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        return;
    }
    let mut failures = String::new();
    let (mut acknowledged, mut crashes, mut shared, mut removed) = (0, 0, 0, 0);
    for seed in (0..count()).filter(|seed| seed % 4 == part) {
        match run(seed, Sabotage::default()) {
            Ok(summary) => {
                acknowledged += summary.acknowledged;
                crashes += summary.crashes;
                shared += usize::from(summary.people > 1);
                removed += summary.removed;
            }
            Err(failure) => {
                writeln!(
                    failures,
                    "LIFEOS_SIM_SEED={}: {}",
                    failure.seed, failure.what
                )
                .expect("writing to a String cannot fail");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(
        acknowledged > 0 && crashes > 0 && shared > 0 && removed > 0,
        "the schedules did something"
    );
}

#[test]
fn everything_acknowledged_is_everywhere_once_1_of_4() {
    honest(0);
}

#[test]
fn everything_acknowledged_is_everywhere_once_2_of_4() {
    honest(1);
}

#[test]
fn everything_acknowledged_is_everywhere_once_3_of_4() {
    honest(2);
}

#[test]
fn everything_acknowledged_is_everywhere_once_4_of_4() {
    honest(3);
}

/// A broken rule must be noticed within a hundred schedules.
fn must_be_noticed(sabotage: Sabotage) {
    let noticed = (0..100).any(|seed| run(seed, sabotage).is_err());
    assert!(noticed, "no schedule noticed {sabotage:?}");
}

#[test]
fn pushing_before_durable_is_noticed() {
    must_be_noticed(Sabotage {
        push_before_durable: true,
        ..Sabotage::default()
    });
}

#[test]
fn folding_beyond_a_head_is_noticed() {
    must_be_noticed(Sabotage {
        fold_beyond_head: true,
        ..Sabotage::default()
    });
}

#[test]
fn ignoring_a_cut_is_noticed() {
    must_be_noticed(Sabotage {
        ignore_cuts: true,
        ..Sabotage::default()
    });
}

#[test]
fn dropping_what_does_not_open_is_noticed() {
    must_be_noticed(Sabotage {
        drop_unopenable: true,
        ..Sabotage::default()
    });
}
