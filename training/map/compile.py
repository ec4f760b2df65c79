"""Makes crates/detente-plot/src/world.tsv: outlines of countries out of the npm package world-atlas 2.0.2 (Natural Earth
1:50m, in the public domain), thinned out, under our entity keys.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python compile.py package/countries-50m.json /usr/share/iso-codes/json/iso_3166-1.json > ../../crates/detente-plot/src/world.tsv

The second file is that of the Debian package iso-codes; it is only asked which alpha-3 code a numeric code has. Borders are
thinned arc by arc, so that neighbours still touch. Nothing here is needed to build or use Détente."""

import json
import sys

# Degrees by which a thinned line may leave the true one.
TOLERANCE = 0.09
# Square degrees below which an island is left out, unless it is the country's largest.
SMALL = 0.12
# Without a numeric code of ISO: whose they are in our keys. They are drawn with it; a map says nothing of claims.
OWN = {"Kosovo": "KOS", "Somaliland": "SOM", "N. Cyprus": "CYP", "Indian Ocean Ter.": "AUS", "Siachen Glacier": ""}


def thin(points):
    """Douglas and Peucker, without recursion."""
    if len(points) < 3:
        return points
    keep = {0, len(points) - 1}
    heap = [(0, len(points) - 1)]
    while heap:
        a, b = heap.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        far, at = 0.0, None
        for i in range(a + 1, b):
            x, y = points[i]
            if length:
                d = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
            else:
                d = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
            if d > far:
                far, at = d, i
        if at is not None and far > TOLERANCE:
            keep.add(at)
            heap += [(a, at), (at, b)]
    return [points[i] for i in sorted(keep)]


def clip(ring, side, edge):
    """The part of a ring on one side of a meridian (Sutherland and Hodgman); side is 1 for its west, -1 for its east."""
    out = []
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        a_in, b_in = (edge - ax) * side >= 0, (edge - bx) * side >= 0
        if a_in:
            out.append((ax, ay))
        if a_in != b_in:
            out.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
    return out


def halves(ring):
    """A ring that crosses the 180th meridian, as one on either side of it."""
    x, unrolled = ring[0][0], []
    for px, py in ring:
        while px - x > 180:
            px -= 360
        while px - x < -180:
            px += 360
        unrolled.append((px, py))
        x = px
    low, high = min(p[0] for p in unrolled), max(p[0] for p in unrolled)
    if high <= 180 and low >= -180:
        return [ring]
    parts = []
    for turn in (-360, 0, 360):
        part = clip(clip([(px + turn, py) for px, py in unrolled], 1, 180), -1, -180)
        if len(part) > 2:
            parts.append(part)
    return parts


def area(ring):
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]))) / 2


def main():
    atlas, codes = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
    alpha = {row["numeric"]: row["alpha_3"] for row in codes["3166-1"]}
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(thin(points))
    rings = {}
    for country in atlas["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        key = alpha.get(country.get("id", ""), OWN.get(name))
        if key is None:
            sys.exit(f"{name} has no code")
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        found = []
        for polygon in polygons:
            # The first ring is the outline, the others are holes: neighbours fill them.
            ring = []
            for number in polygon[0]:
                part = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += part[1:] if ring else part
            for part in halves(ring):
                found.append([(round(x * 100), round(y * 100)) for x, y in part])
        rings.setdefault(key, []).extend(found)
    print("# Outlines of countries for maps: Natural Earth 1:50m, version 4.1 (public domain), thinned out by training/map/compile.py.")
    print("# Each ring: hundredths of a degree east and north of its first point, then steps. They say nothing of claims.")
    print("key\trings")
    for key, all_rings in sorted(rings.items()):
        largest = max(area(r) for r in all_rings)
        cells = []
        for ring in all_rings:
            if area(ring) < SMALL * 1e4 and area(ring) < largest:
                continue
            steps = [ring[0]]
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                if (x1, y1) != (x2, y2):
                    steps.append((x2 - x1, y2 - y1))
            if len(steps) > 3:
                cells.append(" ".join(f"{x},{y}" for x, y in steps))
            elif area(ring) == largest:
                cells.append(" ".join(f"{x},{y}" for x, y in steps))
        print(f"{key}\t{';'.join(cells)}")


main()
