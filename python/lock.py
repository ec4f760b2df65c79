"""Compares Cargo.lock here with that of the workspace: a crate that stands in both must have the versions that it has there.
`lock.py` fails where it does not; `lock.py --write` makes the lock file anew from the workspace's."""

import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ABOVE, OWN = HERE.parent / "Cargo.lock", HERE / "Cargo.lock"


def versions(path):
    found = {}
    for name, version in re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
        found.setdefault(name, set()).add(version)
    return found


if "--write" in sys.argv:
    # Cargo keeps the versions that are there, takes out what is not needed, and adds what is.
    shutil.copy(ABOVE, OWN)
    subprocess.run(["cargo", "metadata", "--format-version", "1"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
above, own = versions(ABOVE), versions(OWN)
# Here there may be a second version of a crate, beside that of the workspace, for what only Python needs.
differ = [name for name in own if name in above and not own[name] & above[name]]
if differ:
    sys.exit(f"python/Cargo.lock has other versions than Cargo.lock of {', '.join(sorted(differ))}: run python/lock.py --write")
