#!/usr/bin/env bash
# How often the program is right about which sentences state a cause, on the fifth of the Causal News Corpus that is set
# apart. The corpus is not part of this repository: it stands beside it, in ../shared/corpora/links.
# usage: [DETENTE_CAUSES=DIR] bench/links/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

corpus=${DETENTE_CAUSES:-../shared/corpora/links}
if [ ! -f "$corpus/causal_news_v2_train.csv" ]; then
  echo "skipped: no $corpus"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --quiet --release -p detente --example causes
python3 training/links/sentences.py "$corpus" "$work/learn.jsonl" "$work/apart.jsonl"
"${CARGO_TARGET_DIR:-target}/release/examples/causes" models/en/syntax.bin lexicon models/en/causes.bin \
  < "$work/apart.jsonl" > "$work/said.jsonl"
python3 bench/links/score.py "$work/apart.jsonl" "$work/said.jsonl"
