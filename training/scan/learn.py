"""Learns which sentences are worth parsing (`models/en/glance.bin`) from what came of the sentences of news articles when all
were parsed, and says on articles set apart what is lost. See README.md."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parent.parent))
from forests import checksum

PLACE = 8  # as in crates/detente/src/syntax/glance.rs
LONGEST = 200
BATCH = 16  # articles


def words_of(told):
    """Every word, the commonest first."""
    counts = {}
    for line in open(told):
        for sentence in json.loads(line)["sentences"]:
            for word in sentence[0]:
                counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda w: (-counts[w], w))


def articles_of(told, number):
    """Of each article its name, and of the sentences that the scan by words lets through: numbers of the words, how sure the
    surest report is that they tell, and the surest that leans on them."""
    for line in open(told):
        article = json.loads(line)
        through = [s for s in article["sentences"] if s[1]]
        if through:
            words = [np.array([number[w] for w in s[0][:LONGEST]], np.int32) for s in through]
            yield article["doc"], words, np.array([s[2] for s in through], np.float32), np.array([s[3] for s in through], np.float32)


class Glance:
    def __init__(self, args, vectors):
        self.args, self.vectors = args, vectors
        self.rng = rng = np.random.default_rng(args.seed)
        q, k, z, wide = args.narrow, args.reach, args.hidden, vectors.shape[1]
        draw = lambda a, b, *shape: (rng.standard_normal(shape) * np.sqrt(2 / (a + b))).astype(np.float32)
        self.w = dict(
            enter=draw(wide * k, q, wide, k * q), bias=np.zeros(q, np.float32),
            mix=draw(4 * q + PLACE, z, 4 * q + PLACE, z), mix_bias=np.zeros(z, np.float32),
            tell=draw(z, 1, z), tell_bias=np.zeros(1, np.float32),
        )
        self.moments = {n: (np.zeros_like(v), np.zeros_like(v)) for n, v in self.w.items()}
        self.steps = 0

    def forward(self, batch, train=False):
        q, k, w = self.args.narrow, self.args.reach, self.w
        sentences = [s for a in batch for s in a[1]]
        lengths = np.array([len(s) for s in sentences])
        pad = k // 2
        # All sentences in one row, nothing between them.
        begins = pad + np.concatenate([[0], np.cumsum(lengths[:-1] + pad)])
        flat = np.zeros(begins[-1] + lengths[-1] + pad, np.int32)
        for at, s in zip(begins, sentences):
            flat[at : at + len(s)] = s
        some, which = np.unique(flat, return_inverse=True)
        looked = self.vectors[some]
        each = (looked @ w["enter"]).reshape(len(some), k, q)
        count = len(flat) - 2 * pad
        sums = np.zeros((count, q), np.float32)
        for place in range(k):
            sums += each[:, place][which[place : place + count]]
        sums += w["bias"]
        between = np.ones(count, bool)
        for at, n in zip(begins - pad, lengths):
            between[at : at + n] = False
        sums[between] = -1e9
        most = np.maximum.reduceat(sums, begins - pad, axis=0)
        seen = np.maximum(most, 0)
        sizes = np.array([len(a[1]) for a in batch])
        owner = np.repeat(np.arange(len(batch)), sizes)
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        mean = np.add.reduceat(seen, first, axis=0) / sizes[:, None].astype(np.float32)
        same = owner[1:] == owner[:-1]
        before, after = np.zeros_like(seen), np.zeros_like(seen)
        before[1:] = seen[:-1] * same[:, None]
        after[:-1] = seen[1:] * same[:, None]
        at, none = np.arange(len(seen)) - first[owner], np.zeros(len(seen))
        place = [at == 0, at == 1, at == 2, (at > 2) & (at < 6), np.minimum(lengths, 60) / 30, np.minimum(sizes[owner], 40) / 20, none, none]
        given = np.concatenate([seen, before, after, mean[owner], np.stack(place, 1).astype(np.float32)], 1)
        drop = None
        if train:
            drop = (self.rng.random(given.shape) > self.args.drop).astype(np.float32) / (1 - self.args.drop)
            drop[:, 4 * q :] = 1
            given = given * drop
        hidden = np.maximum(given @ w["mix"] + w["mix_bias"], 0)
        odds = hidden @ w["tell"] + w["tell_bias"][0]
        if not train:
            return odds, None
        where = np.stack([b + sums[b : b + n].argmax(0) for b, n in zip(begins - pad, lengths)])
        return odds, (some, which, looked, most, where, owner, first, sizes, same, given, drop, hidden)

    def backward(self, g, kept):
        some, which, looked, most, where, owner, first, sizes, same, given, drop, hidden = kept
        q, k, w = self.args.narrow, self.args.reach, self.w
        grads = dict(tell_bias=np.array([g.sum()], np.float32), tell=hidden.T @ g)
        g = np.outer(g, w["tell"]) * (hidden > 0)
        grads.update(mix_bias=g.sum(0), mix=given.T @ g)
        g = (g @ w["mix"].T) * drop
        own = g[:, :q].copy()
        own[:-1] += g[1:, q : 2 * q] * same[:, None]
        own[1:] += g[:-1, 2 * q : 3 * q] * same[:, None]
        own += (np.add.reduceat(g[:, 3 * q : 4 * q], first, axis=0) / sizes[:, None])[owner]
        own *= most > 0
        grads["bias"] = own.sum(0)
        each = np.zeros((len(some), k, q), np.float32)
        columns = np.broadcast_to(np.arange(q), own.shape)
        for place in range(k):
            np.add.at(each, (which[where + place], place, columns), own)
        grads["enter"] = looked.T @ each.reshape(len(some), k * q)
        return grads

    def learn(self, articles):
        args = self.args
        total = args.passes * (len(articles) // BATCH)
        for number in range(args.passes):
            order, loss, count = self.rng.permutation(len(articles)), 0, 0
            for i in range(0, len(articles) - BATCH + 1, BATCH):
                batch = [articles[j] for j in order[i : i + BATCH]]
                told, leant = np.concatenate([a[2] for a in batch]), np.concatenate([a[3] for a in batch])
                yes = ((told > 0) | (leant > 0)).astype(np.float32)
                weight = np.where(told > 0, told + 0.2, np.where(leant > 0, args.leant * leant, 1))
                odds, kept = self.forward(batch, True)
                g = (weight * (1 / (1 + np.exp(-odds)) - yes) / len(odds)).astype(np.float32)
                loss += (weight * (np.logaddexp(0, odds) - yes * odds)).sum()
                count += len(odds)
                grads = self.backward(g, kept)
                self.steps += 1
                rate = 2e-3 * min(1, self.steps / 100) * (1 - self.steps / (total + 1))
                for n, (m, v) in self.moments.items():
                    m *= 0.9
                    m += 0.1 * grads[n]
                    v *= 0.999
                    v += 0.001 * grads[n] ** 2
                    self.w[n] -= rate * (m / (1 - 0.9**self.steps)) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)
                    if n in ("enter", "mix"):
                        self.w[n] *= 1 - rate * 0.01
            print(f"pass {number + 1}: loss {loss / count:.4f}", flush=True)

    def write(self, path, name, least):
        out, w, args = bytearray(), self.w, self.args

        def varint(n):
            while n >= 128:
                out.append(n & 127 | 128)
                n >>= 7
            out.append(n)

        varint(len(name))
        out.extend(name.encode())
        for n in (self.vectors.shape[1], args.narrow, args.hidden, args.reach):
            varint(n)
        out.extend(np.float32(least).tobytes())
        scale = np.maximum(np.abs(w["enter"]).max(0), 1e-9) / 32767
        out.extend(scale.astype("<f4").tobytes() + np.zeros(len(scale), "<f4").tobytes())
        out.extend(np.rint(w["enter"] / scale).astype("<i2").tobytes())
        out.extend(w["bias"].astype("<f4").tobytes() + w["mix"].T.astype("<f4").tobytes())
        for n in ("mix_bias", "tell", "tell_bias"):
            out.extend(w[n].astype("<f4").tobytes())
        body = bytes(out)
        Path(path).write_bytes(b"detente glance 1\n" + body + checksum(body).to_bytes(8, "little"))


def measure(glance, articles):
    """What is lost of the reports, by how sure they are, for several odds from which a sentence is read."""
    odds = [glance.forward([a])[0] for a in articles]
    size = np.array([len(s) for a in articles for s in a[1]])
    told, leant = np.concatenate([a[2] for a in articles]), np.concatenate([a[3] for a in articles])
    for least in (-4, -3.5, -3.2, -3, -2.8, -2.6, -2.4, -2.2, -2, -1.5):
        # As `Glance::wants` has it.
        read = np.concatenate([np.full(len(z), True) if len(z) <= 6 or 3 * (z >= least).sum() >= len(z) else z >= least for z in odds])
        part = lambda x: f"{100 * x[~read].sum() / x.sum():.2f}"
        print(
            f"odds from {least:.1f}: {size[read].sum() / size.sum():.3f} of the words; lost of sentences that tell {part(told > 0)} %, "
            f"by confidence {part(told)} %, of those surer than a half {part(told > 0.5)} %, leant on {part(leant)} %",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("told", help="what the example `told` writes")
    parser.add_argument("--words", help="write the words for the example `vectors`, and stop")
    parser.add_argument("--vectors", help="what it makes of them")
    parser.add_argument("--skip", help="names of articles to leave out, one a line")
    parser.add_argument("--out")
    parser.add_argument("--name", default="en-glance-1")
    parser.add_argument("--least", type=float, default=-3.5, help="odds from which a sentence is read")
    parser.add_argument("--apart", type=int, default=10, help="one article of so many is set apart")
    parser.add_argument("--narrow", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--reach", type=int, default=5)
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--drop", type=float, default=0.25)
    parser.add_argument("--leant", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    words = words_of(args.told)
    if args.words:
        Path(args.words).write_text("".join(w + "\n" for w in words))
        return
    vectors = np.fromfile(args.vectors, np.float32).reshape(len(words), -1)
    vectors = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), vectors])
    articles = list(articles_of(args.told, {w: i + 1 for i, w in enumerate(words)}))
    skip = set(Path(args.skip).read_text().split()) if args.skip else set()
    glance = Glance(args, vectors)
    glance.learn([a for i, a in enumerate(articles) if i % args.apart and a[0] not in skip])
    if args.out:
        glance.write(args.out, args.name, args.least)
    measure(glance, [a for i, a in enumerate(articles) if i % args.apart == 0])


if __name__ == "__main__":
    main()
