"""`python -m tests.features.very_long SAMPLES CADENCE_S`: seconds and bytes that features of one light curve take."""

import json
import resource
import sys
import time

import numpy as np

from clara_engine.features import FEATURE_SETS
from clara_engine.features.extract import feature_row
from clara_engine.lightcurve import LightCurve, Target


def light_curve(samples: int, cadence_s: float) -> LightCurve:
    """Dips every 3.7 days in noise, with a gap of a day every two weeks."""
    rng = np.random.default_rng(1)
    time = np.arange(samples) * (cadence_s / 86400)
    time += time // 13
    flux = rng.normal(1, 3e-4, samples)
    flux[time % 3.7 < 0.15] -= 5e-4
    return LightCurve(time=time, flux=flux, target=Target(tic=1, cadence_s=cadence_s))


def peak_bytes() -> int:
    """Most memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(samples: str, cadence_s: str) -> None:
    """Compute each feature set, and print what it took as JSON: {name: [s of the processor, bytes]}."""
    for feature_set in FEATURE_SETS.values():
        feature_row(feature_set, "short", light_curve(5000, 120))
    before = peak_bytes()
    curve = light_curve(int(samples), float(cadence_s))
    found = {}
    for name, feature_set in FEATURE_SETS.items():
        begin = time.process_time()
        feature_row(feature_set, "long", curve)  # which may have no period, and says so after the same work
        found[name] = [time.process_time() - begin, peak_bytes() - before]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
