"""How much room a pack of two-minute light curves takes, and how long one star takes to open.

``python benchmarks/pack.py [FOLDER]`` packs the light curves of a folder, by default 200 simulated ones, opens each in
random order, and prints the room that 16,000 of them would take.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from clara_engine import Workspace
from clara_engine.simulate import simulate_sector
from clara_engine.studies.pack import pack

SECTOR, STARS = 16_000, 200


def open_each(ws, ids):
    """Milliseconds that each light curve takes, and those of them that the processor works for it."""
    taken = []
    for target_id in ids:
        begun = time.perf_counter(), time.process_time()
        ws.targets.light_curve(target_id)
        taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    return 1e3 * np.array(taken)


def measure(place, files):
    """Pack and print."""
    ws = Workspace.open(place / "ws")
    if files is None:
        files = place / "files"
        simulate_sector(files, stars=STARS, seed=1)
    ws.ingest([files])
    ids = list(np.random.default_rng(0).permutation(ws.targets.ids()))
    before = open_each(ws, ids)
    begun = time.perf_counter()
    packed = pack(ws)
    seconds = time.perf_counter() - begun
    taken = open_each(ws, ids)
    each = packed.bytes / packed.light_curves
    print(
        f"{packed.light_curves} light curves packed in {seconds:.1f} s: {packed.bytes / 1e6:.1f} MB in place of ",
        end="",
    )
    print(f"{packed.before / 1e6:.1f}; {SECTOR:,} take {each * SECTOR / 1e9:.2f} GB (goal: below 2)")
    for name, one in (("files", before), ("pack", taken)):
        (usual, work), (late, most) = np.percentile(one, (50, 95), axis=0)
        print(f"a star opens from the {name} in {usual:.1f} ms, 95 % in {late:.1f} ms (goal: below 20); ", end="")
        print(f"processor time {work:.1f} ms, 95 % {most:.1f}")


if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp())
    try:
        measure(folder, Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    finally:
        shutil.rmtree(folder)
