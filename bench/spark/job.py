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
    took = {"job": time.monotonic() - start, **cpu(os.environ.get("WORKERS", "").split())}
    pathlib.Path(out + ".job").write_text(json.dumps(took))
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


def cpu(workers):
    """Seconds of processor time, so far, of the Java and of the Python processes that these workers started; they are still
    there when the job is done."""
    tick, used = os.sysconf("SC_CLK_TCK"), {"java": 0.0, "python": 0.0}
    for worker in workers:
        for pid in children(int(worker))[1:]:
            try:
                name, _, fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")
            except OSError:
                continue
            # utime and stime.
            used["java" if "java" in name else "python"] += sum(map(int, fields.split()[11:13])) / tick
    return used


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
    """What it took. Of a worker that was killed nobody knows what it used."""
    count, out = int(count), pathlib.Path(out)
    base = json.load(open(out / "program.json"))
    print(f"{'run':8} {'seconds':>8} {'of these the job':>17} {'articles/s':>11} {'processor s, Python':>20} {'Java':>6} {'ms an article, Python':>22}")
    print(f"{'program':8} {base['wall']:8.1f} {'':17} {count / base['wall']:11.1f} {base['user']:20.1f} {'':6} {1000 * base['user'] / count:22.1f}")
    for run in runs:
        took, job = json.load(open(out / f"{run}.json")), json.loads((out / f"{run}.job").read_text())
        print(
            f"{run:8} {took['wall']:8.1f} {job['job']:17.1f} {count / job['job']:11.1f} {job['python']:20.1f} {job['java']:6.1f} "
            + ("" if run == "killed" else f"{1000 * job['python'] / count:22.1f}")
        )


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
