#!/bin/sh
# Draws the pictures of the README again: sh docs/pictures.sh
set -eu
cd "$(dirname "$0")/.."
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT
cargo run --release --quiet -- report scenarios/proto-refactor.yaml --format png --scale 1 --out "$drawn"
for name in finish timeline network; do
    cp "$drawn/$name.png" "docs/$name.png"
done
