#!/usr/bin/env bash
# Builds the wheel and tests it in a virtual environment of its own: python/test.sh [arguments of pytest]
# DETENTE_SPARK=1 tests with a local Spark as well (downloads pyspark; needs Java 17). Says `skipped` where Python or pip is
# missing. DETENTE_VENV: where the environment stands (kept, so that the next time is quick).
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! "$python" -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)' 2>/dev/null; then
    echo "skipped: no Python from 3.10 on with venv and pip"
    exit 0
fi
# The lock file here follows that of the workspace: a crate that both lock may not have two versions that both call the same.
"$python" lock.py
venv=${DETENTE_VENV:-../target/python}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check -q "$@"; }
wanted="maturin>=1.9,<2 pyarrow>=15 pytest pandas<3 polars tqdm"
[ "${DETENTE_SPARK:-}" = 1 ] && wanted="$wanted pyspark>=3.5"
if ! pip install $wanted; then
    echo "skipped: pip cannot get $wanted"
    exit 0
fi
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
"$venv/bin/maturin" build --release --locked -q -i "$venv/bin/python" -o "$wheels"
size=$(cat "$wheels"/detente-*.whl | wc -c)
[ "$size" -lt 40000000 ] || { echo "the wheel has $size bytes, and may have 40,000,000"; exit 1; }
pip install --force-reinstall --no-deps "$wheels"/detente-*.whl
"$venv/bin/python" -m pytest -q "$@"
