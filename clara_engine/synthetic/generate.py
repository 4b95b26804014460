"""From a design to its light curves and their truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import DesignError
from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Progress, silent
from clara_engine.setting import Random
from clara_engine.synthetic.design import SyntheticDesign
from clara_engine.synthetic.exposure import exposed
from clara_engine.synthetic.lot import lot
from clara_engine.synthetic.noise import Noise
from clara_engine.synthetic.signals import Event, Signal
from clara_engine.synthetic.signals.kind import UNKNOWN

__all__ = ["MOST_REDRAWS", "SyntheticSet", "generate", "generate_each", "inject"]

Float = NDArray[np.float64]

#: How often an event that is too weak for its design is drawn again.
MOST_REDRAWS = 50


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticSet:
    """The light curves of a design.

    Attributes
    ----------
    design : SyntheticDesign
    light_curves : tuple of LightCurve
        In order of generation.
    truth : pandas.DataFrame
        A row a curve: ``index`` (order of generation), ``target`` (id), ``background`` (id of the observed light
        curve it was put on, or "") and the fields of
        `clara_engine.synthetic.signals.Event`.
    """

    design: SyntheticDesign
    light_curves: tuple[LightCurve, ...]
    truth: pd.DataFrame


def generate(
    design: SyntheticDesign, progress: Progress = silent, *, observed: Sequence[LightCurve] = ()
) -> SyntheticSet:
    """Make every light curve of `design`; the same design and backgrounds give the same curves to the last bit.

    Parameters
    ----------
    design : SyntheticDesign
    progress : callable
        Called with (curves made, curves); may raise to cancel.
    observed : sequence of LightCurve
        What a design with a background of kind ``observed`` injects into, or one of kind ``grid`` has its times from.

    Raises
    ------
    DesignError
        When the design needs observed light curves and has none that fit.
    """
    hosts = design.background.hosts(observed, design.curves, design.seed)
    curves, rows = [], []
    for index, (curve, event) in enumerate(generate_each(design, observed=observed)):
        host = hosts[index]
        curves.append(curve)
        background = host.target.id if host is not None else ""
        rows.append({"index": index, "target": curve.target.id, "background": background, **asdict(event)})
        progress(index + 1, design.curves)
    return SyntheticSet(design, tuple(curves), pd.DataFrame(rows))


def generate_each(
    design: SyntheticDesign, *, observed: Sequence[LightCurve] = ()
) -> Iterator[tuple[LightCurve, Event]]:
    """The light curves of `design` one by one, for sets that need not be in memory at once; see `generate`.

    Parameters
    ----------
    design : SyntheticDesign
    observed : sequence of LightCurve
        Light curves that carry the signals, where the design asks for such.
    """
    hosts = design.background.hosts(observed, design.curves, design.seed)
    known: dict[int, Noise] = {}
    for index, (random, host) in enumerate(zip(_randomness(design, hosts), hosts, strict=True)):
        yield _curve(design, random, index, host, known)


def inject(
    design: SyntheticDesign, host: LightCurve, places: Sequence[tuple[int, int]]
) -> Iterator[tuple[LightCurve, Event]]:
    """The curves of a design on one observed light curve, as `generate_each` makes them among those on other ones.

    Parameters
    ----------
    design : SyntheticDesign
    host : LightCurve
        The observed light curve.
    places : sequence of (int, int)
        Of each curve, its number in the design from 0 on, and on this host from 1 on.

    Returns
    -------
    iterator of (LightCurve, Event)
        A curve and what was put into it, in the order of `places`.
    """
    known: dict[int, Noise] = {}
    for index, copy in places:
        yield _curve(design, _of_host(host.target.id, copy, design.seed), index, host, known)


def _curve(
    design: SyntheticDesign, random: Random, index: int, host: LightCurve | None, known: dict[int, Noise]
) -> tuple[LightCurve, Event]:
    blank = design.background.blank(random, index, host)
    seen = np.isfinite(blank.time) & np.isfinite(blank.flux)
    if not seen.any():
        raise DesignError(f"{host.target.id if host else 'a blank star'} has no sample to put a signal on")
    time = blank.time if seen.all() else blank.time[seen]
    event, shown = _drawn(design, random, blank, time, _noise_of(design, blank, host, known))
    model = np.ones(len(blank))
    model[seen] = shown
    return blank.with_flux(design.background.observe(blank, model, random)), event


def _noise_of(design: SyntheticDesign, blank: LightCurve, host: LightCurve | None, known: dict[int, Noise]) -> Noise:
    """The noise of a light curve; that of a host is measured once."""
    if host is None:
        return design.background.noise(blank)
    if id(host) not in known:
        known[id(host)] = design.background.noise(blank)
    return known[id(host)]


def _drawn(
    design: SyntheticDesign, random: Random, blank: LightCurve, time: Float, noise: Noise
) -> tuple[Event, Float]:
    """An event that is strong enough, or the strongest of many, and its relative flux."""
    least = design.least_signal_to_noise or 0.0
    of_neighbour, dilution = design.background.dilution(random, blank.target)
    star = UNKNOWN if of_neighbour else blank.target
    best: tuple[Event, Float] | None = None
    redraws = 0
    while True:
        signal = _choose(design.signals, random)
        event = signal.draw(random, time, star)
        shown = exposed(signal, event, time, blank.target.cadence_s)
        shown = shown if dilution == 1 else 1 + dilution * (shown - 1)
        strength = noise.signal_to_noise(shown)
        if best is None or strength > best[0].signal_to_noise:
            best = replace(event, signal_to_noise=strength, of_neighbour=of_neighbour, dilution=dilution), shown
        if strength >= least or redraws == MOST_REDRAWS:
            return replace(best[0], redraws=redraws), best[1]
        redraws += 1


def _randomness(design: SyntheticDesign, hosts: Sequence[LightCurve | None]) -> Iterator[Random]:
    """A generator for each curve: the published one, drawn on from curve to curve, or one of its own.

    What is injected into an observed light curve hangs on that one alone, and not on which others there are: a star
    more or less changes the contrast set no more than it must.
    """
    if design.is_paper:
        published = np.random.RandomState(design.seed)
        return (published for _ in range(design.curves))
    if not design.needs_observed:
        return (np.random.default_rng(child) for child in np.random.SeedSequence(design.seed).spawn(design.curves))
    copies: Counter[str] = Counter()
    return (_of_next(host.target.id, copies, design.seed) for host in hosts if host is not None)


def _of_next(target_id: str, copies: Counter[str], seed: int) -> np.random.Generator:
    copies[target_id] += 1
    return _of_host(target_id, copies[target_id], seed)


def _of_host(target_id: str, copy: int, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, lot(target_id, seed), copy])


def _choose(signals: tuple[Signal, ...], random: Random) -> Signal:
    if len(signals) == 1:
        return signals[0]
    weights = np.array([signal.weight for signal in signals])
    return signals[int(random.choice(len(signals), p=weights / weights.sum()))]
