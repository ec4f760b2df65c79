"""Writes sums of decision trees in the form that `crates/detente/src/forest.rs` reads."""

import numpy as np


def write(path, kind, name, shares, grown):
    """The file that the program reads: what kind of file it is, its name, shares from which forests are believed, forests."""
    out = bytearray()

    def varint(n):
        while n >= 128:
            out.append(n & 127 | 128)
            n >>= 7
        out.append(n)

    def down(x):
        """A bound as a short float, never above it: what was left of it stays left."""
        y = np.float32(x)
        return np.nextafter(y, np.float32(-np.inf)) if float(y) > x else y

    varint(len(name.encode()))
    out.extend(name.encode())
    out.extend(np.array(shares, "<f4").tobytes())
    for forest in grown:
        varint(forest.num_feature())
        trees = forest.dump_model()["tree_info"]
        varint(len(trees))
        for tree in trees:
            forks, leaves = {}, {}

            def walk(node):
                if "leaf_value" in node:
                    leaves[node.get("leaf_index", 0)] = node["leaf_value"]
                    return -1 - node.get("leaf_index", 0)
                assert node["decision_type"] == "<=" and node["missing_type"] == "None"
                forks[node["split_index"]] = (node["split_feature"], node["threshold"], walk(node["left_child"]), walk(node["right_child"]))
                return node["split_index"]

            walk(tree["tree_structure"])
            varint(len(leaves))
            for _, (number, most, left, right) in sorted(forks.items()):
                out.append(number)
                out.extend(down(most).astype("<f4").tobytes())
                out.extend(np.array([left, right], "<i2").tobytes())
            out.extend(np.array([leaves[k] for k in sorted(leaves)], "<f4").tobytes())
    with open(path, "wb") as f:
        f.write(f"detente {kind}\n".encode() + bytes(out) + checksum(bytes(out)).to_bytes(8, "little"))


def checksum(body):
    """As `crates/detente/src/syntax/file.rs`."""
    mask = (1 << 64) - 1
    total = len(body)

    def stir(total, word):
        return ((((total << 23) | (total >> 41)) & mask) ^ word) * 0x9E3779B97F4A7C15 & mask

    whole = len(body) // 8 * 8
    for i in range(0, whole, 8):
        total = stir(total, int.from_bytes(body[i : i + 8], "little"))
    for b in body[whole:]:
        total = stir(total, b)
    return total ^ total >> 29
