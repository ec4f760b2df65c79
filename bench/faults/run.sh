#!/usr/bin/env bash
# The long way through the faults of docs/hardening.md: every step of adding an article with the power cut behind it, every
# write that fails, 200 kills, hostile inputs of full size, and a disk for reading only. About an hour on two cores; most of it
# is waiting for nobody. Root may mount a small disk that fills and one for reading only; others skip those two, and say so.
#
#     bench/faults/run.sh [PROGRAM]        (default: target/release/detente)
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/detente}")
export DETENTE_FAULTS=all

cargo test --release -q -p detente-ledger --test faults -- --nocapture
cargo test --release -q -p detente-ledger --test killed
cargo test --release -q -p detente-cli --test faults -- --nocapture
cargo test --release -q -p detente-desk door

# A disk of 3 MB that fills while articles are added, and the same disk for reading only.
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/disk"
if mount -t tmpfs -o size=3m tmpfs "$work/disk" 2>/dev/null; then
  for n in $(seq 2000); do
    printf '{"id":"a%d","published":"2017-02-03","text":"Troops of France attacked Portugal on Friday. Talks number %d would be held in Lima, the minister of Peru said."}\n' "$n" "$n"
  done > "$work/a.jsonl"
  "$program" add "$work/a.jsonl" --ledger "$work/disk/l.db" && { echo "the disk did not fill"; exit 1; }
  before=$("$program" events --reports --to jsonl --ledger "$work/disk/l.db" | wc -l)
  mount -o remount,size=60m "$work/disk"
  "$program" add "$work/a.jsonl" --ledger "$work/disk/l.db"
  after=$("$program" events --reports --to jsonl --ledger "$work/disk/l.db" | wc -l)
  "$program" add "$work/a.jsonl" --ledger "$work/whole.db" >/dev/null
  cmp <("$program" events --to jsonl --ledger "$work/disk/l.db") <("$program" events --to jsonl --ledger "$work/whole.db")
  echo "full disk: $before reports were kept, $after in the end, as if nothing had happened"
  mount -o remount,ro "$work/disk"
  cmp <("$program" events --to jsonl --ledger "$work/disk/l.db") <("$program" events --to jsonl --ledger "$work/whole.db")
  echo "disk for reading only: read"
  "$program" add "$work/a.jsonl" --ledger "$work/disk/l.db" && { echo "it was written to"; exit 1; } || true
else
  echo "skipped: no disk can be mounted here (needs root)"
fi

python3 bench/faults/visitors.py "$program"
python3 bench/faults/hostile.py "$program"
