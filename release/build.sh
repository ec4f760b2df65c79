#!/usr/bin/env bash
# The program as it is handed out: target/release-files/detente, with its symbols beside it (detente.debug), so that the program is small
# and a crash report can still be read. No path of this machine stands in it, so that two builds of one commit by one compiler give
# the same bytes wherever they are made (release/reproducible.sh tries it). Needs objcopy and strip (binutils) on Linux.
set -euo pipefail
cd "$(dirname "$0")/.."

here=$PWD
cargo_home=${CARGO_HOME:-$HOME/.cargo}
target=${CARGO_TARGET_DIR:-$here/target}
# Of Rust, and of the C that SQLite and zstd are.
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$target=/target --remap-path-prefix=$here=/detente --remap-path-prefix=$cargo_home=/cargo"
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$target=/target -ffile-prefix-map=$here=/detente -ffile-prefix-map=$cargo_home=/cargo"
# The day of the commit, for whatever asks the clock while it is built.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH
cargo build --locked --profile dist -p detente-cli

out=$target/release-files
mkdir -p "$out"
cp "$target/dist/detente" "$out/detente"
if [ "$(uname)" = Linux ]; then
  objcopy --only-keep-debug "$out/detente" "$out/detente.debug"
  # Without the fingerprint of the file with the symbols, which differs with the paths of the tools.
  strip --strip-all "$out/detente"
fi
(cd "$out" && sha256sum detente && ls -l detente detente.debug 2>/dev/null || true)
if grep -aqF "$here/" "$out/detente"; then
  echo "the program names the folder in which it was built" >&2
  exit 1
fi
