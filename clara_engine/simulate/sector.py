"""Assemble a simulated sector: stars, their light through the instrument, files in SPOC's format, and the truth."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.progress import Progress, silent
from clara_engine.readers.spoc_writer import spoc_file_name, write_spoc
from clara_engine.simulate import stellar
from clara_engine.simulate.instrument import (
    CADENCE_DAYS,
    JITTER_LIMIT,
    Observing,
    electrons_per_second,
    observe_sector,
    red_noise,
    white_noise,
)
from clara_engine.simulate.star_population import draw_stars
from clara_engine.simulate.stellar_variability import signal_of
from clara_engine.text import counted
from clara_engine.workers import Threads

__all__ = [
    "CLASSES",
    "TWO_MINUTE_TARGETS",
    "SectorPlan",
    "observe_star",
    "plan_again",
    "plan_sector",
    "simulate_sector",
    "star_counts",
]

Float = NDArray[np.float64]
T = TypeVar("T")

# stars of each class among 1200
CLASSES = {
    "quiet": 520,
    "rotator": 330,
    "delta_scuti": 40,
    "rr_lyrae": 20,
    "eclipsing_binary": 50,
    "contact_binary": 30,
    "planet": 60,
    "single_transit": 20,
    "flare_star": 40,
    "dipper": 20,
    "fault": 40,
    "background_eclipse": 30,
}
#: About the mix of a sector's 2-minute targets: 2.3 % are binaries (4,584 of 200,000; Prsa et al. 2022, ApJS 258, 16),
#: and a third varies; the shares of the rarer classes are estimates.
TWO_MINUTE_TARGETS = {
    "quiet": 715,
    "rotator": 330,
    "delta_scuti": 36,
    "rr_lyrae": 2,
    "eclipsing_binary": 22,
    "contact_binary": 8,
    "planet": 20,
    "single_transit": 2,
    "flare_star": 40,
    "dipper": 1,
    "fault": 20,
    "background_eclipse": 4,
}
TRUTH = ("period_days", "epoch_btjd", "depth_ppm", "duration_hours", "amplitude_ppm")
CENTROID_NOISE = 0.004
# noise with a memory of hours and of days, as a share of the noise of one sample
HOURS_NOISE, DAYS_NOISE = 0.05, 0.05
# what cosmic rays leave of a sample: their share at T = 9.3, and their mean size in units of the noise
COSMIC_SHARE, COSMIC_SIZE = 0.01, 1.05
JITTER_PPM = 400.0  # of the strongest jitter that is left in, in a star of T = 10
CENTROID_STEP = 2.0**-12


def star_counts(stars: int, classes: Mapping[str, int] = CLASSES) -> dict[str, int]:
    """How many stars of each class a sector of `stars` holds: the shares of `classes`, at least one each.

    Parameters
    ----------
    stars : int
        How many.
    classes : mapping of str to int
        Stars of each class, in any number: `CLASSES`, rich in events, or `TWO_MINUTE_TARGETS`.

    Raises
    ------
    DesignError
        Fewer stars than classes, or more than 200,000.
    """
    if not len(CLASSES) <= stars <= 200_000:
        raise DesignError(f"stars is {stars}; a simulated sector has from {len(CLASSES)} (one a class) to 200000 stars")
    share = {name: count * stars / sum(classes.values()) for name, count in classes.items()}
    counts = {name: max(1, round(value)) for name, value in share.items()}
    counts["quiet"] += stars - sum(counts.values())
    if counts["quiet"] < 1:
        counts = dict.fromkeys(CLASSES, 1) | {"quiet": stars - len(CLASSES) + 1}
    return counts


@dataclass(frozen=True, slots=True)
class SectorPlan:
    """Everything that a seed fixes before any light curve is made.

    Attributes
    ----------
    stars : DataFrame
        A row a star, as `draw_stars` gives them.
    observing : Observing
        What all stars share.
    seeds : list of SeedSequence
        One a star, so that any star can be made on its own.
    later : list of SeedSequence
        Of a later sector: one a star, for what is new in it. Empty in the first.
    """

    stars: pd.DataFrame
    observing: Observing
    seeds: list[np.random.SeedSequence]
    later: list[np.random.SeedSequence] = field(default_factory=list)

    def observe(self, index: int) -> tuple[LightCurve, Float, dict[str, Any]]:
        """Light curve, SAP flux and truth of the star in row `index`; see `observe_star`."""
        star = {str(key): value for key, value in self.stars.iloc[index].items()}
        later = np.random.default_rng(self.later[index]) if self.later else None
        return observe_star(star, self.observing, np.random.default_rng(self.seeds[index]), later)


def plan_sector(stars: int = 1200, seed: int = 1, classes: Mapping[str, int] = CLASSES) -> SectorPlan:
    """Draw the stars and the circumstances of a simulated sector.

    Parameters
    ----------
    stars : int
        How many.
    seed : int
        Fixes all that is drawn.
    classes : mapping of str to int
        As `star_counts`.

    Raises
    ------
    DesignError
        As `star_counts`.
    """
    names = [name for name, count in star_counts(stars, classes).items() for _ in range(count)]
    roots = np.random.SeedSequence(seed).spawn(3)
    people, sky = np.random.default_rng(roots[0]), np.random.default_rng(roots[1])
    people.shuffle(names)
    return SectorPlan(draw_stars(names, people), observe_sector(sky), roots[2].spawn(stars))


def plan_again(plan: SectorPlan, stars: int, seed: int = 1) -> SectorPlan:
    """Some stars of a sector in the next one: their periods, epochs and noise levels last, flares and dips are others.

    Parameters
    ----------
    plan : SectorPlan
    stars : int
        How many, drawn at random from each class by its share.
    seed : int
        That of `plan`.

    Raises
    ------
    DesignError
        As `star_counts`; or more stars than there are.
    """
    if stars > len(plan.stars):
        raise DesignError(f"again is {stars}; only {counted(len(plan.stars), 'star')} can be seen again")
    who, sky, light = np.random.SeedSequence(seed).spawn(4)[3].spawn(3)  # the first three are those of `plan_sector`
    classes, draw = plan.stars["class"].to_numpy(str), np.random.default_rng(who)
    rows = np.sort(
        np.concatenate(
            [draw.permutation(np.flatnonzero(classes == name))[:count] for name, count in star_counts(stars).items()]
        )
    )
    return SectorPlan(
        plan.stars.iloc[rows].reset_index(drop=True),
        observe_sector(np.random.default_rng(sky), plan.observing),
        [plan.seeds[row] for row in rows],
        light.spawn(rows.size),
    )


def simulate_sector(
    folder: str | os.PathLike[str],
    *,
    stars: int = 1200,
    seed: int = 1,
    again: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Write a simulated sector of 2-minute light curves as SPOC files, and return what is true of each star.

    Parameters
    ----------
    folder : path-like
        Made when it is missing. Files of the same stars are replaced.
    stars : int
        At least one of each class; 1200 are what ``clara demo`` shows.
    seed : int
        Fixes everything. The same files come out for any number of workers.
    again : int
        Stars that are also seen in the next sector; see `plan_again`.
    workers : int, optional
        Threads; as many as there are processors when not given.
    progress : callable
        Called as ``progress(done, total)``.

    Returns
    -------
    DataFrame
        A row a light curve, in the order of sector and ``tic``: ``target_id`` (`Target.id`), ``tic, class, detail,
        file, period_days, epoch_btjd, depth_ppm, duration_hours, amplitude_ppm`` (NaN where they mean nothing), and the
        stellar columns of `clara_engine.simulate.star_population.draw_stars`.
        ``depth_ppm`` is that of the primary eclipse or the central transit; ``amplitude_ppm`` is peak to peak.
        ``class`` is what the light curve shows: a star whose single transit or fault was a sector ago is quiet.

    Raises
    ------
    DesignError
        As `star_counts`.
    """
    first, folder = plan_sector(stars, seed), Path(folder)
    plans = [first, plan_again(first, again, seed)] if again else [first]
    wanted = [(plan, index) for plan in plans for index in range(len(plan.stars))]
    folder.mkdir(parents=True, exist_ok=True)

    def make(number: int) -> dict[str, Any]:
        plan, index = wanted[number]
        curve, sap_flux, truth = plan.observe(index)
        path = folder / spoc_file_name(curve.target, compressed=True)
        write_spoc(curve, path, sap_flux=sap_flux)
        return {"target_id": curve.target.id, "file": path.name, **truth}

    truths = _in_threads(make, len(wanted), workers or os.cpu_count() or 1, progress)
    facts = pd.DataFrame(truths).reindex(columns=["target_id", "detail", "file", *TRUTH, "class"])
    facts["detail"] = facts["detail"].fillna("")
    people = pd.concat([plan.stars for plan in plans], ignore_index=True)
    people["class"] = facts.pop("class").fillna(people["class"])
    columns = ["target_id", "tic", "class", "detail", "file", *TRUTH]
    truth = pd.concat([facts, people], axis=1)
    return truth[[*columns, *(name for name in truth.columns if name not in columns)]]


