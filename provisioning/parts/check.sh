# What must pass. Every check runs, whatever failed before it; the results of the tests stand last.
# Sourced by `provisioning/setup`.

failed=()

everything=(
    "fmt|formatting (cargo fmt)"
    "typos|spelling (typos)"
    "shell|scripts (shellcheck)"
    "machete|unused dependencies (cargo machete)"
    "deny|licences, bans, sources, advisories"
    "wasm|the browser's core (WebAssembly)"
    "web_lint|web: formatting and lints (biome)"
    "web_types|web: types (tsc)"
    "vitest|web: tests (Vitest)"
    "web_build|web: build"
    "size|web: sizes (size-limit)"
    "clippy|lints (clippy, warnings refused)"
    "nextest|tests (nextest), 10,000 simulated schedules among them"
    "doc|documentation and its examples (rustdoc)"
)
end_to_end=(
    "e2e|end to end (Playwright, Chromium)"
)
quick=(
    "fmt|formatting (cargo fmt)"
    "typos|spelling (typos)"
    "shell|scripts (shellcheck)"
    "machete|unused dependencies (cargo machete)"
    "deny|licences, bans, sources, advisories"
    "clippy|lints (clippy, warnings refused)"
    "nextest|tests (nextest)"
    "web_types|web: types (tsc)"
    "vitest|web: tests (Vitest)"
)

