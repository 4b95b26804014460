"""Processor time of the steering features a star, family by family.

    python benchmarks/steering_features.py [FILE.fits[.gz] ...]

Without files, simulated sectors of 2-minute samples are measured; reading counts only with files.
"""

import sys
import time
from pathlib import Path

import numpy as np

from clara_engine import LightCurve
from clara_engine.features.steering import FAMILIES, STEERING, steering
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import Target
from clara_engine.readers import read_light_curve

STARS, SECTOR_STARS, CORES = 20, 16_000, 2


def simulated() -> list[LightCurve]:
    rng = np.random.default_rng(1)
    minutes = np.arange(20_076)
    seen = (minutes < 9_500) | (minutes > 10_400)
    time = 1325.3 + minutes[seen] / 720
    return [
        LightCurve(time=time, flux=rng.normal(1, 1e-3, time.size), target=Target(tic=-1 - star, simulated=True))
        for star in range(STARS)
    ]


def milliseconds(work, items) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return 1e3 * (time.process_time() - start) / len(items)


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]]
    stars = [read_light_curve(path) for path in paths] or simulated()
    steering(stars[0])  # compiles
    reading = milliseconds(read_light_curve, paths) if paths else 0.0
    if paths:
        print(f"{'reading':32} {reading:6.1f} ms")
    ready = [prepare(star) for star in stars]
    print(f"{'preparing':32} {milliseconds(prepare, stars):6.1f} ms")
    for name, quantity, labels, compute in FAMILIES:
        print(f"{f'{name}, {len(labels)} features':32} {milliseconds(compute, ready):6.1f} ms   {quantity}")
    whole = milliseconds(steering, stars)
    minutes = SECTOR_STARS * (whole + reading) / CORES / 6e4
    print(f"{f'all {STEERING.size}':32} {whole:6.1f} ms")
    print(f"{SECTOR_STARS:,} stars on {CORES} cores: {minutes:.1f} min")


if __name__ == "__main__":
    main()
