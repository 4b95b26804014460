"""A sector of 30-minute light curves written straight as packs: some thousand simulated stars, each many times.

Every copy is a star of its own, with a number and noise of its own, as strong as that of the star it was copied from.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from clara_engine.lightcurve import LightCurve
from clara_engine.readers.pack_writer import pack_name, write_pack
from clara_engine.simulate import TWO_MINUTE_TARGETS, SectorPlan, plan_sector
from clara_engine.timeseries import bin_means
from clara_engine.workers import Workers

__all__ = ["DISTINCT", "write_sector"]

#: Stars that differ by more than noise.
DISTINCT = 3000
SEED = 1
FIRST_TIC = 9_200_000_000
SAMPLES = 15  # of two minutes in one of thirty
EACH = 20
TICKS = 2.0**42  # of a day: packs keep whole ones in few bytes


def write_sector(folder: Path, count: int) -> None:
    """Write packs of `count` light curves, and what they show as ``truth.csv`` beside them.

    Parameters
    ----------
    folder : Path
    count : int
    """
    packs = folder / "packs"
    packs.mkdir(parents=True, exist_ok=True)
    parts = [range(first, min(first + EACH, count)) for first in range(0, count, EACH)]
    truth = [row for rows in Workers().spread(partial(_write, packs), parts) for row in rows]
    with (folder / "truth.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("tic", "truth"), *sorted(truth)])


def _write(packs: Path, numbers: range) -> list[tuple[int, str]]:
    """One pack, and what each of its stars is."""
    stars = [_star(number % DISTINCT) for number in numbers]
    tics = [FIRST_TIC + number for number in numbers]
    curves = [_copy(curve, tic) for (curve, _), tic in zip(stars, tics, strict=True)]
    write_pack(curves, packs / pack_name(1 + numbers.start // EACH))
    return [(tic, shows) for (_, shows), tic in zip(stars, tics, strict=True)]


@cache
def _plan() -> SectorPlan:
    return plan_sector(DISTINCT, SEED, TWO_MINUTE_TARGETS)


@cache
def _star(number: int) -> tuple[LightCurve, str]:
    """One of the distinct stars at thirty minutes, and what it shows."""
    curve, _, truth = _plan().observe(number)
    return _half_hours(curve), str(truth.get("class", _plan().stars["class"].iloc[number]))


def _half_hours(curve: LightCurve) -> LightCurve:
    """Means of the samples of each half hour; where there are none, it is left out."""
    place = np.arange(len(curve)) // SAMPLES
    kept = np.isfinite(curve.time) & np.isfinite(curve.flux)
    _, count, time, flux, err = bin_means(place[kept], curve.time[kept], curve.flux[kept], curve.flux_err[kept])
    return LightCurve(
        time=np.round(time * TICKS) / TICKS,
        flux=flux,
        flux_err=err / np.sqrt(count),
        target=replace(curve.target, cadence_s=SAMPLES * curve.target.cadence_s, product="TESS-SPOC"),
    )


def _copy(curve: LightCurve, tic: int) -> LightCurve:
    noise = curve.flux_err * np.random.default_rng((SEED, tic)).standard_normal(len(curve))
    return replace(
        curve,
        flux=(curve.flux + noise).astype(np.float32),
        flux_err=(np.sqrt(2) * curve.flux_err).astype(np.float32),
        target=replace(curve.target, tic=tic),
    )
