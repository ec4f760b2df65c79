#!/usr/bin/env bash
# Builds the commit at hand twice, in two folders, and compares the programs byte by byte. Takes two whole builds: run it with
# `nice -n 19`, before a release. JOBS=1 keeps one core free.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'git worktree remove --force "$work/a" 2>/dev/null; git worktree remove --force "$work/a-longer-name" 2>/dev/null; rm -rf "$work"' EXIT
sums=()
for name in a a-longer-name; do
  git worktree add --detach -q "$work/$name" HEAD
  (cd "$work/$name" && CARGO_TARGET_DIR="$work/$name/target" CARGO_BUILD_JOBS=${JOBS:-2} release/build.sh)
  sums+=("$(sha256sum <"$work/$name/target/release-files/detente" | cut -d' ' -f1)")
  cp "$work/$name/target/release-files/detente" "$work/detente-$name"
  rm -rf "$work/$name/target"
done
if [ "${sums[0]}" = "${sums[1]}" ]; then
  echo "the same bytes twice: ${sums[0]}"
else
  echo "two builds differ: ${sums[*]}" >&2
  cmp -l "$work/detente-a" "$work/detente-a-longer-name" | wc -l >&2
  exit 1
fi