def _in_threads(make: Callable[[int], T], count: int, workers: int, progress: Progress) -> list[T]:
    """``[make(0), ..., make(count - 1)]``; most of it is numpy and zlib, which let other threads run."""
    with Threads(workers) as pool:
        futures = [pool.submit(make, index) for index in range(count)]
        try:
            pending = set(futures)
            while pending:
                done, pending = wait(pending, timeout=0.3, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                progress(count - len(pending), count)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        return [future.result() for future in futures]


def observe_star(
    star: dict[str, Any], sector: Observing, rng: np.random.Generator, later: np.random.Generator | None = None
) -> tuple[LightCurve, Float, dict[str, Any]]:
    """One star through the telescope.

    Parameters
    ----------
    star : dict
        A row of `draw_stars`.
    sector : Observing
    rng : numpy.random.Generator
        Of the star.
    later : numpy.random.Generator, optional
        For what is new in a later sector.

    Returns
    -------
    light_curve : LightCurve
        Flux as PDCSAP_FLUX: most systematics removed, NaN where flagged.
    sap_flux : ndarray, shape (n,)
        With all systematics [e-/s].
    truth : dict
    """
    size = sector.time.size
    signal = signal_of(star, sector, rng, later)
    rng = later or rng
    noise = float(white_noise(star["tmag"])) * rng.lognormal(0, 0.05)
    gran_size, gran_days = stellar.granulation(star["teff_k"], star["logg"])
    steady = noise * rng.standard_normal(size)
    hours, days = (np.hypot(20e-6, share * noise) * rng.lognormal(0, 0.4) for share in (HOURS_NOISE, DAYS_NOISE))
    # in real sectors, means of hours scatter more where the pointing is restless
    steady += hours * np.sqrt(sector.unrest) * red_noise(size, rng.uniform(0.03, 0.2), rng)
    steady += days * red_noise(size, rng.uniform(1, 5), rng)
    if gran_size > 30e-6:
        steady += gran_size * red_noise(size, gran_days, rng)
    steady += noise * _cosmic_rays(star["tmag"], size, rng)
    # small motions keep the light in the aperture: the loss grows faster than the motion
    shaken = sector.jitter * np.abs(sector.jitter) / JITTER_LIMIT
    steady += JITTER_PPM / 1e6 * 10 ** (0.12 * (star["tmag"] - 10)) * rng.normal() * shaken

    strength = rng.normal(0, 1, 3) * (0.006, 0.004, 0.05) * np.array([10 ** (0.12 * (star["tmag"] - 10)), 1, 1])
    systematics = strength @ np.stack([sector.scattered, sector.thermal, sector.pointing])
    left_in = rng.uniform(0.0, 0.2)
    rate = float(electrons_per_second(star["tmag"])) * rng.normal(1.03, 0.05)
    step = 2.0 ** np.floor(np.log2(rate * noise / 16))
    pdcsap = _rounded(rate * (signal.flux * (1 + left_in * systematics) + steady), step)
    sap = _rounded(rate * 0.93 * (signal.flux * (1 + systematics) + steady), step)
    sap[~sector.observed] = np.nan
    pdcsap[sector.quality != 0] = np.nan

    centre = rng.uniform(50, 2000, 2)
    centroids = centre[:, None] + np.outer(signal.centroid_shift, 1 - signal.flux)
    centroids += np.array([[1.0], [0.7]]) * sector.pointing + _centroid_noise(noise) * rng.standard_normal((2, size))
    centroids = _rounded(centroids, CENTROID_STEP)
    centroids[:, ~sector.observed] = np.nan
    target = Target(
        tic=int(star["tic"]),
        sector=sector.sector,
        cadence_s=CADENCE_DAYS * 86400,
        tmag=star["tmag"],
        teff=star["teff_k"],
        radius=star["radius_rsun"],
        logg=star["logg"],
        ra=star["ra"],
        dec=star["dec"],
        pmra=star["pmra"],
        pmdec=star["pmdec"],
        simulated=True,
    )
    curve = LightCurve(
        time=np.where(sector.observed, sector.time, np.nan),
        flux=pdcsap,
        flux_err=np.where(np.isnan(pdcsap), np.nan, rate * noise),
        quality=sector.quality,
        centroid_column=centroids[0],
        centroid_row=centroids[1],
        target=target,
    )
    return curve, sap, signal.truth


def _cosmic_rays(tmag: float, size: int, rng: np.random.Generator) -> Float:
    """Rare samples that are too bright, in units of the noise; a bright star has more pixels for them."""
    hit = rng.random(size) < COSMIC_SHARE * 10 ** (-0.15 * (tmag - 9.3))
    return np.where(hit, rng.exponential(COSMIC_SIZE, size), 0.0)


def _centroid_noise(noise: float) -> float:
    return CENTROID_NOISE + noise


def _rounded(values: Float, step: float) -> Float:
    """Multiples of a power of two well under the noise: what has no meaning is not stored, which halves the files."""
    return np.asarray(np.round(values / step) * step)
