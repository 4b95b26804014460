"""From a design to its light curves and their truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from clara_engine.lightcurve import LightCurve
from clara_engine.progress import Progress, silent
from clara_engine.synthetic.design import SyntheticDesign
from clara_engine.synthetic.fields import Random
from clara_engine.synthetic.signals import Event, Signal

__all__ = ["SyntheticSet", "generate", "generate_each"]


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticSet:
    """The light curves of a design.

    Attributes
    ----------
    design : SyntheticDesign
    light_curves : tuple of LightCurve
        In order of generation.
    truth : pandas.DataFrame
        A row a curve: ``index`` (order of generation), ``target`` (id) and the fields of
        `clara_engine.synthetic.signals.Event`.
    """

    design: SyntheticDesign
    light_curves: tuple[LightCurve, ...]
    truth: pd.DataFrame


def generate(design: SyntheticDesign, progress: Progress = silent) -> SyntheticSet:
    """Make every light curve of `design`; the same design gives the same curves to the last bit."""
    curves, rows = [], []
    for index, (curve, event) in enumerate(generate_each(design)):
        curves.append(curve)
        rows.append({"index": index, "target": curve.target.id, **asdict(event)})
        progress(index + 1, design.curves)
    return SyntheticSet(design, tuple(curves), pd.DataFrame(rows))


def generate_each(design: SyntheticDesign) -> Iterator[tuple[LightCurve, Event]]:
    """The light curves of `design` one by one, for sets that need not be in memory at once."""
    for index, random in enumerate(_randomness(design)):
        signal = _choose(design.signals, random)
        blank = design.background.blank(random, index)
        event = signal.draw(random)
        model = signal.flux(blank.time, event)
        yield blank.with_flux(design.background.observe(blank, model, random)), event


def _randomness(design: SyntheticDesign) -> Iterator[Random]:
    """A generator for each curve: the published one, drawn on from curve to curve, or one of its own."""
    if design.is_paper:
        published = np.random.RandomState(design.seed)
        return (published for _ in range(design.curves))
    return (np.random.default_rng(child) for child in np.random.SeedSequence(design.seed).spawn(design.curves))


def _choose(signals: tuple[Signal, ...], random: Random) -> Signal:
    if len(signals) == 1:
        return signals[0]
    weights = np.array([signal.weight for signal in signals])
    return signals[int(random.choice(len(signals), p=weights / weights.sum()))]
