//! The set-up script's own promises: a step that fails is seen to fail, and says what it said.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot run a shell has failed"
)]

use std::path::Path;
use std::process::{Command, Output};

/// Runs shell code with the script's progress part sourced, as the script itself does.
fn with_steps(code: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("steps");
    let prelude = "set -euo pipefail; root=$PWD; . provisioning/parts/say.sh; step_count=1;";
    Command::new("bash")
        .args(["-c", &format!("{prelude} {code}")])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(root)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_command_that_fails_in_the_middle_fails_its_step() {
    let output = with_steps(
        "middle() { echo before; false; echo after; };
         step 'a step' middle middle; echo code=$step_code; show_log middle",
    );
    let said = said(&output);
    assert!(said.contains("FAILED"), "{said}");
    assert!(said.contains("code=1"), "{said}");
    assert!(said.contains("| before"), "{said}");
    assert!(!said.contains("| after"), "{said}");
}

#[test]
fn a_step_has_no_standard_input_and_says_that_it_is_done() {
    let output = with_steps("empty() { ! read -r; }; step 'a step' empty empty; exit $step_code");
    assert!(output.status.success(), "{output:?}");
    assert!(said(&output).contains("done"), "{output:?}");
}

#[test]
fn versions_are_compared_as_versions() {
    let output = Command::new("bash")
        .args([
            "-c",
            "set -eu; eval \"$(sed -n '/^at_least()/,/^}/p' provisioning/parts/bring.sh)\";
             at_least 20.19.0 20.19.0; at_least 20.19.0 20.20.2; at_least 20.19.0 24.1.0;
             for old in 18.20.4 20.9.0 ''; do if at_least 20.19.0 \"$old\"; then exit 1; fi; done",
        ])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_results_of_the_tests_stand_last_and_a_failure_is_told() {
    let run = |failed: &str| {
        with_steps(&format!(
            "wasm_folder=none; . provisioning/parts/check.sh;
             printf 'x\\n\\033[1m Tests \\033[0m 3 passed (3)\\n' >$logs/check-vitest.log;
             printf 'PASS a\\n     Summary [ 0.1s] 7 tests run: 7 passed\\n' >$logs/check-nextest.log;
             printf 'advisories: not checked\\n' >$logs/check-deny.log;
             failed=({failed}); report vitest nextest"
        ))
    };
    let passed = run("");
    let words = said(&passed);
    assert!(passed.status.success(), "{passed:?}");
    assert!(words.contains("all passed"), "{words}");
    assert!(words.contains("advisories: not checked"), "{words}");
    assert!(words.contains("Tests  3 passed (3)"), "{words}");
    assert!(
        words.ends_with("Summary [ 0.1s] 7 tests run: 7 passed\n"),
        "{words}"
    );

    let refused = run("fmt");
    assert!(!refused.status.success(), "{refused:?}");
    assert!(said(&refused).contains("FAILED: fmt"), "{refused:?}");
}
