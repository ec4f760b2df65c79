#!/bin/sh
# Turns found in ICEWS knowledge graphs against labelled realignments and quiet dyad-years: turns.sh [OUT]
# Labels, graphs and scorer stand in ../shared/corpora/relations, which is no part of the repository.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
shared=${DETENTE_SHARED:-$here/../../../shared}/corpora/relations
out=${1:-$(mktemp -d)}
if [ ! -f "$shared/score_turns.py" ]; then
    echo "skipped: no $shared"
    exit 0
fi
split=${SPLIT:-dev}
mkdir -p "$out"
cargo build -q --release -p detente --example turns
turns="${CARGO_TARGET_DIR:-$here/../../target}/release/examples/turns"
score() { # turns, data set, months of tolerance
    python3 "$shared/score_turns.py" "$1" --dataset "$2" --tol "$3" --split "$split" --tsv |
        awk -F'\t' '{ printf "  recall %s (any direction %s, chance %s), alarms a quiet dyad-year %s, hits among turns of labelled dyads %s of %s, turns in all %s\n", $4, $5, $6, $9, $11, $12, $13 }'
}
for set in "icews05-15 2005-01-01 3" "icews14 2014-01-01 1" "icews18 2018-01-01 1"; do
    set -- $set
    [ -s "$out/$1.acts.tsv" ] || python3 "$here/table.py" "$shared/$1.tsv.xz" "$shared" > "$out/$1.acts.tsv" 2> "$out/$1.left"
    "$turns" "$out/$1.acts.tsv" --since "$2" ${ARGS:-} > "$out/$1.tsv"
    "$turns" "$out/$1.acts.tsv" --since "$2" ${ARGS:-} --told > "$out/$1.told.tsv"
    # What the rest of the month bore out.
    awk -F'\t' 'NR == 1 || $11 == "yes"' "$out/$1.tsv" > "$out/$1.held.tsv"
    echo "$1, $3 months of tolerance"
    echo " all that was told, by the day it began"; score "$out/$1.tsv" "$1" "$3"
    echo " what held"; score "$out/$1.held.tsv" "$1" "$3"
    echo " all that was told, by the day it was told"; score "$out/$1.told.tsv" "$1" "$3"
    "$turns" "$out/$1.acts.tsv" --since "$2" ${ARGS:-} --min 50
done
if [ "${CURVE:-}" ]; then
    for set in "icews05-15 3" "icews18 1"; do
        set -- $set
        for least in 5 6 7 7.5 8 8.5 9 10 12 15 20 30; do
            "$turns" "$out/$1.acts.tsv" --passes "$least" > "$out/curve.tsv"
            printf '%s strength %s' "$1" "$least"; score "$out/curve.tsv" "$1" "$2"
        done
    done
fi
if [ "${CHECK:-}" ]; then
    for set in icews14 icews05-15 icews18; do echo "$set"; "$turns" "$out/$set.acts.tsv" --check; done
fi
