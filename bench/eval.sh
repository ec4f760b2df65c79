#!/usr/bin/env bash
# Scores what the program reads against the articles that people annotated, and prints the table. Those articles
# are not part of this repository: they stand beside it, in ../shared/gold, with their scorer.
# usage: [DETENTE_GOLD=DIR] bench/eval.sh [--errors] [--json] [GOLD_FILE…]
set -euo pipefail
cd "$(dirname "$0")/.."

gold=${DETENTE_GOLD:-../shared/gold}
flags=() articles=()
for arg in "$@"; do
  case $arg in
    -*) flags+=("$arg") ;;
    *) articles+=("$arg") ;;
  esac
done
if [ ! -f "$gold/score.py" ]; then
  echo "skipped: no $gold"
  exit 0
fi
[ ${#articles[@]} -gt 0 ] || articles=("$gold")

cargo build --quiet --release
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$gold/score.py" "${articles[@]}" --docs > "$work/articles.jsonl"
"$target/release/detente" code --from jsonl --to jsonl "$work/articles.jsonl" > "$work/reports.jsonl"
python3 "$gold/score.py" "${articles[@]}" --pred "$work/reports.jsonl" ${flags[@]+"${flags[@]}"}
