"""The pieces of run.sh that are easier in Python: makes articles, is the Spark job, kills a worker, compares, counts."""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time


def make(articles, count, lines, parquet):
    """The articles over and over, each with an id of its own, as JSON lines and as Parquet with the same fields."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = ("id", "title", "published", "text", "url", "source")
    found = [json.loads(line) for line in open(articles, encoding="utf-8")]
    made = []
    for number in range(int(count)):
        article = found[number % len(found)]
        turn = number // len(found)
        made.append({f: article.get(f) for f in fields} | {"id": f"{article['id']}.{turn}"})
    with open(lines, "w", encoding="utf-8") as out:
        for article in made:
            out.write(json.dumps({k: v for k, v in article.items() if v is not None}, ensure_ascii=False) + "\n")
    pq.write_table(pa.Table.from_pylist(made), parquet, row_group_size=max(1, len(made) // 16))


def timed(report, *command):
    """Runs a command and keeps how long it took."""
    start = time.monotonic()
    code = subprocess.call(command)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump({"wall": time.monotonic() - start, "user": used.ru_utime, "peak_mb": used.ru_maxrss / 1024}, open(report, "w"))
    sys.exit(code)


def code(parquet, out, cores):
    """The Spark job."""
    from pyspark.sql import SparkSession

    import detente.spark

    spark = SparkSession.builder.appName("detente").getOrCreate()
    start = time.monotonic()
    parts = 8 * int(cores) if int(cores) > 1 else 16
    df = spark.read.parquet(parquet).repartition(parts)
    # A part of the input is a task, and each task writes its file when it is done.
    detente.spark.code(df).write.parquet(out)
    print("job", round(time.monotonic() - start, 2))
    pathlib.Path(out + ".job").write_text(str(time.monotonic() - start))
    spark.stop()


def children(pid):
    """A process and all that it started."""
    found = [pid]
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += children(int(child))
    except OSError:
        pass
    return found


def kill(victim, out):
    """Kills a worker with everything that it started, without a warning, when half of the tasks are done; what
    it was at is lost with it."""
    end = time.monotonic() + 7200
    while time.monotonic() < end:
        done = len(list(pathlib.Path(out).glob("_temporary/0/task_*")))
        if done >= 8:
            pids = children(int(victim))
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            print(f"killed worker {victim} and its {len(pids) - 1} processes (executor and Python among them) after {done} of 16 tasks")
            return
        time.sleep(0.1)
    sys.exit("the job never came so far")


def cpu(report, *pids):
    """Seconds of processor time of the workers so far, with all that they started and that has ended."""
    tick, total = os.sysconf("SC_CLK_TCK"), 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    before = json.loads(pathlib.Path(report).read_text()) if pathlib.Path(report).exists() else {}
    before.setdefault("marks", []).append(total / tick)
    pathlib.Path(report).write_text(json.dumps(before))


def compare(program, out):
    """The result of a run against the program's, as JSON lines after sorting."""
    import pyarrow.dataset as ds

    import detente

    theirs = sorted(open(program, encoding="utf-8").read().splitlines())
    ours = []
    for batch in ds.dataset(out, format="parquet").to_batches():
        ours += "".join(detente.jsonl(batch)).splitlines()
    ours.sort()
    # `detente code` gives the sentence as well.
    strip = lambda line: json.dumps({k: v for k, v in json.loads(line).items() if k != "sentence"}, sort_keys=True)
    if ours != theirs:
        assert list(map(strip, ours)) == list(map(strip, theirs)), f"{out} differs from {program}"
        how = "equal but for the sentence"
    else:
        how = "byte for byte the same"
    print(f"{pathlib.Path(out).name}: {len(ours)} reports, {how} as `detente code` after sorting")


def figures(count, out, *runs):
    """What it took."""
    count, out = int(count), pathlib.Path(out)
    base = json.load(open(out / "program.json"))
    print(f"{'':10} {'wall s':>8} {'job s':>8} {'articles/s':>11} {'user s':>8}")
    print(f"{'program':10} {base['wall']:8.1f} {base['wall']:8.1f} {count / base['wall']:11.1f} {base['user']:8.1f}   (one core)")
    for run in runs:
        took, job = json.load(open(out / f"{run}.json")), float((out / f"{run}.job").read_text())
        marks = json.load(open(out / f"{run}.cpu"))["marks"]
        user = "" if run == "killed" else f"{marks[1] - marks[0]:8.1f}"
        print(f"{run:10} {took['wall']:8.1f} {job:8.1f} {count / job:11.1f} {user}")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
