"""The networks, in JAX: the small one that ships and the large one that teaches it. Both end in the same
heads: parts of speech, names, arcs, relations."""

import jax
import jax.numpy as jnp
import numpy as np

from data import NER, RELS, TAGS, TOTAL_ROWS

NEG = -1e9
DIST = 32  # number of distance classes


def dist_class(n):
    """Class of the way from dependent to head: table (n, n+1), column 0 is the root."""
    i = np.arange(n)[:, None]
    j = np.arange(n)[None, :]
    d = j - i
    a = np.abs(d)
    c = np.where(a <= 8, a, np.where(a <= 12, 9, np.where(a <= 18, 10, np.where(a <= 28, 11, np.where(a <= 44, 12, 13)))))
    c = np.where(d < 0, c, c + 14)  # 1..13 left, 15..27 right (0 and 14 never used: self)
    root = np.full((n, 1), 28)
    return np.concatenate([root, c], 1).astype(np.int32)


def dense(rng, n, m, scale=1.0):
    return jnp.asarray(rng.normal(size=(n, m)) * scale / np.sqrt(n), jnp.float32)


def heads_init(rng, d, a=64, r=96):
    return dict(
        upos=dense(rng, d, len(TAGS), 0.5), upos_b=jnp.zeros(len(TAGS)),
        ner=dense(rng, d, len(NER), 0.5), ner_b=jnp.zeros(len(NER)),
        arc_d=dense(rng, d, a), arc_db=jnp.zeros(a), arc_h=dense(rng, d, a), arc_hb=jnp.zeros(a),
        arc_root=jnp.asarray(rng.normal(size=a) * 0.1, jnp.float32),
        arc_u=dense(rng, a, a), arc_prior=jnp.zeros(a), dist=jnp.zeros(DIST),
        rel_d=dense(rng, d, r), rel_h=dense(rng, d, r), rel_b=jnp.zeros(r), rel_root=jnp.zeros(r),
        rel=dense(rng, r, len(RELS)), rel_ob=jnp.zeros(len(RELS)),
    )


def rms(x, g):
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * g


def hsig(x):
    return jnp.clip(x * 0.25 + 0.5, 0.0, 1.0)


def drop(key, x, p, shared=False):
    """Dropout; `shared` uses one mask for all tokens of a sentence."""
    if key is None or p == 0:
        return x
    shape = x.shape[:1] + (1,) * (x.ndim - 2) + x.shape[-1:] if shared else x.shape
    return jnp.where(jax.random.bernoulli(key, 1 - p, shape), x / (1 - p), 0.0)


def keys(key, n):
    return [None] * n if key is None else list(jax.random.split(key, n))


# ------------------------------------------------------------------------------------------ the small one


def student_init(seed, e=128, d=160, layers=3, a=64, r=96):
    rng = np.random.default_rng(seed)
    p = dict(
        table=jnp.asarray(np.concatenate([rng.normal(size=(TOTAL_ROWS, e)) * 0.1, np.zeros((1, e))]), jnp.float32),
        glove=dense(rng, 50, e, 0.5), in_g=jnp.ones(e),
        conv=dense(rng, 3 * e, 2 * d), conv_b=jnp.zeros(2 * d), conv_g=jnp.ones(d),
        out_g=jnp.ones(d), heads=heads_init(rng, d, a, r),
    )
    for l in range(layers):
        b = np.zeros(3 * d)
        b[d : 2 * d] = np.where(np.arange(d) % 2 == 0, 1.0, 0.0)
        p[f"sru{l}"] = dict(g=jnp.ones(d), w=dense(rng, d, 3 * d), b=jnp.asarray(b, jnp.float32), o=dense(rng, d, d, 0.5))
    return p


def recur(f, z):
    """c_t = f_t c_(t-1) + (1 - f_t) z_t along axis 1."""
    def step(c, fz):
        f, z = fz
        c = f * c + (1 - f) * z
        return c, c

    _, cs = jax.lax.scan(step, jnp.zeros_like(z[:, 0]), (f.swapaxes(0, 1), z.swapaxes(0, 1)), unroll=4)
    return cs.swapaxes(0, 1)


def sru(p, h, mask, key, pdrop):
    d = h.shape[-1]
    k1, k2 = keys(key, 2)
    x = drop(k1, rms(h, p["g"]), pdrop, shared=True)
    u = x @ p["w"] + p["b"]
    z, f, r = u[..., :d], hsig(u[..., d : 2 * d]), hsig(u[..., 2 * d :])
    # Past the end: keep the state (nothing enters from the padding for the backward half).
    f = jnp.where(mask[..., None] > 0, f, 1.0)
    half = d // 2
    cf = recur(f[..., :half], z[..., :half])
    cb = recur(f[:, ::-1, half:], z[:, ::-1, half:])[:, ::-1]
    y = jnp.concatenate([cf, cb], -1) * r
    return h + drop(k2, y @ p["o"], pdrop * 0.5)


def embed(p, glove, batch, key, word_drop=0.15):
    feat, g = batch["feat"], batch["glove"]
    k1, k2, k3 = keys(key, 3)
    if key is not None:
        # Now and then a word is known only by its ends and shape.
        lost = jax.random.bernoulli(k1, word_drop, g.shape)
        feat = jnp.concatenate([jnp.where(lost[..., None], TOTAL_ROWS, feat[..., :2]), feat[..., 2:]], -1)
        g = jnp.where(lost & jax.random.bernoulli(k2, 0.5, g.shape), 0, g)
    x = p["table"][feat].sum(-2) + glove[g] @ p["glove"]
    return drop(k3, rms(x, p["in_g"]), 0.2 if key is not None else 0)


