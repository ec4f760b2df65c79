"""What the programs of this folder share: types, batches, the small parts of networks, the optimiser's loop."""

import pickle
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "neural"))
import model  # noqa: E402

TYPES = ("AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE "
         "COERCE ASSAULT").split()
CLASSES = 1 + len(TYPES)  # 0 is no event
ROLES = "ar"  # actor, recipient
BUCKETS = (16, 28, 44, 64, 100)


def texts(path):
    """The articles of a file: one, or one a line."""
    text = Path(path).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line] if str(path).endswith(".jsonl") else [text]


def load(paths):
    return [s for p in paths for s in pickle.load(open(p, "rb"))]


def batches(sents, words, rng=None):
    """(length, sentences), `words` words each after padding; short batches are padded with None."""
    groups = {}
    for i in rng.permutation(len(sents)) if rng is not None else range(len(sents)):
        b = next((b for b in BUCKETS if len(sents[i]["words"]) <= b), None)
        if b:
            groups.setdefault(b, []).append(sents[i])
    out = []
    for b, g in sorted(groups.items()):
        rows = max(1, words // b)
        for i in range(0, len(g), rows):
            part = g[i : i + rows]
            out.append((b, part + [None] * (rows - len(part))))
    return [out[i] for i in rng.permutation(len(out))] if rng is not None else out


def pad(b, part, features):
    """Arrays of one batch: the named features, the mask, and where the sentences are annotated their labels."""
    n = len(part)
    dims = {f: next(s[f].shape[1:] for s in part if s is not None) for f in features}
    o = {f: np.zeros((n, b, *dims[f]), np.int32 if f == "form" else np.float32) for f in features}
    o["mask"] = np.zeros((n, b), np.float32)
    o["type"] = np.zeros((n, b, CLASSES), np.float32)  # probabilities
    o["weight"] = np.zeros((n, b), np.float32)
    o["party"] = np.zeros((n, b, b, 2), np.float32)  # probability that j is the actor, the recipient of i
    o["party_weight"] = np.zeros((n, b), np.float32)
    for i, s in enumerate(part):
        if s is None:
            continue
        k = len(s["words"])
        for f in features:
            o[f][i, :k] = s[f]
        o["mask"][i, :k] = 1
        if "soft" in s:  # a teacher's
            o["type"][i, :k], o["weight"][i, :k] = s["soft"], 1
            for t, p in s["parties"]:
                o["party"][i, t, :k] = p
                o["party_weight"][i, t] = 1 - float(s["soft"][t, 0])
        else:
            o["type"][i, np.arange(k), s["ev"]] = 1
            o["weight"][i, :k] = s["w"]
            for t, _, args, _, _ in s["args"]:
                o["party_weight"][i, t] = 1
                for role, j in args:
                    if j != t:
                        o["party"][i, t, j, ROLES.index(role)] = 1
    return o


def party_loss(logits, batch):
    y = batch["party"]
    loss = (jnp.logaddexp(0, logits) - y * logits) * (1 + y)
    return (loss * batch["party_weight"][..., None, None] * batch["mask"][:, None, :, None]).sum()


def type_loss(logits, batch):
    return -((jax.nn.log_softmax(logits) * batch["type"]).sum(-1) * batch["weight"] * batch["mask"]).sum()


def parties(side_t, side_j, ways, n, roles=2):
    """Logits (B, i, j, role) out of an act's sides and the parties' sides, each (B, n, 2 × r)."""
    t, j = (x.reshape(x.shape[:2] + (roles, -1)) for x in (side_t, side_j))
    return jnp.einsum("bird,bjrd->bijr", t, j) + ways[:, model.dist_class(n)[:, 1:]].transpose(1, 2, 0)


def train(params, loss, make, epochs, lr, seed, watch=None):
    """Adam with a linear fall; `make(rng)` gives the batches of an epoch."""
    rng, key = np.random.default_rng(seed), jax.random.PRNGKey(seed)
    per = len(make(np.random.default_rng(0)))
    total = int(per * epochs)
    state = model.adam_init(params)

    @jax.jit
    def step(p, st, batch, i, key):
        l, g = jax.value_and_grad(loss)(p, batch, key)
        s = jnp.minimum(1.0, (i + 1) / 100) * jnp.maximum(0.02, 1 - i / total)
        p, st = model.adam(p, g, st, i, lr * s)
        return p, st, l

    i = 0
    while i < total:
        run = []
        for batch in make(rng):
            if i >= total:
                break
            key, k = jax.random.split(key)
            params, state, l = step(params, state, batch() if callable(batch) else batch, i, k)
            run.append(l)
            i += 1
        said = f"epoch {i / per:.1f} loss {np.mean([float(x) for x in run]):.4f}"
        print(said, watch(params) if watch else "", flush=True)
    return params


def score(told, threshold=0.4):
    """F1 of words and types. `told`: (sentence, probabilities (n, classes)). Words of weight 0 do not count."""
    tp = fp = fn = 0
    for s, q in told:
        for k in range(len(q)):
            if s["w"][k] == 0:
                continue
            gold, said = s["ev"][k], 1 + int(q[k, 1:].argmax()) if 1 - q[k, 0] > threshold else 0
            if gold and said == gold:
                tp += 1
            else:
                fn += gold > 0
                fp += said > 0
    return f"{threshold}: P {tp / (tp + fp + 1e-9):.3f} R {tp / (tp + fn + 1e-9):.3f} F1 {2 * tp / (2 * tp + fp + fn + 1e-9):.3f}"


def score_parties(told, threshold=0.4):
    """F1 of parties' words, given the act. `told`: (sentence, probabilities (n, n, 2))."""
    tp = fp = fn = 0
    for s, r in told:
        for t, _, args, _, optional in s["args"]:
            if optional:
                continue
            for k, role in enumerate(ROLES):
                gold = {j for x, j in args if x == role and j != t}
                said = {j for j in range(len(r)) if r[t, j, k] > threshold}
                tp, fp, fn = tp + len(gold & said), fp + len(said - gold), fn + len(gold - said)
    return f"parties P {tp / (tp + fp + 1e-9):.3f} R {tp / (tp + fn + 1e-9):.3f} F1 {2 * tp / (2 * tp + fp + fn + 1e-9):.3f}"


def fold_of(doc, folds=5):
    """The part that an article is in, by its number."""
    return int("".join(c for c in doc if c.isdigit()) or 0) * 7919 % folds
