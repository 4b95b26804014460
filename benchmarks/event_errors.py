"""Do the errors of depth, duration and epoch cover? Forty injected transits and forty pairs of eclipses of each seed.

    python -m benchmarks.event_errors [SEEDS]

Prints the median and the robust standard deviation of (measured − true) / error; 0 and 1 are right. Each is
done with white noise, and with red noise of half its size beside it that lasts 3.6 hours.
"""

import sys
from itertools import product

import numpy as np
from scipy.signal import lfilter

from clara_engine import LightCurve, Target
from clara_engine.periods import Ephemeris, measure_transit
from tests.periods.test_event_fit import eclipses, planet

STARS = 40
LASTING_DAYS, RED = 0.15, 2e-4


def red_noise(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Relative flux that forgets itself in some hours."""
    alike = np.exp(-np.median(np.diff(time)) / LASTING_DAYS)
    return lfilter([1], [1, -alike], RED * np.sqrt(1 - alike**2) * rng.standard_normal(time.size))


def pulls(make, seed: int, *, red: bool) -> np.ndarray:
    """Depth, duration and epoch of stars, shape (stars, 3)."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(STARS):
        time, flux, true, depth = make(rng)
        if red:
            flux = flux * (1 + red_noise(rng, time))
        start = Ephemeris(
            true.period_days * (1 + rng.normal(0, 1e-4)),
            true.epoch_btjd + 0.05 * true.duration_days * rng.normal(),
            true.duration_days * rng.uniform(0.85, 1.2),
        )
        got = measure_transit(LightCurve(time=time, flux=1e4 * flux, target=Target(tic=1)), start)
        found.append(
            (
                (got.depth_ppm - 1e6 * depth) / got.depth_error_ppm,
                (got.duration_hours - 24 * true.duration_days) / got.duration_error_hours,
                (got.ephemeris.epoch_btjd - true.epoch_btjd) / got.epoch_error_days,
            )
        )
    return np.array(found)


def main() -> None:
    """The table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for make, red in product((planet, eclipses), (False, True)):
        found = np.concatenate([pulls(make, seed, red=red) for seed in range(seeds)])
        for name, column in zip(("depth", "duration", "epoch"), found.T, strict=True):
            known = column[np.isfinite(column)]
            middle = np.median(known)
            spread = 1.4826 * np.median(np.abs(known - middle))
            print(
                f"{make.__name__:9} {'red' if red else 'white':6} {name:9} median {middle:+.2f}, "
                f"robust standard deviation {spread:.2f}, within 2 errors {np.mean(np.abs(known) < 2):.0%}, "
                f"without error {column.size - known.size}"
            )


if __name__ == "__main__":
    main()