def student(p, glove, batch, key=None, pdrop=0.2):
    mask = batch["mask"]
    n = sum(1 for k in p if k.startswith("sru"))
    ks = keys(key, n + 2)
    x = embed(p, glove, batch, ks[0]) * mask[..., None]
    x = jnp.concatenate([jnp.pad(x[:, :-1], ((0, 0), (1, 0), (0, 0))), x, jnp.pad(x[:, 1:], ((0, 0), (0, 1), (0, 0)))], -1)
    u = x @ p["conv"] + p["conv_b"]
    d = u.shape[-1] // 2
    h = rms(jnp.maximum(u[..., :d], u[..., d:]), p["conv_g"])
    for l in range(n):
        h = sru(p[f"sru{l}"], h, mask, ks[l + 1], pdrop)
    return drop(ks[-1], rms(h, p["out_g"]), pdrop, shared=True)


# ------------------------------------------------------------------------------------------------- heads


def scores(p, h, mask, key=None, pdrop=0.2):
    """Logits: upos (B,T,17), ner (B,T,11), arcs (B,T,T+1) with column 0 the root, and the two halves of the
    relation scorer."""
    k = keys(key, 4)
    n = h.shape[1]
    upos = h @ p["upos"] + p["upos_b"]
    ner = h @ p["ner"] + p["ner_b"]
    ad = drop(k[0], jax.nn.relu(h @ p["arc_d"] + p["arc_db"]), pdrop, True)
    ah = drop(k[1], jax.nn.relu(h @ p["arc_h"] + p["arc_hb"]), pdrop, True)
    ah = jnp.concatenate([jnp.broadcast_to(p["arc_root"], ah[:, :1].shape), ah], 1)
    arc = jnp.einsum("bia,bja->bij", ad @ p["arc_u"], ah) + (ah @ p["arc_prior"])[:, None, :]
    arc = arc + p["dist"][dist_class(n)]
    ok = jnp.concatenate([jnp.ones_like(mask[:, :1]), mask], 1)[:, None, :] * (1 - jnp.eye(n, n + 1, 1))
    arc = jnp.where(ok > 0, arc, NEG)
    rd = h @ p["rel_d"] + p["rel_b"]
    rh = h @ p["rel_h"]
    rh = jnp.concatenate([jnp.broadcast_to(p["rel_root"], rh[:, :1].shape), rh], 1)
    return upos, ner, arc, rd, rh


def rel_logits(p, rd, rh, head, key=None, pdrop=0.2):
    """Relation logits of each token with the given head."""
    x = jax.nn.relu(rd + jnp.take_along_axis(rh, head[..., None], 1))
    return drop(key, x, pdrop) @ p["rel"] + p["rel_ob"]


def nll(logits, gold):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), gold[..., None], -1)[..., 0]


def soft(logits, probs):
    return -(jax.nn.log_softmax(logits) * probs).sum(-1)


def loss_of(p, h, batch, key, pdrop=0.2):
    k1, k2 = keys(key, 2)
    mask = batch["mask"]
    upos, ner, arc, rd, rh = scores(p, h, mask, k1, pdrop)
    rel = rel_logits(p, rd, rh, batch["head"], k2, pdrop)
    if "p_upos" in batch:  # soft targets of the teacher on all sentences
        at = jnp.zeros_like(arc).at[
            jnp.arange(arc.shape[0])[:, None, None], jnp.arange(arc.shape[1])[None, :, None], batch["arc_i"]
        ].add(batch["arc_p"])
        la = -(jax.nn.log_softmax(arc) * at).sum(-1)
        total = soft(upos, batch["p_upos"]) + la + soft(rel, batch["p_rel"]) + soft(ner, batch["p_ner"])
        return (total * mask).sum() / jnp.maximum(mask.sum(), 1)
    syn = mask * batch["syn"][:, None]
    nam = mask * batch["nam"][:, None]
    ls = nll(upos, batch["upos"]) * 0.5 + nll(arc, batch["head"]) + nll(rel, batch["rel"])
    ln = nll(ner, batch["ner"])
    return ((ls * syn).sum() + (ln * nam).sum()) / jnp.maximum(mask.sum(), 1)


def predict(p, h, batch):
    upos, ner, arc, rd, rh = scores(p, h, batch["mask"])
    return upos.argmax(-1), ner.argmax(-1), arc, rd, rh


# ------------------------------------------------------------------------------------------ the optimiser


def adam_init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return dict(m=zeros, v=jax.tree.map(jnp.zeros_like, params))


def adam(params, grads, state, step, lr, wd=0.0, clip=2.0, b1=0.9, b2=0.99):
    """One step; `lr` is a number or a tree of numbers like `params`."""
    norm = jnp.sqrt(sum((g * g).sum() for g in jax.tree.leaves(grads)))
    s = jnp.minimum(1.0, clip / (norm + 1e-9))
    c1, c2 = 1 - b1 ** (step + 1), 1 - b2 ** (step + 1)
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g * s, state["m"], grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * (g * s) ** 2, state["v"], grads)
    if not isinstance(lr, dict):
        lr = jax.tree.map(lambda _: lr, params)
    params = jax.tree.map(
        lambda p, m, v, r: p - r * ((m / c1) / (jnp.sqrt(v / c2) + 1e-8) + wd * p), params, m, v, lr
    )
    return params, dict(m=m, v=v)
