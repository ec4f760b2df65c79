#!/usr/bin/env bash
# How long some 1,000 articles take: the examples, 167 times over, on one thread and on all. Prints the seconds, and
# checks that both outputs are the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --release
program=${CARGO_TARGET_DIR:-target}/release/detente
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/articles"
for file in examples/*.txt; do
  for n in $(seq 167); do cp "$file" "$work/articles/$(basename "$file" .txt)-$n.txt"; done
done
count=$(ls "$work/articles" | wc -l)
bytes=$(cat "$work"/articles/*.txt | wc -c)
for jobs in 1 "$(nproc)"; do
  start=$(date +%s.%N)
  "$program" code "$work/articles" --to jsonl --jobs "$jobs" > "$work/out-$jobs.jsonl"
  awk -v s="$start" -v e="$(date +%s.%N)" -v j="$jobs" -v b="$bytes" -v n="$count" \
    'BEGIN { t = e - s; printf "%d articles, %d threads: %.1f s, %.0f articles/s, %.2f MB/s\n", n, j, t, n / t, b / t / 1e6 }'
done
cmp "$work/out-1.jsonl" "$work/out-$(nproc).jsonl" && echo "same bytes for any number of threads"
