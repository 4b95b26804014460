"""What `clara ingest` costs: the whole command, on copies of real or simulated files, each with a star of its own.

    python benchmarks/ingest.py FOLDER [--files 1600] [--plain | --gzip] [--before CHECKOUT]

The FITS files of FOLDER are copied until there are enough of them; each copy has a TIC number of its own, in its header
and its name, so that all of them are registered. ``--plain`` unzips them, ``--gzip`` zips them (level 6). Every ingest
is a process of its own, into a workspace of its own; wall time, and CPU time with that of its children. What the
command needs at its start, with its processes, is told from what a file costs by an ingest of half of the files.

With ``--before``, another checkout of this project (``git worktree add CHECKOUT afb3592``, the last that read headers
alone) does the same in turn, with the same Python, and ratios are printed. The files were just written, so they come
from memory: from a disk, whole files cost more than their first 20 kB.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent.parent
MANY = 20_000
FIRST_TIC = 1_000_000_001


def read(path: Path) -> bytes:
    """The content of a FITS file, unzipped."""
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def of_star(content: bytes, tic: int) -> bytes:
    """The same file, as if of another star."""
    for key, value in ((b"OBJECT  ", f"'TIC {tic}'".encode().ljust(20)), (b"TICID   ", str(tic).encode().rjust(20))):
        content = re.sub(rb"%b= [^/]{20}" % key, lambda _, card=key + b"= " + value: card, content)
    return content


def copies(originals: list[Path], folder: Path, count: int, zipped: bool | None) -> list[Path]:
    """`count` files in `folder`, as the originals come, or all plain, or all zipped."""
    folder.mkdir()
    contents = [(read(path), path.suffix == ".gz" if zipped is None else zipped) for path in originals]
    made = []
    for tic, (content, zip_it) in zip(range(FIRST_TIC, FIRST_TIC + count), itertools.cycle(contents), strict=False):
        path = folder / f"tess2018206045859-s0001-{tic:016d}-0120-s_lc.fits{'.gz' if zip_it else ''}"
        content = of_star(content, tic)
        path.write_bytes(gzip.compress(content, 6) if zip_it else content)
        made.append(path)
    return made


def ingest(checkout: Path, place: Path) -> tuple[float, float]:
    """Wall and CPU time [s] of the command."""
    with tempfile.TemporaryDirectory() as workspace:
        command = [sys.executable, "-m", "clara_engine", "ingest", str(place), "--workspace", workspace]
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, text=True
        )
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    files = len(os.listdir(place))
    if f"{files} added, 0 known already, 0 duplicates, 0 unreadable" not in done.stdout + done.stderr:
        sys.exit(f"{checkout}: not all of {files} files were registered\n{done.stdout[-500:]}{done.stderr[-500:]}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Print the time of a file and of many, and how the two checkouts compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1600)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--before", type=Path, help="another checkout of this project")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--plain", dest="zipped", action="store_false", default=None)
    kinds.add_argument("--gzip", dest="zipped", action="store_true", default=None)
    options = parser.parse_args()
    originals = sorted(path for path in options.folder.rglob("*") if path.name.endswith((".fits", ".fits.gz")))
    checkouts = {"before": options.before.resolve()} if options.before else {}
    checkouts["now"] = HERE
    many: dict[str, list[tuple[float, ...]]] = {name: [] for name in checkouts}
    with tempfile.TemporaryDirectory() as place:
        made = copies(originals, Path(place, "all"), options.files, options.zipped)
        half = made[: len(made) // 2]
        Path(place, "half").mkdir()
        for path in half:
            os.link(path, Path(place, "half", path.name))
        size = sum(path.stat().st_size for path in made) / len(made)
        print(f"{len(made)} files of {size / 1e6:.2f} MB, copies of {len(originals)}; {os.cpu_count()} cores")
        for _ in range(options.repeats):
            for name, checkout in checkouts.items():
                times = [ingest(checkout, Path(place, which)) for which in ("half", "all")]
                each = [(all_ - half_) / (len(made) - len(half)) for half_, all_ in zip(*times, strict=True)]
                starts = [all_ - len(made) * one for all_, one in zip(times[1], each, strict=True)]
                many[name].append(tuple(start + MANY * one for start, one in zip(starts, each, strict=True)))
    for name, seconds in many.items():
        wall, cpu = (median(kind) for kind in zip(*seconds, strict=True))
        print(f"{name:6}: {MANY} files take {wall:.1f} s, {cpu:.1f} s of CPU; {1e3 * wall / MANY:.2f} ms a file")
    if options.before:
        for at, kind in enumerate(("wall", "CPU")):
            ratios = [now[at] / before[at] for before, now in zip(many["before"], many["now"], strict=True)]
            print(f"{kind:4} ratio now / before: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
