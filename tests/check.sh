#!/bin/sh
# Everything that must hold before a commit: format, lints, tests, docs, every scenario through the binary.
set -eu
cd "$(dirname "$0")/.."
cargo fmt --all -- --check
cargo clippy --all-targets --quiet -- -D warnings
cargo test --quiet
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
echo "all checks passed"
