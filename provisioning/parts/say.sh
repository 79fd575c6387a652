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

# need_room GIGABYTES FOLDER…: fails while nothing is begun, where the disk has no room for what is
# built into these folders of the target; what is in them already counts.
need_room() {
    local wanted=$1 folder there=0 free
    shift
    for folder in "$@"; do
        [ ! -d "$target/$folder" ] || there=$((there + $(kilobytes "$target/$folder")))
    done
    # A disk that does not say how much is free is not spoken for.
    free=$(df -Pk "$target" 2>/dev/null | awk 'NR == 2 { print $4 }') || return 0
    [ -n "$free" ] || return 0
    [ $(((there + free) / 1000000)) -ge "$wanted" ] ||
        fail "Building takes about $wanted GB. Of that $((there / 1000000)) GB are built, and $((free / 1000000)) GB are free for $target. Make room, or name a folder elsewhere by CARGO_TARGET_DIR."
}

# kilobytes FOLDER: what it takes, as far as it can be read.
kilobytes() {
    { du -sk "$1" 2>/dev/null || true; } | awk '{ sum = $1 } END { print sum + 0 }'
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
