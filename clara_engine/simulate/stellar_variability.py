"""Simulated variability of each class of star: its parameters, its relative flux, and the true values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.simulate import stellar
from clara_engine.simulate.instrument import Observing, white_noise
from clara_engine.simulate.instrument_faults import fault
from clara_engine.synthetic import shapes, star_shapes

__all__ = ["RECIPES", "Signal", "signal_of"]

Float = NDArray[np.float64]
Star = dict[str, Any]
Rng = np.random.Generator
Recipe = Callable[[Star, Observing, Rng, Rng | None], "Signal"]

EARTH_RADII = 109.1
PPM = 1e6
SAMPLES_AN_HOUR = 30
PLANET_SNR, SINGLE_SNR = 8.0, 14.0
TESS_BAND_METRES = 786.5e-9
HC_OVER_K = 1.438777e-2
#: The truth of a light curve that does not show what its star showed before.
QUIET = {"class": "quiet"}


@dataclass(frozen=True, slots=True)
class Signal:
    """Relative flux of a star, what is true of it, and how far the light moves [pixel] when all of it is lost."""

    flux: Float
    truth: dict[str, Any] = field(default_factory=dict)
    centroid_shift: tuple[float, float] = (0.0, 0.0)


def signal_of(star: Star, sector: Observing, rng: Rng, later: Rng | None = None) -> Signal:
    """The signal of a star of class ``star["class"]``.

    Parameters
    ----------
    star : Star
    sector : Observing
    rng : Rng
        Of what lasts: in every sector it draws the same.
    later : Rng, optional
        Of what is new in a later sector, such as the times of flares.
    """
    return RECIPES[star["class"]](star, sector, rng, later)


def _log_uniform(rng: Rng, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _anew(draw: Callable[[Rng], Float], rng: Rng, later: Rng | None) -> Float:
    """What is drawn anew in a later sector; the numbers of `rng` are spent, so that those that follow are the same."""
    drawn = draw(rng)
    return drawn if later is None else draw(later)


def _epoch(sector: Observing, period: float, rng: Rng) -> float:
    return sector.first.start + period * rng.random()


def _spotted(sector: Observing, rng: Rng, later: Rng | None, period: float, amplitude: float) -> Float:
    count = int(rng.integers(4, 13))  # few spots leave flat maxima, which real rotators seldom have
    sizes = rng.dirichlet(np.ones(count))

    def births(random: Rng) -> Float:
        return sector.start + random.uniform(-10, 38, count)

    flux = star_shapes.spots(
        sector.time,
        period=period,
        inclination=float(np.degrees(np.arccos(rng.uniform(0, 0.85)))),
        sizes=sizes,
        latitudes=rng.normal(0, 25, count).clip(-70, 70),
        longitudes=rng.uniform(0, 360, count),
        shear=rng.uniform(0, 0.2),
        births=_anew(births, rng, later),
        lifetime=_log_uniform(rng, 12, 60),
    )
    return 1 + (flux - flux.max()) * amplitude / np.ptp(flux)


def quiet(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    return Signal(np.ones_like(sector.time))


def rotator(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    period = float(np.clip(rng.lognormal(np.log(4.5), 0.75), 0.4, 20))
    amplitude = _log_uniform(rng, 0.0015, 0.04)
    flux = _spotted(sector, rng, later, period, amplitude)
    return Signal(flux, {"period_days": period, "amplitude_ppm": amplitude * PPM})


def delta_scuti(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    count = int(rng.integers(3, 12))
    frequencies = rng.uniform(6, 45, count)
    amplitudes = _log_uniform(rng, 0.002, 0.03) * np.sort(rng.power(0.5, count))[::-1]
    amplitudes[0] *= 1.3
    phases = rng.uniform(0, 2 * np.pi, count)
    flux = star_shapes.pulsation(sector.time, frequencies=frequencies, amplitudes=amplitudes, phases=phases)
    truth = {"period_days": 1 / frequencies[0], "amplitude_ppm": 2 * amplitudes[0] * PPM, "detail": f"{count} modes"}
    return Signal(flux, truth)


def rr_lyrae(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    period = rng.uniform(0.42, 0.75)
    amplitude = rng.uniform(0.25, 0.75)
    epoch = _epoch(sector, period, rng)
    flux = star_shapes.rr_lyrae(sector.time, epoch=epoch, period=period, amplitude=amplitude)
    return Signal(flux, {"period_days": period, "amplitude_ppm": np.ptp(flux) * PPM, "detail": "RRab"})


def contact_binary(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    # both fill their Roche lobes: the larger star's radius is about 0.45 of the separation
    total = star["mass_msun"] * (1 + rng.uniform(0.15, 0.6))
    period = float((star["radius_rsun"] / 0.45 / stellar.scaled_axis(1.0, total, 1.0)) ** 1.5)
    amplitude = _log_uniform(rng, 0.04, 0.5)
    epoch = _epoch(sector, period, rng)
    flux = shapes.contact_binary(
        sector.time, epoch=epoch, period=period, amplitude=amplitude, unequal=rng.uniform(0.01, 0.2)
    )
    truth = {"period_days": period, "epoch_btjd": epoch, "amplitude_ppm": np.ptp(flux) * PPM}
    return Signal(flux, truth | {"depth_ppm": (flux.max() - flux.min()) * PPM})


def _overlap(distance: float, first: float, second: float) -> float:
    """Common area of two discs over π."""
    if distance >= first + second:
        return 0.0
    if distance <= abs(first - second):
        return min(first, second) ** 2
    a = (distance**2 + first**2 - second**2) / (2 * distance)
    b = distance - a
    lens = first**2 * np.arccos(a / first) + second**2 * np.arccos(b / second)
    return float(lens - distance * np.sqrt(max(first**2 - a**2, 0.0))) / np.pi


def _surface_brightness(teff: float) -> float:
    return float(1 / np.expm1(HC_OVER_K / (TESS_BAND_METRES * teff)))


def _eclipses(star: Star, sector: Observing, rng: Rng, high: float, dilution: float) -> tuple[Float, dict[str, Any]]:
    """Light of a detached binary whose primary is `star`, and its truth, by geometry and black-body surfaces."""
    r1, m1 = star["radius_rsun"], star["mass_msun"]
    while True:
        m2 = max(m1 * rng.uniform(0.3, 1.0), 0.16)
        r2, t2 = (float(value) for value in stellar.main_sequence(m2))
        ratio, period = r2 / r1, _log_uniform(rng, 0.6, high)
        axis = float(stellar.scaled_axis(period, m1 + m2, r1))
        impact = rng.uniform(0, 0.9) * (1 + ratio)
        if axis > 1.5 * (1 + ratio) and impact < 0.95 * axis and _overlap(impact, 1, ratio) > 0.02:
            break
    bright1, bright2 = _surface_brightness(star["teff_k"]), _surface_brightness(t2)
    hidden = _overlap(impact, 1.0, ratio) / (bright1 + ratio**2 * bright2) * dilution
    duration = shapes.transit_duration(period=period, radius_ratio=ratio, scaled_axis=axis, impact=impact)
    epoch = _epoch(sector, period, rng)
    flux = shapes.eclipse_pair(
        sector.time,
        epoch=epoch,
        period=period,
        duration=duration,
        primary_depth=hidden * bright1,
        secondary_depth=hidden * bright2,
        secondary_phase=0.5 if period < 4 else float(np.clip(rng.normal(0.5, 0.06), 0.35, 0.65)),
        flatness=rng.uniform(1.5, 3.0) if impact < 1 - ratio else rng.uniform(0.8, 1.2),
        ellipsoidal=1.3 * m2 / m1 * axis**-3 * dilution,
        reflection=0.3 * (ratio / axis) ** 2 * dilution,
    )
    truth = {"period_days": period, "epoch_btjd": epoch, "depth_ppm": hidden * bright1 * PPM}
    return flux, truth | {"duration_hours": duration * 24, "detail": f"q {m2 / m1:.2f}"}


def eclipsing_binary(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    return Signal(*_eclipses(star, sector, rng, 12.0, 1.0))


def background_eclipse(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    flux, truth = _eclipses(star, sector, rng, 12.0, dilution=_log_uniform(rng, 0.01, 0.06))
    angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 1.8)
    truth["detail"] = f"binary {offset * 21:.0f} arcsec away"
    return Signal(flux, truth, (offset * float(np.cos(angle)), offset * float(np.sin(angle))))


def _transits(
    star: Star, sector: Observing, rng: Rng, periods: tuple[float, float], snr: float, single: bool
) -> Signal:
    hour_noise = float(np.hypot(white_noise(star["tmag"]) / np.sqrt(SAMPLES_AN_HOUR), 60e-6))
    limb = stellar.limb_darkening(star["teff_k"])
    while True:
        period, impact = _log_uniform(rng, *periods), rng.uniform(0, 0.85)
        earth_radii = _log_uniform(rng, 1.5, 15.0)
        ratio = earth_radii / EARTH_RADII / star["radius_rsun"]
        axis = float(stellar.scaled_axis(period, star["mass_msun"], star["radius_rsun"]))
        duration = shapes.transit_duration(period=period, radius_ratio=ratio, scaled_axis=axis, impact=impact)
        seen = 1.0 if single else 25.0 / period
        if axis > 2.5 and ratio**2 * np.sqrt(duration * 24 * seen) > snr * hour_noise:
            break
    first = sector.first
    inner = first.time[first.observed & (first.quality == 0)][400:-1200]
    epoch = float(rng.choice(inner)) if single else _epoch(sector, period, rng)
    model = {"period": period, "radius_ratio": ratio, "scaled_axis": axis, "impact": impact, "limb_darkening": limb}
    flux = shapes.transit(sector.time, epoch=epoch, **model)
    depth = 1 - float(shapes.transit(np.array([epoch]), epoch=epoch, **model)[0])
    truth = {"period_days": period, "epoch_btjd": epoch, "depth_ppm": depth * PPM, "duration_hours": duration * 24}
    return Signal(flux, truth | {"detail": f"{earth_radii:.1f} Earth radii"})


def planet(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    return _transits(star, sector, rng, (0.8, 12.0), PLANET_SNR, single=False)


def single_transit(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    signal = _transits(star, sector, rng, (28.0, 200.0), SINGLE_SNR, single=True)
    shown = signal.flux[sector.quality == 0].min() < 1
    return signal if later is None or shown else Signal(signal.flux, QUIET)


def flare_star(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    period = _log_uniform(rng, 0.4, 8)
    flux = _spotted(sector, rng, later, period, _log_uniform(rng, 0.001, 0.02))
    count = int(rng.integers(5, 40))
    rng = later or rng
    smallest = max(0.003, 4 * float(white_noise(star["tmag"])))
    heights = np.minimum(smallest * (1 - rng.random(count)) ** (-1 / 0.9), 2.0)
    peaks = rng.choice(sector.time[sector.quality == 0], count)
    widths = 0.003 * (heights / 0.01) ** 0.3 * rng.lognormal(0, 0.4, count)
    for peak, width, height in zip(peaks, widths, heights, strict=True):
        flux += star_shapes.flare(sector.time, peak=peak, width=width, amplitude=height) - 1
    largest = int(np.argmax(heights))
    truth = {"period_days": period, "epoch_btjd": float(peaks[largest]), "amplitude_ppm": heights[largest] * PPM}
    return Signal(flux, truth | {"detail": f"{count} flares"})


def dipper(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    time, quasi = sector.time, rng.random() < 0.5
    days = time[-1] - time[0]
    period = rng.uniform(2, 8) if quasi else float("nan")
    count = np.arange(0.3, days / period).size if quasi else int(rng.integers(5, 16))
    start = sector.start

    def times(random: Rng) -> Float:
        if not quasi:
            return start + random.uniform(0, days, count)
        passed = np.ceil((start - sector.first.start) / period - 0.3)
        return sector.first.start + (np.arange(count) + passed + 0.3) * period + random.normal(0, 0.06 * period, count)

    centres = _anew(times, rng, later)
    flux = _spotted(sector, rng, later, period if quasi else rng.uniform(3, 9), rng.uniform(0.01, 0.05))
    rng = later or rng
    depths = rng.uniform(0.04, 0.4) * rng.power(1.2, centres.size)
    for centre, depth in zip(centres, depths, strict=True):
        for part in range(int(rng.integers(1, 4))):
            flux *= star_shapes.dip(
                time,
                centre=centre + 0.3 * part * rng.standard_normal(),
                duration=_log_uniform(rng, 0.15, 0.9),
                depth=float(depth) / (part + 1),
                skew=rng.uniform(-0.6, 0.6),
                sharpness=rng.uniform(1.2, 2.5),
            )
    truth = {"period_days": period, "depth_ppm": (1 - flux.min()) * PPM}
    return Signal(flux, truth | {"detail": "quasi-periodic" if quasi else "aperiodic"})


def faulty(star: Star, sector: Observing, rng: Rng, later: Rng | None) -> Signal:
    if later is not None:  # a fault is no part of the star
        return Signal(np.ones_like(sector.time), QUIET)
    noise = float(white_noise(star["tmag"]))
    kind, flux = fault(sector, noise, rng)
    return Signal(flux, {"amplitude_ppm": np.ptp(flux[sector.quality == 0]) * PPM, "detail": kind})


RECIPES: dict[str, Recipe] = {
    "quiet": quiet,
    "rotator": rotator,
    "delta_scuti": delta_scuti,
    "rr_lyrae": rr_lyrae,
    "eclipsing_binary": eclipsing_binary,
    "contact_binary": contact_binary,
    "planet": planet,
    "single_transit": single_transit,
    "flare_star": flare_star,
    "dipper": dipper,
    "fault": faulty,
    "background_eclipse": background_eclipse,
}
