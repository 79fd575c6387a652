# Progress: one line a step, with its number and time; the step's own words go into a log, which is
# shown when it fails. Sourced by `provisioning/setup`.

target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac
logs=$target/setup-logs
mkdir -p "$logs"

step_number=0
step_count=0
step_code=0
running=""
trap 'stop_running; exit 130' INT TERM

stop_running() {
    [ -z "$running" ] || kill -TERM -- "-$running" 2>/dev/null || true
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# need_room GIGABYTES: fails while nothing is begun, where the disk has no room for what is built.
need_room() {
    local there free
    there=$(du -sk "$target" | cut -f 1)
    free=$(df -Pk "$target" | awk 'NR == 2 { print $4 }')
    [ $(((there + free) / 1000000)) -ge "$1" ] ||
        fail "Building takes about $1 GB, and there are $((free / 1000000)) GB free for $target. Make room, or name a folder elsewhere by CARGO_TARGET_DIR."
}

# step TITLE LOG COMMAND…: runs the command with no standard input and leaves its exit code in
# `step_code`. Call it as a plain command: below `if`, `&&` or `||` the shell ignores `set -e` in all
# that is called, and a command that fails in the middle would pass.
step() {
    local title=$1 log=$logs/$2.log began=$SECONDS next_word=30 code=0 last
    shift 2
    step_number=$((step_number + 1))
    printf '[%2d/%2d] %-44s ' "$step_number" "$step_count" "$title"
    set -m
    (
        set -euo pipefail
        "$@"
    ) >"$log" 2>&1 </dev/null &
    running=$!
    set +m
    while kill -0 "$running" 2>/dev/null; do
        sleep 0.2
        if [ $((SECONDS - began)) -ge "$next_word" ]; then
            last=$(tail -n 1 "$log" | tr -d '\r' | cut -c1-70)
            printf '\n        %4d s  %s' "$((SECONDS - began))" "$last"
            next_word=$((next_word + 30))
        fi
    done
    wait "$running" || code=$?
    running=""
    [ "$next_word" -eq 30 ] || printf '\n%53s' ''
    if [ "$code" -eq 0 ]; then
        printf 'done %5d s\n' "$((SECONDS - began))"
    else
        printf 'FAILED %3d s\n' "$((SECONDS - began))"
    fi
    # shellcheck disable=SC2034 # for the caller
    step_code=$code
}

# count_steps N: how many there will be, where more follow than the caller brings at once.
count_steps() { step_count=$1; }

step_there() {
    step_number=$((step_number + 1))
    printf '[%2d/%2d] %-44s there\n' "$step_number" "$step_count" "$1"
}

# show_log NAME [LINES]: the end of a step's log, indented.
show_log() {
    printf '\n    the end of %s:\n' "$logs/$1.log"
    tail -n "${2:-60}" "$logs/$1.log" | sed 's/^/    | /'
}

say_total() {
    printf 'ready after %d s\n' "$SECONDS"
}
