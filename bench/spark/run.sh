#!/usr/bin/env bash
# Codes articles on a real standalone Spark of this machine: a master and two workers on loopback, one core each. Three
# runs: one worker; two; two of which one is killed (-9) half way. The results are compared with each other and with
# `detente code` on the same articles, line by line after sorting. Figures go to standard output; see README.md.
#
#   bench/spark/run.sh ARTICLES.jsonl [HOW_MANY]       default: 4000
#
# PYTHON: a Python with the package, pyspark, pyarrow and pandas.  DETENTE: the program.  OUT: where it works.
# RUNS: which runs, out of "one two killed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
articles=$(realpath "${1:?name the articles: JSON lines with id, published, text}")
count=${2:-4000}
python=${PYTHON:-python3}
program=${DETENTE:-$here/../../target/release/detente}
out=${OUT:-$(mktemp -d)}
runs=${RUNS:-one two killed}
mkdir -p "$out"
log() { printf '%s\n' "$*" >&2; }

export PYSPARK_PYTHON=$(command -v "$python") SPARK_LOCAL_IP=127.0.0.1
export SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_DAEMON_MEMORY=256m SPARK_WORKER_DIR=$out/work SPARK_LOG_DIR=$out/log
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
master=spark://127.0.0.1:$port
pids=()
# Only what was started here is ended, by its number.
cleanup() { for pid in "${pids[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done; }
trap cleanup EXIT

start() {
    "$SPARK_HOME/bin/spark-class" "$@" >>"$out/daemons.log" 2>&1 &
    pids+=($!)
}
worker() {
    start org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 1500m --webui-port 0 "$master"
}

"$python" "$here/job.py" make "$articles" "$count" "$out/articles.jsonl" "$out/articles.parquet"

log "detente code on the same $count articles, on one core"
"$python" "$here/job.py" timed "$out/program.json" "$program" code "$out/articles.jsonl" --jobs 1 --to jsonl \
    >"$out/program.jsonl" || [ $? = 1 ] # 1: an article was passed over, and named

start org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
worker
submit() {
    WORKERS="${pids[*]:1}" "$python" "$here/job.py" timed "$out/$1.json" "$SPARK_HOME/bin/spark-submit" --master "$master" --driver-memory 512m \
        --executor-memory 512m --conf spark.executor.memoryOverhead=900m --conf spark.executor.cores=1 \
        --conf spark.ui.enabled=false --conf spark.cores.max="$2" --conf spark.log.level=ERROR \
        "$here/job.py" code "$out/articles.parquet" "$out/$1" "$2" >"$out/$1.log" 2>&1 || { tail -20 "$out/$1.log" >&2; return 1; }
}
for run in $runs; do
    case $run in
    one) submit one 1 ;;
    two)
        [ ${#pids[@]} -ge 3 ] || worker
        submit two 2
        ;;
    killed)
        [ ${#pids[@]} -ge 3 ] || worker
        victim=${pids[2]}
        # Half way: when half of the tasks have written their part.
        "$python" "$here/job.py" kill "$victim" "$out/killed" >"$out/kill.log" 2>&1 &
        killer=$!
        submit killed 2
        wait "$killer" || { log "nobody was killed: $(cat "$out/kill.log")"; exit 1; }
        cat "$out/kill.log"
        ;;
    esac
    "$python" "$here/job.py" compare "$out/program.jsonl" "$out/$run"
done
"$python" "$here/job.py" figures "$count" "$out" $runs
