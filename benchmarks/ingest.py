"""What ingest costs now that samples are read, against headers alone, on copies of real or simulated files.

    python benchmarks/ingest.py FOLDER [--files 2000]

The files of FOLDER are linked under new names until there are enough of them, each with a star of its own, so nothing
is shared but the disk. Both ways are timed in turn in one run; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from clara_engine import Workspace
from clara_engine.readers import read_target
from clara_engine.workers import processes
from clara_engine.workspace.files import find_files
from clara_engine.workspace.looking import look, look_at


def headers(folder: Path) -> None:
    """As ingest read before: headers, one after the other."""
    for path in find_files([folder]).light_curves:
        path.stat()
        read_target(path)


def samples(folder: Path) -> None:
    """As ingest reads now."""
    for one in look_at([(str(path), "") for path in find_files([folder]).light_curves]):
        assert not one.reason, one.reason


def main() -> None:
    """Print the time of each way, and of a whole ingest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    originals = find_files([options.folder]).light_curves
    with tempfile.TemporaryDirectory() as place:
        copies = Path(place) / "in"
        copies.mkdir()
        for number, path in zip(range(options.files), itertools.cycle(originals), strict=False):
            shutil.copy(path, copies / f"{number:06d}-{path.name}")
        for executor_warms in processes().map(look, [originals[0]] * 4):
            assert executor_warms
        taken: dict[str, list[float]] = {"headers": [], "samples": []}
        for _ in range(options.repeats):
            for name, way in (("headers", headers), ("samples", samples)):
                begun = time.perf_counter()
                way(copies)
                taken[name].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        Workspace.open(Path(place) / "ws").targets.ingest([copies])
        whole = time.perf_counter() - begun
    for name, seconds in taken.items():
        print(f"{name}: {1e3 * median(seconds) / options.files:.3f} ms a file")
    ratios = [now / before for before, now in zip(taken["headers"], taken["samples"], strict=True)]
    print(f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) on {options.files} files")
    print(f"a whole ingest: {1e3 * whole / options.files:.3f} ms a file")


if __name__ == "__main__":
    main()
