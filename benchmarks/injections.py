"""What injection costs for each event of the wheel: drawing, instants, exposures, signal-to-noise, all together.

python -m benchmarks.injections                 300 curves of 18,000 two-minute samples
python -m benchmarks.injections --cadence 20

"instants" is the flux at the middle of each exposure, which is what the mean over the exposure replaces. Times are of
the processor, scaled to 300 curves.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from clara_engine.lightcurve import LightCurve, Target
from clara_engine.synthetic import EVENTS, generate_each, steering_design
from clara_engine.synthetic.exposure import exposed
from clara_engine.synthetic.noise import measured_noise

CURVES = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=18_000)
    parser.add_argument("--cadence", type=float, default=120.0, help="seconds")
    parser.add_argument("--curves", type=int, default=30, help="measured of each event")
    options = parser.parse_args()
    stamps = 1325 + np.arange(options.samples) * options.cadence / 86400
    flux = 1 + 5e-4 * np.random.default_rng(0).standard_normal(stamps.size)
    star = Target(tic=1, cadence_s=options.cadence, teff=5500.0, radius=0.95, logg=4.45)
    host = LightCurve(time=stamps, flux=flux, target=star)
    noise = measured_noise(stamps, flux)
    print(f"seconds for {CURVES} curves of {options.samples:,} samples of {options.cadence:g} s")
    print(f"{'event':18} {'draw':>6} {'instants':>9} {'exposures':>10} {'S/N':>6} {'generate':>9}")
    for event, signals in EVENTS.items():
        spent = np.zeros(4)
        for number in range(options.curves):
            signal, random = signals[number % len(signals)], np.random.default_rng(number)
            ticks = [time.process_time()]
            drawn = signal.draw(random, stamps, star)
            ticks.append(time.process_time())
            signal.flux(stamps, drawn)
            ticks.append(time.process_time())
            model = exposed(signal, drawn, stamps, options.cadence)
            ticks.append(time.process_time())
            noise.signal_to_noise(model)
            spent += np.diff([*ticks, time.process_time()])
        began = time.process_time()
        for _ in generate_each(steering_design(event, curves=options.curves), observed=[host]):
            pass
        whole = time.process_time() - began
        draw, instants, exposures, strength = spent * CURVES / options.curves
        whole *= CURVES / options.curves
        print(f"{event:18} {draw:6.2f} {instants:9.2f} {exposures:10.2f} {strength:6.2f} {whole:9.2f}")


if __name__ == "__main__":
    main()
