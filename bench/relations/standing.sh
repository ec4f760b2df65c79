#!/usr/bin/env bash
# Standings and blocs of ICEWS: defence allies against the rest, named states, camps, what must not change, and what each
# part of the method adds. The events are not part of this repository: they stand beside it, in ../shared/corpora/relations.
# usage: [DETENTE_RELATIONS=DIR] bench/relations/standing.sh [ablation]
set -euo pipefail
cd "$(dirname "$0")/../.."

corpus=${DETENTE_RELATIONS:-../shared/corpora/relations}
if [ ! -f "$corpus/icews18.tsv.xz" ]; then
  echo "skipped: no $corpus"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
measure() { python3 bench/relations/standing.py "$@"; }
cargo build --quiet --release -p detente --example standing
standing="${CARGO_TARGET_DIR:-target}/release/examples/standing"

measure table "$corpus" icews18 "$work/2018.tsv"
measure table "$corpus" icews14 "$work/2014.tsv"
measure table "$corpus" icews05-15 "$work/2010-13.tsv" 2010-01-01 2013-12-31
measure table "$corpus" icews05-15 "$work/2005-09.tsv" 2005-01-01 2009-12-31
for set in 2018:2018-10-31 2014:2014-12-31 2010-13:2013-12-31 2005-09:2009-12-31; do
  name=${set%%:*} day=${set#*:}
  echo "== $name, standings on $day"
  # Who counts as a dyad with so many events is counted over all actors, whatever the method makes of them.
  "$standing" "$day" people=1 < "$work/$name.tsv" > "$work/count" 2> /dev/null
  "$standing" "$day" < "$work/$name.tsv" > "$work/$name.out"
  measure auc "$work/$name.out" "$work/count"
  if [ "${1:-}" = ablation ]; then
    for part in people=0.25 people=0.5 people=1 steps=0 steps=1 steps=3 expected=0 expected=1 memory=1 ceiling=1000000 statement=1 ill=0; do
      echo "-- $part"
      "$standing" "$day" "$part" < "$work/$name.tsv" > "$work/part" 2> /dev/null
      measure auc "$work/part" "$work/count" alike standing | sed -n 3,4p
    done
  fi
done
echo "== states of 2018"
measure states "$work/2018.out"
echo "== blocs of 2018"
"$standing" 2018-10-31 blocs < "$work/2018.tsv"
for how in copies turned renamed; do
  echo "== 2018, $how"
  measure spoil "$work/2018.tsv" "$how" "$work/spoilt.tsv"
  "$standing" 2018-10-31 < "$work/spoilt.tsv" > "$work/spoilt" 2> /dev/null
  measure same "$work/2018.out" "$work/spoilt" "$how"
done
echo "== 2018, one half of the events against the other"
for how in half rest; do
  measure spoil "$work/2018.tsv" "$how" "$work/spoilt.tsv"
  "$standing" 2018-10-31 < "$work/spoilt.tsv" > "$work/$how" 2> /dev/null
done
measure same "$work/half" "$work/rest"
