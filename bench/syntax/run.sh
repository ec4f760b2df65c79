#!/usr/bin/env bash
# Scores the syntax model after the CoNLL 2018 shared task and on names, and says how fast it reads.
# usage: bench/syntax/run.sh [ARTICLES.jsonl]   articles with a `text` each, for speed; without them the examples,
#                                               many times over. CORPORA=DIR holds syntax/ and names/.
# The treebanks are not part of this repository; where they are missing only speed is measured. With SPACY=PYTHON, a
# Python that has spaCy (see spacy_speed.py), the same articles are read by spaCy's small model in the same run.
set -euo pipefail
cd "$(dirname "$0")/../.."

corpora=${CORPORA:-../shared/corpora}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --quiet --release -p train-syntax
cargo build --quiet --release -p detente --example speed
target=${CARGO_TARGET_DIR:-target}/release

if [ -d "$corpora/syntax" ]; then
  for file in "$corpora"/syntax/*-{dev,test}.conllu.xz; do
    xz -dc "$file" > "$work/$(basename "$file" .xz)"
  done
  python3 bench/syntax/re3d.py "$corpora/names/re3d-train.conll" > "$work/re3d.tsv"
  "$target/train-syntax" score --treebanks "$work" --model models/en/syntax.bin --names "$work/re3d.tsv"
else
  echo "skipped: no $corpora/syntax"
fi

articles=${1:-}
if [ -z "$articles" ]; then
  articles=$work/articles.jsonl
  python3 - examples/*.txt > "$articles" <<'PYTHON'
import json, sys
for path in sys.argv[1:] * 40:
    print(json.dumps({"text": open(path, encoding="utf-8").read()}))
PYTHON
fi
for times in 1 10; do
  for _ in $(seq $times); do cat "$articles"; done > "$work/all.jsonl"
  "$target/examples/speed" models/en/syntax.bin lexicon < "$work/all.jsonl"
done
if [ -n "${SPACY:-}" ]; then
  OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$SPACY" bench/syntax/spacy_speed.py "$articles" 100
fi
