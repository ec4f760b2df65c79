#!/usr/bin/env bash
# Turns as a user gets them: three tables of ICEWS through `detente import table` and `detente turns --to csv`, scored against dated
# realignments. usage: imported.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."

shared=${DETENTE_SHARED:-../shared}/corpora/relations
if [ ! -d "$shared" ]; then
  echo "skipped: no $shared"
  exit 0
fi
program=${1:-}
if [ -z "$program" ]; then
  cargo build --quiet --release -p detente-cli
  program=${CARGO_TARGET_DIR:-target}/release/detente
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for set in icews05-15 icews14 icews18; do
  "$program" import table "$shared/$set.tsv.xz" --ledger "$work/$set.db" 2>&1
  "$program" turns --ledger "$work/$set.db" --to csv > "$work/$set.csv"
  tolerance=$([ "$set" = icews05-15 ] && echo 3 || echo 1)
  for day in date told_on; do
    python3 - "$day" "$work/$set.csv" > "$work/$set.tsv" <<'PY'
import csv, sys
for row in csv.DictReader(open(sys.argv[2])):
    print(row["actor_a"], row["actor_b"], row[sys.argv[1]], row["direction"], sep="\t")
PY
    echo "== $set by $day, ±$tolerance months"
    python3 "$shared/score_turns.py" "$work/$set.tsv" --dataset "$set" --split dev --tol "$tolerance"
  done
done
echo "== defence allies of 2018 against all others"
for axis in standing treat alike; do
  "$program" matrix --on 2018-10-31 --axis "$axis" --ledger "$work/icews18.db" --to csv > "$work/matrix.csv"
  echo "$axis: $(python3 bench/relations/allies.py "$work/matrix.csv" 2018 | tr '\n' ';')"
done
