"""Time astropy's direct Lomb–Scargle and ours on the same light curves, and compare the powers.

    python benchmarks/lombscargle.py [curves]

Simulated light curves have the length and gaps of a TESS sector. Real ones are added when there is a folder of them:
CLARA_SHARED_DATA, or ../shared/data beside the project. Exit code 1 when ours is less than 100 times as fast or differs
by more than 1e-8.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
from astropy.timeseries import LombScargle

from clara_engine.features import FLUX_POWER_FREQUENCY
from clara_engine.features.lombscargle import lomb_scargle
from clara_engine.readers import read_light_curve

Curve = tuple[np.ndarray, np.ndarray]


def simulated(count: int) -> list[Curve]:
    random = np.random.default_rng(0)
    curves = []
    for _ in range(count):
        steps = np.arange(27.4 * 720)
        time = 1325.3 + steps / 720 + 1e-3 * np.sin(steps / 9000)  # the barycentre moves while the clock ticks evenly
        time = time[(steps < 9400) | (steps > 10250)]
        time = time[random.random(time.size) > 0.03]
        flux = random.normal(size=time.size) + np.sin(2 * np.pi * time / random.uniform(0.3, 13))
        curves.append((time, (flux - flux.mean()) / flux.std()))
    return curves


def real(count: int) -> list[Curve]:
    folder = Path(os.environ.get("CLARA_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    curves = []
    for file in sorted((folder / "spoc_s0001_2min").glob("*_lc.fits.gz"))[:count]:
        curve = read_light_curve(file).finite()
        curves.append((curve.time, (curve.flux - curve.flux.mean()) / curve.flux.std()))
    return curves


def compare(name: str, curves: list[Curve]) -> bool:
    lomb_scargle(*curves[0], FLUX_POWER_FREQUENCY)
    theirs = ours = difference = 0.0
    for time_days, flux in curves:
        start = time.perf_counter()
        direct = LombScargle(time_days, flux).power(FLUX_POWER_FREQUENCY, method="cython")
        between = time.perf_counter()
        power = lomb_scargle(time_days, flux, FLUX_POWER_FREQUENCY)
        ours += time.perf_counter() - between
        theirs += between - start
        difference = max(difference, float(np.abs(power - direct).max()))
    samples = np.mean([time_days.size for time_days, _ in curves])
    print(
        f"{name:<10} {len(curves)} curves of {samples:.0f} samples   astropy {1e3 * theirs / len(curves):7.1f} ms   "
        f"ours {1e3 * ours / len(curves):5.2f} ms   ratio {theirs / ours:4.0f}   max difference {difference:.1e}"
    )
    return theirs / ours >= 100 and difference <= 1e-8


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    good = [compare("simulated", simulated(count))]
    if curves := real(count):
        good.append(compare("real", curves))
    else:
        print("real       none here: set CLARA_SHARED_DATA to their folder")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
