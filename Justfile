biome := ".ci/node_modules/.bin/biome"

# List what there is
default:
    @just --list

# Serve invented diaries, with more in the log; nothing of them stays
dev:
    RUST_LOG=${RUST_LOG:-info,movies_diary=debug} cargo run -- demo

# Serve what is in data/
serve:
    cargo run

# Run the tests on SQLite; arguments go to the test binary
test *ARGS:
    cargo test {{ ARGS }}

# Measure what pages cost; `just bench --help` says what can be chosen
bench *ARGS:
    @command -v oha >/dev/null || cargo install oha --locked
    cargo build --profile bench-run --bin movies-diary --example bench --example baseline
    "${CARGO_TARGET_DIR:-target}/bench-run/examples/bench" {{ ARGS }}

# Measure what becomes of it when too many come, and when PostgreSQL goes away
overload *ARGS:
    @command -v oha >/dev/null || cargo install oha --locked
    cargo build --profile bench-run --bin movies-diary --example bench
    "${CARGO_TARGET_DIR:-target}/bench-run/examples/bench" --overload {{ ARGS }}

# Ask the API everything its document allows, and much that it does not; needs PyPI
api-fuzz *ARGS:
    cargo build
    python3 -m venv target/fuzz
    target/fuzz/bin/pip install --quiet -r .ci/requirements.txt
    target/fuzz/bin/python .ci/api_fuzz/run.py "${CARGO_TARGET_DIR:-target}/debug/movies-diary" {{ ARGS }}

# Have Lighthouse load pages of the demo as a slow phone does; needs npm and Chromium
lighthouse *ARGS:
    cargo build --profile bench-run --bin movies-diary
    mkdir -p target/lighthouse
    cp .ci/lighthouse/package.json .ci/lighthouse/package-lock.json target/lighthouse/
    npm ci --prefix target/lighthouse --ignore-scripts --no-audit --no-fund --loglevel error
    python3 .ci/lighthouse/run.py "${CARGO_TARGET_DIR:-target}/bench-run/movies-diary" target/lighthouse {{ ARGS }}

# Take the pictures that README and the manifest show, of the demo, with Chromium
shots *ARGS:
    cargo build --bin movies-diary
    python3 .ci/shots/take.py "${CARGO_TARGET_DIR:-target}/debug/movies-diary" {{ ARGS }}

[private]
npm-tools:
    @[ -x {{ biome }} ] || npm ci --prefix .ci --no-audit --no-fund

# Format and apply what clippy and biome can mend by themselves
fix: npm-tools
    cargo fmt
    {{ biome }} check --write
    cargo clippy --all-targets --fix --allow-dirty --allow-staged

# Format, lints, documentation, licences: everything but the tests; needs npm
check: npm-tools
    cargo fmt --check
    {{ biome }} ci --error-on-warnings
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
    cargo deny check licenses bans sources

# The whole gate, as a fresh machine runs it
ci:
    bash .ci/run
