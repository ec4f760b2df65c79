#!/usr/bin/env bash
# How long the lexicon takes to load, part by part, in milliseconds: its tables and patterns, its date phrases, and the
# scan that is made from them. usage: bench/load.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --release -p detente --example load
"${CARGO_TARGET_DIR:-target}/release/examples/load" models/en/syntax.bin lexicon "${1:-40}"
