#!/usr/bin/env bash
# Licences, advisories, duplicates and sources of everything the program is built from, by deny.toml. The list of advisories comes
# over the network: where it cannot be had, that is said, the rest is checked all the same, and the status is that of the rest.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo deny --version >/dev/null 2>&1; then
  echo "cargo-deny is not here: cargo install --locked cargo-deny" >&2
  exit 2
fi
cargo deny check licenses bans sources
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if cargo deny check advisories 2>"$log"; then
  cat "$log" >&2
elif grep -q 'failed to fetch advisory database\|failed to load advisory database\|unable to.*advisory\|could not.*advisory' "$log"; then
  echo "skipped: advisories (the list of RustSec cannot be fetched from here); run this again where it can be, before a release" >&2
else
  cat "$log" >&2
  exit 1
fi