test_everything() {
    local crashes=25 schedules=10000
    local things=(compiler python shellcheck browser postgresql fuse rust node wasm_opt just typos nextest deny machete node_modules)
    local checks=("${everything[@]}")
    need_room 8 debug wasm32-unknown-unknown
    [ ! -f tests/e2e/package.json ] || checks+=("${end_to_end[@]}")
    count_steps $((${#things[@]} + ${#checks[@]}))
    bring_all "${things[@]}"
    check_all "${checks[@]}"
    report vitest e2e nextest
}

# The page's types include those of the browser's core, so that is built once here too.
test_quick() {
    local things=(compiler python shellcheck postgresql fuse rust node typos nextest deny machete node_modules)
    [ -s "$wasm_folder/lifeos.d.ts" ] || things+=(wasm_opt wasm)
    count_steps $((${#things[@]} + ${#quick[@]}))
    bring_all "${things[@]}"
    check_all "${quick[@]}"
    report vitest nextest
}

# check_all "NAME|TITLE"…: runs each check_NAME as a step, and remembers which failed.
check_all() {
    local each name
    rm -f "$logs"/check-*.log
    for each in "$@"; do
        name=${each%%|*}
        step "${each#*|}" "check-$name" "check_$name"
        [ "$step_code" -ne 0 ] || continue
        failed+=("$name")
        show_log "check-$name"
    done
}

# report NAME…: the closing lines of each run of tests, and how it all ended.
report() {
    local name
    printf '\n'
    if grep -qs '^advisories: not checked' "$logs/check-deny.log"; then
        grep '^advisories: not checked' "$logs/check-deny.log"
    fi
    if [ -n "${LIFEOS_WITHOUT_FUSE:-}" ]; then printf 'power cuts: not tested, there is no FUSE here\n'; fi
    if [ ! -f tests/e2e/package.json ]; then printf 'end to end: none, there is no tests/e2e\n'; fi
    if [ ${#failed[@]} -gt 0 ]; then
        printf 'FAILED: %s (logs in %s)\n' "${failed[*]}" "$logs"
    else
        printf 'all passed, after %d s\n' "$SECONDS"
    fi
    for name in "$@"; do
        [ -f "$logs/check-$name.log" ] || continue
        printf '\n%s\n' "$name"
        # shellcheck disable=SC2016 # the dollar is sed's
        case $name in
            vitest) results '/^ *(Test Files|Tests) /p' ;;
            e2e) results '/^ *[0-9]+ (passed|failed|flaky|skipped|did not run)/p' ;;
            nextest) results '/^ *Summary \[/,$p' ;;
        esac
    done
    [ ${#failed[@]} -eq 0 ]
}

# results SED: what a run of tests said in the end, as it said it.
results() {
    local said
    said=$(sed 's/\x1b\[[0-9;]*[A-Za-z]//g' "$logs/check-$name.log" | sed -nE "$1")
    printf '%s\n' "${said:-    no result}"
}

check_fmt() { cargo fmt --all --check; }
check_typos() { typos; }
check_shell() {
    shopt -s nullglob
    shellcheck --shell=bash provisioning/setup provisioning/*.sh provisioning/parts/*.sh .ci/run
}
check_machete() { cargo machete --with-metadata; }

# Advisories live in a repository of their own. Where it cannot be had the rest is still judged,
# and the report says so.
check_deny() {
    cargo deny --all-features --locked --log-level error check --hide-inclusion-graph bans licenses sources
    if timeout 120 cargo deny fetch db; then
        cargo deny --all-features --locked --log-level error check --disable-fetch advisories
    else
        echo "advisories: not checked, since their database cannot be reached from here"
    fi
}

check_wasm() { bring_wasm; }
check_web_lint() { npm run --prefix appliance/web lint; }
check_web_types() { npm run --prefix appliance/web check; }
check_vitest() { npm test --prefix appliance/web; }
check_web_build() { bring_web; }
check_size() { npm run --prefix appliance/web size; }
check_clippy() {
    cargo clippy --locked --keep-going --workspace --all-targets --all-features -- -D warnings
    cargo clippy --locked --package lifeos-wasm --target wasm32-unknown-unknown -- -D warnings
}
# The whole run has time for more crashes and schedules than the tests’ own numbers; `just crash` and
# `just sim-long` for many more.
check_nextest() {
    LIFEOS_CRASH_COUNT=${LIFEOS_CRASH_COUNT:-${crashes:-}} \
        LIFEOS_SIM_COUNT=${LIFEOS_SIM_COUNT:-${schedules:-}} \
        cargo nextest run --locked --workspace --all-features --profile ci
}
check_doc() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --all-features --no-deps
    cargo test --locked --workspace --all-features --doc
}
# The binary that the tests are built with has the web app inside as well, since that was built
# before; the one to be shipped would take as long again. `just e2e` takes that one.
check_e2e() { run_e2e "$target/debug/lifeos" --reporter=list; }

# run_e2e BINARY [ARGS]
run_e2e() {
    local binary=$1
    shift
    [ -f tests/e2e/package.json ] || fail "there is no tests/e2e"
    have_npm_packages tests/e2e || bring_npm_packages tests/e2e
    (
        cd tests/e2e || exit
        LIFEOS_BINARY=$binary LIFEOS_CHROMIUM=$(command -v chromium) \
            npx --no-install playwright test "$@"
    )
}

# The core journey in browsers that Playwright does not drive; pictures of it are in target/pictures.
run_browsers() {
    LIFEOS_FIREFOX=$(command -v firefox-esr) LIFEOS_GECKODRIVER=$(command -v geckodriver) \
        run_e2e "$target/release/lifeos" -c playwright.other.config.ts "$@"
}

run_bench() {
    [ -f tests/bench/Cargo.toml ] || fail "there is no tests/bench"
    LIFEOS_BINARY=$target/release/lifeos LIFEOS_CHROMIUM=$(command -v chromium) \
        cargo run --locked --release --package lifeos-bench -- "$@"
}

run_simulation() {
    LIFEOS_SIM_SEED=${1:-} cargo nextest run --locked --all-features --package lifeos-testkit
}

# Thousands of schedules, by a build that is fast enough for them.
run_schedules() {
    LIFEOS_SIM_COUNT=$1 cargo nextest run --locked --release --profile long --all-features \
        --package lifeos-testkit --test simulation everything
}

run_crashes() {
    LIFEOS_CRASH_COUNT=$1 cargo nextest run --locked --profile long --all-features \
        --package lifeos --package lifeos-replica-native \
        --filterset 'binary(crash) | test(power::)'
    printf 'what was done is told in %s\n' "$target/crash"
}

# The lines of each crate that the Rust tests reach; fails below the share that is promised.
run_coverage() {
    CARGO_PROFILE_DEV_DEBUG=none cargo llvm-cov nextest --locked --workspace --all-features \
        --profile long --no-report "$@"
    cargo llvm-cov report --json --summary-only --output-path "$target/coverage.json"
    node provisioning/coverage.mjs "$target/coverage.json"
}

# What is left in mutants.out says which break nobody noticed.
run_mutants() {
    local package=$1
    shift
    cargo mutants --package "$package" --test-package "$package" --all-features \
        --test-tool nextest --baseline run --output "$target/mutants/$package" "$@"
}

run_fuzz() {
    local wanted=${1:-} each
    [ -f fuzz/Cargo.toml ] || fail "there is no fuzz folder"
    for each in $(cd fuzz && cargo +nightly fuzz list); do
        [ -z "$wanted" ] || [ "$wanted" = "$each" ] || continue
        printf '\n%s\n' "$each"
        mkdir -p "fuzz/corpus/$each"
        cargo +nightly fuzz run "$each" "fuzz/corpus/$each" "fuzz/seeds/$each" -- -max_total_time="${2:-60}"
    done
}
