#!/bin/sh
# Rows a second and memory of `detente import`, form by form, on invented files: bench/import/run.sh [ROWS [FOLDER]]
# DETENTE names the program; the default is the release build.
set -eu
rows=${1:-1000000}
folder=${2:-$(mktemp -d)}
here=$(cd "$(dirname "$0")" && pwd)
detente=${DETENTE:-$here/../../target/release/detente}
echo "form,rows,megabytes,kept,wall_s,user_s,peak_mb"
for form in table icews gdelt polecat acled ucdp phoenix; do
    file=$folder/$form.txt
    python3 "$here/make.py" "$form" "$rows" > "$file"
    rm -f "$folder/$form.db"
    python3 - "$detente" "$form" "$file" "$folder/$form.db" "$rows" <<'PY'
import os, resource, subprocess, sys, time
detente, form, file, ledger, rows = sys.argv[1:]
start = time.time()
ran = subprocess.run([detente, "import", form, file, "--ledger", ledger, "--known", "2026-11-30"], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
kept = ran.stdout.split(": ", 1)[-1].split(" rows")[0].replace(",", "")
if ran.returncode not in (0, 1) or not kept.isdigit():
    sys.exit(f"{form}: {ran.stdout}{ran.stderr}")
print(f"{form},{rows},{os.path.getsize(file) / 1e6:.0f},{kept},{time.time() - start:.1f},{used.ru_utime:.1f},{used.ru_maxrss / 1024:.0f}", flush=True)
PY
    rm -f "$file" "$folder/$form.db"
done
