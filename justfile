# The menu. Each line is thin: the work is in `provisioning/`, and what is missing is brought.

setup := "provisioning/setup"

# What there is to choose from.
[private]
default:
    @just --list --unsorted

# Build what changed and run the server on http://localhost:8420.
up *ARGS:
    {{ setup }} run {{ ARGS }}

# The same with a made-up household of a year, to look around in; nothing of it stays.
demo *ARGS:
    {{ setup }} demo {{ ARGS }}

# Everything that must pass before a change lands, from formatting to browsers.
test:
    {{ setup }} test

# The quick part of it: formatting, lints, rules of the house, unit tests.
check:
    {{ setup }} test quick

# Ratios against bare baselines; writes target/bench/spine.json.
bench *ARGS:
    {{ setup }} bench {{ ARGS }}

# Real browsers against the release binary.
e2e *ARGS:
    {{ setup }} e2e {{ ARGS }}

# The core journey in Firefox and WebKit; CI has no time for it.
browsers *ARGS:
    {{ setup }} browsers {{ ARGS }}

# Replicas over a bad network with crashing disks; a failure prints its seed: `just sim 42`.
sim SEED="":
    {{ setup }} sim {{ SEED }}

# The same, 100,000 schedules of it: the best part of an hour.
sim-long COUNT="100000":
    {{ setup }} sim-long {{ COUNT }}

# End the server and a device at so many instants, by SIGKILL and by a disk that loses its power.
crash COUNT="300":
    {{ setup }} crash {{ COUNT }}

# Fuzz one target for so many seconds (nightly Rust): `just fuzz envelope 600`.
fuzz TARGET="" SECONDS="60":
    {{ setup }} fuzz {{ TARGET }} {{ SECONDS }}

# The lines of each crate that the tests of Rust reach.
coverage *ARGS:
    {{ setup }} coverage {{ ARGS }}

# Which breaks of a crate its tests do not notice: `just mutants lifeos-kernel`.
mutants CRATE *ARGS:
    {{ setup }} mutants {{ CRATE }} {{ ARGS }}

# A new area of life: one folder and one row in `life`.
new-domain NAME:
    provisioning/new-domain.sh {{ NAME }}

# The browser's core and the web app, without the binary.
web:
    {{ setup }} web

# Write Rust in the house style.
fmt:
    cargo fmt --all

# Licences, bans, sources and, where the database can be had, advisories.
deny:
    {{ setup }} deny

# Dependencies that nothing uses, words that are no words, scripts that are careless.
tidy:
    {{ setup }} tidy
