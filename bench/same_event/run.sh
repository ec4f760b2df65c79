#!/usr/bin/env bash
# How well reports of one event are put together, on ECB+ topics 1 to 35 and on MEANTIME. The corpora are not part of this
# repository: they stand beside it, in ../shared/corpora/same_event.
# usage: [DETENTE_SAME=DIR] [DETENTE=PROGRAM] bench/same_event/run.sh [WORKDIR]
set -euo pipefail
cd "$(dirname "$0")/../.."

corpus=${DETENTE_SAME:-../shared/corpora/same_event}
if [ ! -d "$corpus" ]; then
  echo "skipped: no $corpus"
  exit 0
fi
if [ $# -gt 0 ]; then work=$1; mkdir -p "$work"; else work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; fi
target=${CARGO_TARGET_DIR:-target}
if [ -z "${DETENTE:-}" ]; then
  cargo build --quiet --release -p detente-cli
  DETENTE=$target/release/detente
fi
cargo build --quiet --release -p detente --example same_event
for archive in "$corpus"/*.tar.xz; do
  name=$(basename "$archive" .tar.xz)
  mkdir -p "$work/$name"
  tar xJf "$archive" -C "$work/$name"
  python3 bench/same_event/prepare.py "$work/$name" "$work/$name"
  "$DETENTE" code --from jsonl --to jsonl "$work/$name/articles.jsonl" > "$work/$name/reports.jsonl" 2> "$work/$name/notes" || true
  "$target/release/examples/same_event" < "$work/$name/reports.jsonl" > "$work/$name/events.jsonl"
  echo "== $name"
  python3 bench/same_event/score.py "$work/$name" "$work/$name/reports.jsonl" "$work/$name/events.jsonl"
done
