biome := ".ci/node_modules/.bin/biome"

# List the commands
default:
    @just --list

# Serve invented diaries with a detailed log; they are deleted when it stops
dev:
    RUST_LOG=${RUST_LOG:-info,movies_diary=debug} cargo run -- demo

# Serve the diary in data/
serve:
    cargo run

# Run the tests on SQLite; arguments go to `cargo test`
test *ARGS:
    cargo test {{ ARGS }}

# Measure what each page costs; `just bench --help` lists the options
bench *ARGS:
    @command -v oha >/dev/null || cargo install oha --locked
    cargo build --profile bench-run --bin movies-diary --example bench --example baseline
    "${CARGO_TARGET_DIR:-target}/bench-run/examples/bench" {{ ARGS }}

# Measure overload and a PostgreSQL outage
overload *ARGS:
    @command -v oha >/dev/null || cargo install oha --locked
    cargo build --profile bench-run --bin movies-diary --example bench
    "${CARGO_TARGET_DIR:-target}/bench-run/examples/bench" --overload {{ ARGS }}

# Make 20 backups under load, and restore each
backups:
    BACKUP_ROUNDS=20 cargo test --test it backups_under_load

# Check that clients that read nothing are closed after 30 seconds
slow-readers:
    cargo test --test it slow_readers -- --include-ignored

# Make the starter catalog anew, from the list that app/catalog_data/starter.py writes
starter-catalog LIST:
    cargo run --example starter_catalog -- {{ LIST }} app/catalog_data/starter.sqlite.zst

# Measure the local catalog with 700,000 made-up films
catalog-bench *ARGS:
    cargo run --profile bench-run --example catalog_bench -- {{ ARGS }}

# Measure imports of 3,000 and 50,000 rows
import-bench *ARGS: (transfer-bench "import" ARGS)

# Measure exports of 100,000 reviews
export-bench *ARGS: (transfer-bench "export" ARGS)

[private]
transfer-bench WHAT *ARGS:
    cargo build --profile bench-run --bin movies-diary --example transfer_bench
    "${CARGO_TARGET_DIR:-target}/bench-run/examples/transfer_bench" {{ WHAT }} {{ ARGS }}

# Fuzz the API, based on its OpenAPI document; needs PyPI
api-fuzz *ARGS:
    cargo build
    python3 -m venv target/fuzz
    target/fuzz/bin/pip install --quiet -r .ci/requirements.txt
    target/fuzz/bin/python .ci/api_fuzz/run.py "${CARGO_TARGET_DIR:-target}/debug/movies-diary" {{ ARGS }}

# Read 100,000 files that nobody wrote, of each kind, as imports
import-fuzz:
    PROPTEST_CASES=100000 cargo test --test it import_readers::properties

# Run Lighthouse on pages of the demo as a slow phone; needs npm and Chromium
lighthouse *ARGS:
    cargo build --profile bench-run --bin movies-diary
    mkdir -p target/lighthouse
    cp .ci/lighthouse/package.json .ci/lighthouse/package-lock.json target/lighthouse/
    npm ci --prefix target/lighthouse --ignore-scripts --no-audit --no-fund --loglevel error
    python3 .ci/lighthouse/run.py "${CARGO_TARGET_DIR:-target}/bench-run/movies-diary" target/lighthouse {{ ARGS }}

# Take the screenshots of the README and the manifest; needs Chromium
shots *ARGS:
    cargo build --bin movies-diary
    python3 .ci/shots/take.py "${CARGO_TARGET_DIR:-target}/debug/movies-diary" {{ ARGS }}

[private]
npm-tools:
    @[ -x {{ biome }} ] || npm ci --prefix .ci --no-audit --no-fund

# Format, and apply the fixes that clippy and biome suggest
fix: npm-tools
    cargo fmt
    {{ biome }} check --write
    cargo clippy --all-targets --fix --allow-dirty --allow-staged

# Check format, lints, names, documentation and licences, without running the tests; needs npm
check: npm-tools
    cargo fmt --check
    python3 .ci/names.py
    {{ biome }} ci --error-on-warnings
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
    cargo deny check licenses bans sources

# Run the whole gate, as on a fresh machine
ci:
    bash .ci/run
