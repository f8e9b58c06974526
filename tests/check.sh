#!/bin/sh
# Everything that must hold before a commit: format, lints, tests, docs, every scenario through the binary.
set -eu
cd "$(dirname "$0")/.."
cargo fmt --all -- --check
cargo clippy --all-targets --quiet -- -D warnings
cargo test --quiet
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for plan in scenarios/*.yaml; do
    echo "$plan"
    cargo run --quiet -- validate "$plan" 2> "$results/talk" || { cat "$results/talk"; exit 1; }
    cargo run --quiet -- schedule "$plan" --out "$results" > "$results/text" 2> "$results/talk"
    cargo run --quiet -- simulate "$plan" --iterations 500 --out "$results" > "$results/text" 2> "$results/talk"
    cargo run --quiet -- report "$plan" --iterations 500 --out "$results" 2> "$results/talk"
    cargo run --quiet -- trace "$plan" --iterations 500 --quantile 0.8 > "$results/text" 2> "$results/talk"
done
echo "all checks passed"
