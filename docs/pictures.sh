#!/usr/bin/env bash
# Draws the pictures of docs/standing.md anew, from the built-in examples: docs/pictures.sh [PROGRAM]
# Without PROGRAM the program is built first. The same examples give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-}
if [[ -z $program ]]; then
  cargo build --release -q -p detente-cli
  program=${CARGO_TARGET_DIR:-target}/release/detente
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
export DETENTE_LEDGER=$folder/examples.db
"$program" demo --no-serve --ledger "$DETENTE_LEDGER" > "$folder/told.txt"
"$program" standing Iran Hamas --out docs/standing-iran-hamas.svg
"$program" standing Qatar "Saudi Arabia" --until 2018-06-30 --out docs/standing-qatar-saudi-arabia.svg
"$program" blocs --on 2017-06-30 --out docs/blocs-2017.svg
"$program" matrix --on 2017-06-30 --out docs/matrix-2017.svg
