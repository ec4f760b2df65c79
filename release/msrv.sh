#!/usr/bin/env bash
# The program builds with the oldest compiler that Cargo.toml promises (`rust-version`). Checks and builds nothing, in a target folder
# of its own. Needs that toolchain: rustup toolchain install 1.90.0 --profile minimal
set -euo pipefail
cd "$(dirname "$0")/.."

promised=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
toolchain=$promised.0
if ! rustup run "$toolchain" rustc --version >/dev/null 2>&1; then
  echo "the toolchain $toolchain is not here: rustup toolchain install $toolchain --profile minimal" >&2
  exit 2
fi
# No dependency may promise less than we do.
cargo metadata --format-version 1 --locked | python3 -c '
import json, sys
promised = tuple(int(n) for n in sys.argv[1].split("."))
bad = [
    (p["name"], p["version"], p["rust_version"])
    for p in json.load(sys.stdin)["packages"]
    if p["rust_version"] and tuple(int(n) for n in p["rust_version"].split(".")[:2]) > promised
]
for name, version, wants in bad:
    print(f"{name} {version} wants Rust {wants}", file=sys.stderr)
sys.exit(1 if bad else 0)
' "$promised"
cargo "+$toolchain" check --locked --workspace --target-dir "${CARGO_TARGET_DIR:-target}/msrv"
echo "Rust $toolchain builds all of it"
