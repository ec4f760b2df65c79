#!/usr/bin/env bash
# Pictures of the desk for the README, taken from the examples in a real browser. Needs Chromium and Node.
#   docs/desk.sh target/release/detente
set -euo pipefail
program=$(realpath "${1:-target/release/detente}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../crates/detente-desk/e2e"
[ -d node_modules ] || npm ci --silent
node run.mjs "$program" --shots "$work" > "$work/log" || { grep FAIL "$work/log"; exit 1; }
cp "$work/network-light-wide.png" "$here/desk-network.png"
cp "$work/event-chain-light-wide.png" "$here/desk-why.png"
cp "$work/map-light-wide.png" "$here/desk-map.png"
