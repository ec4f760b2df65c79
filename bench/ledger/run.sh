#!/bin/sh
# What a ledger costs at several sizes: adding one article, the questions of the pages, an import of event data.
# usage: bench/ledger/run.sh [FOLDER [SIZE …]]     folder for the files (10 GB for a million reports), sizes in reports
set -eu
cd "$(dirname "$0")/../.."
folder=${1:-/tmp/detente-bench}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 10000 100000 1000000
mkdir -p "$folder"
cargo build --release -q -p detente-ledger --example scale
scale=${CARGO_TARGET_DIR:-target}/release/examples/scale
for size in "$@"; do
    echo "## $size reports"
    rm -f "$folder/$size.db" "$folder/$size.db-wal" "$folder/$size.db-shm"
    "$scale" grow "$folder/$size.db" "$size"
    "$scale" measure "$folder/$size.db"
done
table=../shared/corpora/relations/icews18.tsv.xz
if [ ! -e "$table" ]; then
    echo "skipped: no $table"
    exit 0
fi
for times in 1 10; do
    echo "## import of 468,558 rows, $times times"
    rm -f "$folder/import.db" "$folder/import.db-wal" "$folder/import.db-shm"
    xz -dc "$table" | "$scale" import "$folder/import.db" lexicon "$times"
done
