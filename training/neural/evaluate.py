"""Decoding and scoring."""

import numpy as np

from data import TAG_UPOS, UPOS


def decode(arc):
    """Heads (1-based, 0 = root) of one sentence from its scores (n × n+1): each token's best head, mended to
    a tree with one root where that is not one. The same steps, in the same order, as the Rust `tree`."""
    n = arc.shape[0]
    head = arc.argmax(1)
    if is_tree(head):
        return head
    best, best_total = None, None
    # One root: try the tokens that most want to be it.
    gain = arc[:, 0] - np.where(np.arange(n + 1)[None, :] == 0, -np.inf, arc).max(1) if n > 1 else arc[:, 0]
    order = np.argsort(-gain, kind="stable")[:3]
    for r in order:
        s = arc.copy()
        s[:, 0] = -1e9
        s[r, :] = -1e9
        s[r, 0] = arc[r, 0]
        h = mst(s)
        total = arc[np.arange(n), h].astype(np.float64).sum()
        if best is None or total > best_total:
            best, best_total = h, total
    return best


def is_tree(head):
    n = len(head)
    if (head == 0).sum() != 1:
        return False
    for i in range(n):
        j, steps = i + 1, 0
        while j:
            j = head[j - 1]
            steps += 1
            if steps > n:
                return False
    return True


def mst(s):
    """Chu-Liu-Edmonds over scores n × n+1."""
    n = s.shape[0]
    full = np.full((n + 1, n + 1), -1e9)
    full[1:, :] = s
    np.fill_diagonal(full, -1e9)
    head = edmonds(full)
    return head[1:]


def edmonds(s):
    n = s.shape[0]
    head = np.zeros(n, int)
    for i in range(1, n):
        head[i] = s[i].argmax()
    cycle = find_cycle(head)
    if cycle is None:
        return head
    inc = np.zeros(n, bool)
    inc[cycle] = True
    rest = [i for i in range(n) if not inc[i]]  # holds 0 first
    m = len(rest) + 1
    t = np.full((m, m), -1e9)
    cyc = np.array(cycle)
    own = s[cyc, head[cyc]]
    enter, leave = {}, {}
    for a, i in enumerate(rest):
        for b, j in enumerate(rest):
            if a != b:
                t[a, b] = s[i, j]
        # arc from the cycle to i
        k = s[i, cyc].argmax()
        t[a, m - 1] = s[i, cyc[k]]
        leave[a] = cyc[k]
        # arc from i into the cycle
        g = s[cyc, i] - own
        k = g.argmax()
        t[m - 1, a] = g[k]
        enter[a] = cyc[k]
    t[0, :] = -1e9
    np.fill_diagonal(t, -1e9)
    sub = edmonds(t)
    out = head.copy()
    for a, i in enumerate(rest):
        if a == 0:
            continue
        out[i] = leave[a] if sub[a] == m - 1 else rest[sub[a]]
    k = sub[m - 1]
    out[enter[k]] = rest[k]
    return out


def find_cycle(head):
    n = len(head)
    seen = np.zeros(n, int)
    for i in range(1, n):
        j, path = i, []
        while j != 0 and seen[j] == 0:
            seen[j] = -i - 1
            path.append(j)
            j = head[j]
        if j != 0 and seen[j] == -i - 1:
            return path[path.index(j) :]
        for k in path:
            seen[k] = 1
    return None


def spans(tags):
    """Name spans of BIO numbers; an I without its B opens one too."""
    out, open_ = set(), None
    for i, t in enumerate(list(tags) + [0]):
        kind = (t - 1) // 2 if t else None
        starts = t and ((t - 1) % 2 == 0 or open_ is None or open_[1] != kind)
        if open_ and (not t or starts):
            out.add((open_[0], i, open_[1]))
            open_ = None
        if starts:
            open_ = (i, kind)
    return out


class Score:
    def __init__(self):
        self.n = self.fine = self.upos = self.uas = self.las = 0
        self.tp = self.fp = self.fn = 0
        self.kind = {}

    def syntax(self, s, tags, head, rel):
        for i in range(len(s["words"])):
            self.n += 1
            self.upos += TAG_UPOS[tags[i]] == UPOS[s["upos"][i]]
            self.fine += tags[i] == s["tags"][i]
            if head[i] == s["heads"][i]:
                self.uas += 1
                self.las += rel[i] == s["rels"][i]

    def names(self, gold, tags):
        g, p = spans(gold), spans(tags)
        self.tp += len(g & p)
        self.fp += len(p - g)
        self.fn += len(g - p)
        for name, part in (("tp", g & p), ("fp", p - g), ("fn", g - p)):
            for x in part:
                self.kind.setdefault(x[2], dict(tp=0, fp=0, fn=0))[name] += 1

    def __str__(self):
        out = []
        if self.n:
            out.append(f"UPOS {100*self.upos/self.n:.2f} fine {100*self.fine/self.n:.2f} UAS {100*self.uas/self.n:.2f} LAS {100*self.las/self.n:.2f}")
        if self.tp:
            out.append(f"names P {100*self.tp/(self.tp+self.fp):.2f} R {100*self.tp/(self.tp+self.fn):.2f} F {200*self.tp/(2*self.tp+self.fp+self.fn):.2f}")
            out.append(" ".join(f"{k}:{200*v['tp']/(2*v['tp']+v['fp']+v['fn']):.1f}" for k, v in sorted(self.kind.items())))
        return " | ".join(out)
