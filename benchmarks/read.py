"""Time of reading a SPOC light curve: CLARA's reader against `astropy.table.Table.read`.

    python benchmarks/read.py [FILE.fits[.gz] ...]

Without files, a simulated 27-day curve of 2-minute samples is written and read, plain and gzipped.
"""

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.table import Table

from clara_engine import LightCurve
from clara_engine.lightcurve import Target
from clara_engine.readers import read_light_curve, write_spoc


def milliseconds(work: Callable[[], object], repeats: int = 15) -> float:
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))


def astropy_read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    table = Table.read(path, hdu=1)
    return np.asarray(table["TIME"], float), np.asarray(table["PDCSAP_FLUX"], float)


def simulated(folder: Path) -> list[Path]:
    rng = np.random.default_rng(1)
    n = 20_076
    curve = LightCurve(
        time=1325.3 + np.arange(n) / 720,
        flux=rng.normal(1e4, 10, n),
        flux_err=np.full(n, 10.0),
        centroid_column=rng.normal(500, 0.01, n),
        centroid_row=rng.normal(900, 0.01, n),
        target=Target(tic=9_000_000_001, sector=1, simulated=True),
    )
    return [write_spoc(curve, folder / name) for name in ("simulated.fits", "simulated.fits.gz")]


def main() -> None:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(name) for name in sys.argv[1:]] or simulated(Path(folder))
        print(f"{'file':60} {'Table.read':>11} {'CLARA':>9} {'ratio':>6}")
        for path in paths:
            theirs, ours = (
                milliseconds(lambda p=path: astropy_read(p)),
                milliseconds(lambda p=path: read_light_curve(p)),
            )
            print(f"{path.name:60} {theirs:8.1f} ms {ours:6.2f} ms {theirs / ours:6.1f}")


if __name__ == "__main__":
    main()
