#!/usr/bin/env bash
# A list of everything in the program, for machines (CycloneDX 1.5, JSON): target/release-files/detente.cdx.json. It belongs to
# a release and not to the repository: it follows from Cargo.lock, and a copy would only grow old.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo cyclonedx --version >/dev/null 2>&1; then
  echo "cargo-cyclonedx is not here: cargo install --locked cargo-cyclonedx" >&2
  exit 2
fi
out=target/release-files
mkdir -p "$out"
# It is written beside each manifest; only the program's own is kept.
cargo cyclonedx --manifest-path crates/detente-cli/Cargo.toml --format json --spec-version 1.5 --override-filename detente.cdx -q
mv crates/detente-cli/detente.cdx.json "$out/detente.cdx.json"
find crates training -name 'detente.cdx.json' -not -path '*/target/*' -delete
python3 - "$out/detente.cdx.json" <<'P'
import json, sys
bom = json.load(open(sys.argv[1]))
parts = bom["components"]
bare = [c["name"] for c in parts if not c.get("licenses")]
print(f"{sys.argv[1]}: {len(parts)} components; without a licence: {', '.join(bare) or 'none'}")
sys.exit(1 if bare else 0)
P
