# What is built outside cargo's own knowledge, each with a stamp of what it was built from, so that
# nothing is built twice. Sourced by `provisioning/setup`.

wasm_folder=appliance/web/core/wasm
wasm_stamp=$target/stamps/wasm
web_stamp=$target/stamps/web
mkdir -p "$target/stamps"

title_wasm() { echo "the browser's core, and what reads files without keys (WebAssembly)"; }
bring_wasm() {
    # One after the other: neither gets what only the other asks of a crate that both link.
    cargo build --locked --profile wasm --target wasm32-unknown-unknown --package lifeos-wasm
    cargo build --locked --profile wasm --target wasm32-unknown-unknown --package lifeos-wasm-exchange
    cargo build --locked --package lifeos-wasm-bundle
    local built=$target/wasm32-unknown-unknown/wasm fresh=$target/wasm-bundle now
    now=$(hash_of "$built/lifeos_wasm.wasm" "$built/lifeos_wasm_exchange.wasm" "$target/debug/lifeos-wasm-bundle" provisioning/node-tools/package-lock.json provisioning/parts/build.sh)
    if [ "$(cat "$wasm_stamp" 2>/dev/null)" = "$now" ] && [ -s "$wasm_folder/lifeos_bg.wasm" ] && [ -s "$wasm_folder/exchange_bg.wasm" ]; then
        return
    fi
    rm -rf "$fresh"
    bundle_wasm "$built/lifeos_wasm.wasm" "$fresh" lifeos
    bundle_wasm "$built/lifeos_wasm_exchange.wasm" "$fresh" exchange
    mkdir -p "$wasm_folder"
    find "$wasm_folder" -mindepth 1 -delete
    cp -r "$fresh/." "$wasm_folder"
    echo "$now" >"$wasm_stamp"
}

# bundle_wasm BUILT FOLDER NAME: the JavaScript around a module, and the module in its small form.
# What is to be quick the compiler has made so; here it is about what travels.
bundle_wasm() {
    "$target/debug/lifeos-wasm-bundle" "$1" "$2" "$3"
    "$wasm_opt" -Os --enable-bulk-memory --enable-mutable-globals --enable-multivalue \
        --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext --enable-simd \
        -o "$2/small.wasm" "$2/$3_bg.wasm"
    mv "$2/small.wasm" "$2/$3_bg.wasm"
}

# What `just bench` has a worker do, built exactly as the browser's core is.
title_bench_wasm() { echo "what the bench measures in WebAssembly"; }
bring_bench_wasm() {
    cargo build --locked --profile wasm --target wasm32-unknown-unknown --package lifeos-bench --lib
    cargo build --locked --package lifeos-wasm-bundle
    rm -rf "$target/bench/wasm"
    bundle_wasm "$target/wasm32-unknown-unknown/wasm/lifeos_bench.wasm" "$target/bench/wasm" lifeos
}

# Everything that the web app is built from.
web_sources() {
    find appliance/web crates/domains/*/ui docs/guides CHANGELOG.md -type f \
        -not -path '*/node_modules/*' -not -path 'appliance/web/dist/*' \
        -not -path '*/test-results/*' -print0 2>/dev/null |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

title_web() { echo "the web app"; }
have_web() { [ -s appliance/web/dist/index.html ] && [ "$(cat "$web_stamp" 2>/dev/null)" = "$(web_sources)" ]; }
bring_web() {
    npm run --prefix appliance/web build
    web_sources >"$web_stamp"
}

title_binary() { echo "the binary, with the web app inside"; }
bring_binary() { cargo build --locked --release --package lifeos; }
