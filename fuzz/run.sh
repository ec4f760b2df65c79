#!/usr/bin/env bash
# Fuzzes everything that reads bytes from elsewhere, one trial after the other, on one core and after everybody else.
#
#     fuzz/run.sh MINUTES [TRIAL…]     each trial for so many minutes (a fraction is fine), all of them or those named
#     fuzz/run.sh --small [TRIAL…]     puts the smallest inputs that reach what was reached into fuzz/corpus
#     fuzz/run.sh --again FILE TRIAL   runs one input again, with what it says
#
# Needs cargo-fuzz (cargo install --locked cargo-fuzz), and takes a nightly toolchain where there is one; where there is none, the
# ordinary compiler is told to behave as one (RUSTC_BOOTSTRAP). What is found lies in fuzz/found/TRIAL, logs in fuzz/log; the
# status is 1 where an input broke something. FUZZ_TARGET_DIR says where to build.
set -euo pipefail
cd "$(dirname "$0")"

build=${FUZZ_TARGET_DIR:-$PWD/target}
host=$(rustc -vV | sed -n 's/^host: //p')
program=$build/$host/release/trial
# No sanitizer: the code is Rust without unsafe but for the network's arithmetic, and runs several times as fast without one. Overflows
# and broken assertions are told all the same.
fuzz() {
  if cargo +nightly --version >/dev/null 2>&1; then
    cargo +nightly fuzz "$@"
  else
    echo "no nightly toolchain is here: $(rustc --version) builds instead" >&2
    RUSTC_BOOTSTRAP=1 cargo fuzz "$@"
  fi
}
[ -n "${FUZZ_AS_BUILT:-}" ] || (cd .. && export CARGO_INCREMENTAL=0 && renice -n 19 $BASHPID >/dev/null && fuzz build --sanitizer none --target-dir "$build" trial)

all() { sed -n 's/.*Trial { name: "\([a-z]*\)".*/\1/p' ../crates/detente-trials/src/lib.rs; }

# The longest input of a trial, in bytes: what a reader sees in the first page or so, and less where each run is slow.
longest() {
  case $1 in
    article) echo 1500 ;;
    ledger) echo 600 ;;
    days | when | desk) echo 1000 ;;
    parquet | reports) echo 60000 ;;
    *) echo 8000 ;;
  esac
}

# Where trials put files: memory, if there is some.
files() { if [ -w /dev/shm ]; then mktemp -d /dev/shm/detente-fuzz.XXXXXX; else mktemp -d; fi; }

if [ "${1:-}" = --again ]; then
  DETENTE_TRIAL=$3 exec "$program" "$2"
fi

if [ "${1:-}" = --small ]; then
  shift
  for trial in ${*:-$(all)}; do
    new=$(mktemp -d)
    tmp=$(files)
    mkdir -p "found/$trial/corpus" "corpus/$trial"
    # The small ones first: libFuzzer takes an input only for what none before it reached.
    TMPDIR=$tmp DETENTE_TRIAL=$trial nice -n 19 "$program" -merge=1 -max_len="$(longest "$trial")" -rss_limit_mb=4096 \
      "$new" "corpus/$trial" "found/$trial/corpus" >"log/$trial.small.log" 2>&1 || true
    # Of those, the smallest up to so many bytes a trial; bytes that once broke something (broke-…) stay.
    keep=${KEEP:-16000}
    find "corpus/$trial" -type f ! -name 'broke-*' -delete
    used=0
    while read -r size file; do
      used=$((used + size))
      [ "$used" -le "$keep" ] || break
      cp "$file" "corpus/$trial/$(sha256sum "$file" | cut -c1-12)"
    done < <(find "$new" -type f -printf '%s %p\n' | sort -n)
    echo "$trial: $(find "corpus/$trial" -type f | wc -l) inputs, $(du -sb "corpus/$trial" | cut -f1) bytes"
    rm -rf "$new" "$tmp"
  done
  exit 0
fi

minutes=${1:?how many minutes for each trial}
shift
mkdir -p log
broken=0
printf '%-9s %7s %11s %9s %9s %7s  %s\n' trial minutes executions coverage features corpus result
for trial in ${*:-$(all)}; do
  mkdir -p "found/$trial/corpus" "corpus/$trial"
  tmp=$(files)
  start=$SECONDS
  result=held
  TMPDIR=$tmp DETENTE_TRIAL=$trial nice -n 19 "$program" "found/$trial/corpus" "corpus/$trial" \
    -max_total_time="$(awk "BEGIN { print int($minutes * 60) }")" -max_len="$(longest "$trial")" -artifact_prefix="found/$trial/" \
    -timeout=120 -rss_limit_mb=4096 -print_final_stats=1 -use_value_profile=0 >"log/$trial.log" 2>&1 || { result=BROKE; broken=1; }
  rm -rf "$tmp"
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "log/$trial.log" | tail -1)
  last=$(grep -o 'cov: [0-9]* ft: [0-9]* corp: [0-9]*' "log/$trial.log" | tail -1)
  read -r _ cov _ ft _ corp <<<"${last:-cov: ? ft: ? corp: ?}"
  printf '%-9s %7s %11s %9s %9s %7s  %s\n' "$trial" "$(awk "BEGIN { printf \"%.1f\", ($SECONDS - $start) / 60 }")" "${runs:-?}" "$cov" "$ft" "$corp" "$result"
done
exit "$broken"
