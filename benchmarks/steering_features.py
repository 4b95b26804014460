"""Processor time of the steering features a star, family by family, beside astropy's periodogram of the same stars.

    python benchmarks/steering_features.py [FILE.fits[.gz] ...] [--against FOLDER]

Without files, light curves of ../shared/data (or CLARA_SHARED_DATA) are measured, or else simulated sectors of 2-minute
samples. FOLDER is an older checkout, which is measured in the same run. One thread. Exit code 1 when the features are
less than 40 times as fast as the direct periodogram at the 1000 published frequencies.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ONE_THREAD = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ.update(ONE_THREAD)

import numpy as np  # noqa: E402
from astropy.timeseries import LombScargle  # noqa: E402

from clara_engine import LightCurve  # noqa: E402
from clara_engine.features import FLUX_POWER_FREQUENCY, feature_set  # noqa: E402
from clara_engine.lightcurve import Target  # noqa: E402
from clara_engine.readers import read_light_curve  # noqa: E402

STARS, PERIODOGRAMS, ROUNDS, LEAST = 20, 4, 3, 40
SECTOR_STARS, CORES = 16_000, 2


def simulated() -> list[LightCurve]:
    rng = np.random.default_rng(1)
    minutes = np.arange(20_076)
    seen = (minutes < 9_500) | (minutes > 10_400)
    times = 1325.3 + minutes[seen] / 720
    return [
        LightCurve(time=times, flux=rng.normal(1, 1e-3, times.size), target=Target(tic=-1 - star, simulated=True))
        for star in range(STARS)
    ]


def real() -> list[Path]:
    folder = Path(os.environ.get("CLARA_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    return sorted((folder / "spoc_s0001_2min").glob("*_lc.fits.gz"))[:STARS]


def milliseconds(work, items) -> float:
    """Least mean processor time of a few rounds: other work on the machine only adds to it."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for item in items:
            work(item)
        rounds.append(1e3 * (time.process_time() - start) / len(items))
    return min(rounds)


def periodogram(light_curve: LightCurve) -> None:
    clean = light_curve.finite()
    LombScargle(clean.time, (clean.flux - clean.flux.mean()) / clean.flux.std()).power(FLUX_POWER_FREQUENCY)


def older(folder: str, paths: list[Path]) -> float:
    """The whole row as another checkout computes it, in a process of its own."""
    command = [sys.executable, __file__, *map(str, paths), "--whole"]
    environment = os.environ | {"PYTHONPATH": str(Path(folder).resolve())}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=folder)
    return float(json.loads(answer.stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--against", metavar="FOLDER")
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    paths = [path.resolve() for path in options.files] or real()
    stars = [read_light_curve(path) for path in paths] or simulated()
    steering = feature_set("steering")
    steering.compute(stars[0])  # compiles
    whole = milliseconds(steering.compute, stars)
    if options.whole:
        print(json.dumps(whole))
        return 0

    from clara_engine.features.steering import FAMILIES
    from clara_engine.features.steering.prepare import prepare

    reading = milliseconds(read_light_curve, paths) if paths else 0.0
    if paths:
        print(f"{'reading':32} {reading:6.1f} ms")
    ready = [prepare(star) for star in stars]
    print(f"{'preparing':32} {milliseconds(prepare, stars):6.2f} ms")
    for name, quantity, labels, compute in FAMILIES:
        print(f"{f'{name}, {len(labels)} features':32} {milliseconds(compute, ready):6.2f} ms   {quantity}")
    print(f"{f'all {steering.size}':32} {whole:6.2f} ms")
    if options.against:
        before = older(options.against, paths)
        print(f"{'as in ' + options.against:32} {before:6.2f} ms   {before / whole:.1f} times as long")
    direct = milliseconds(periodogram, stars[:PERIODOGRAMS])
    print(f"{'astropy, direct periodogram':32} {direct:6.1f} ms   {direct / whole:.1f} times as long")
    minutes = SECTOR_STARS * (whole + reading) / CORES / 6e4
    print(f"{SECTOR_STARS:,} stars on {CORES} cores: {minutes:.1f} min")
    return 0 if direct >= LEAST * whole else 1


if __name__ == "__main__":
    sys.exit(main())
