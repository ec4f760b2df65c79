#!/bin/sh
# How well copies of articles are found on the way in, beside an exact reckoning over all pairs.
# usage: bench/copies/run.sh ARTICLES.jsonl     JSON lines with id, title, published, text, in the order of their coming
set -eu
[ $# -eq 1 ] || { echo "usage: bench/copies/run.sh ARTICLES.jsonl" >&2; exit 2; }
file=$(realpath "$1")
cd "$(dirname "$0")/../.."
cargo build --release -q -p detente-intake --example copies
copies=${CARGO_TARGET_DIR:-target}/release/examples/copies
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "== as they are"
"$copies" "$file" exact 2>&1 > "$work/pairs" | grep -v "^missed"
echo "== with 1,500 variants of known kinds"
python3 bench/copies/variants.py "$file" > "$work/variants.jsonl"
"$copies" "$work/variants.jsonl" exact 2>&1 > "$work/pairs" | grep -v "^missed"
