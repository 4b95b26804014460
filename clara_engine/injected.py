"""Features of signals on observed light curves, in processes; each light curve is read once for all of its signals."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import DesignError, FeatureError
from clara_engine.features import FeatureSet
from clara_engine.features.extract import WORTH_PROCESSES, feature_row
from clara_engine.features.steering import STEERING
from clara_engine.lightcurve import LightCurve, Target
from clara_engine.progress import Progress, silent
from clara_engine.readers import read_registered
from clara_engine.synthetic import Observed, SyntheticDesign, inject, steering_design
from clara_engine.synthetic.backgrounds import host_level
from clara_engine.synthetic.signals import Event
from clara_engine.workers import Workers, cores, processes, raise_if_cancelled

__all__ = ["Host", "InjectedRow", "get_workers_ready", "injected_rows"]

#: Light curves at most that a worker is given at a time; how many curves of a design are put on them in one reading.
CHUNK = 4
WINDOW = 5000


@dataclass(frozen=True, slots=True)
class Host:
    """A light curve that signals can be put on: its target's id and Tmag, where it lies, which columns were named."""

    target_id: str
    tmag: float
    path: Path
    columns: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class InjectedRow:
    """One curve of a design.

    Attributes
    ----------
    index : int
        Its number in the design.
    host : Host
    event : Event or None
        What was put in; None when nothing could be.
    row : ndarray of float32, or None
    failure : str
        Why there is no row, or "".
    """

    index: int
    host: Host
    event: Event | None
    row: NDArray[np.float32] | None
    failure: str


Task = tuple[Host, list[tuple[int, int]]]


def injected_rows(
    design: SyntheticDesign,
    feature_set: FeatureSet,
    hosts: Sequence[Host],
    wanted: Sequence[int],
    progress: Progress = silent,
    workers: Workers | None = None,
) -> Iterator[InjectedRow]:
    """Curves of a design on observed light curves as features; the same bits however many processes there are.

    Parameters
    ----------
    design : SyntheticDesign
        With a background of kind ``observed``.
    feature_set : FeatureSet
    hosts : sequence of Host
        In any order.
    wanted : sequence of int
        Which curves of the design, ascending.
    progress : callable
        Called as ``progress(done, total)``; what it raises stops the work.
    workers : Workers, optional
        Who does it; by default this machine.

    Yields
    ------
    InjectedRow
        In whatever order they are done, but about a `WINDOW` after the other.

    Raises
    ------
    DesignError
        When no light curve is fit to be used.
    ClaraError
        When one can't be read, or its file now holds another star.
    """
    if not isinstance(design.background, Observed):
        raise DesignError(f"design {design.name!r} is not put on observed light curves")
    by_id = {host.target_id: host for host in hosts}
    pool = workers or Workers()
    order = design.background.turn({host.target_id: host.tmag for host in hosts}, design.seed)

    def chunked(indices: Sequence[int]) -> Iterator[list[Task]]:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index in indices:
            places[order[index % len(order)]].append((index, index // len(order) + 1))
        tasks = [(by_id[target_id], on_it) for target_id, on_it in places.items()]
        while tasks:
            # Smaller ones last, so that no core is left waiting.
            size = min(CHUNK, max(1, len(tasks) // (4 * pool.count())))
            chunk, tasks = tasks[:size], tasks[size:]
            yield chunk

    done = 0
    results = pool.spread(
        partial(_on_hosts, design, feature_set),
        (chunk for first in range(0, len(wanted), WINDOW) for chunk in chunked(wanted[first : first + WINDOW])),
        processes=len(wanted) >= WORTH_PROCESSES,
        tick=lambda: progress(done, len(wanted)),
    )
    with closing(results):
        for rows in results:
            done += len(rows)
            yield from rows


def get_workers_ready() -> list[int]:
    """Start the processes and load in each what injecting and computing features needs; their numbers."""
    return sorted(set(processes().map(_ready, range(cores()))))


def _ready(number: int) -> int:
    flux = 1 + np.random.default_rng(number).normal(0, 1e-3, 4000)
    light_curve = LightCurve(time=np.arange(4000) / 300, flux=flux, target=Target(tic=number + 1))
    for curve, _ in inject(steering_design("planets", curves=1), light_curve, [(0, 1)]):
        feature_row(STEERING, curve.target.id, curve)
    return os.getpid()


def _on_hosts(design: SyntheticDesign, feature_set: FeatureSet, tasks: Sequence[Task]) -> list[InjectedRow]:
    found = []
    for host, places in tasks:
        for row in _on_host(design, feature_set, host, places):
            raise_if_cancelled()
            found.append(row)
    return found


def _on_host(
    design: SyntheticDesign, feature_set: FeatureSet, host: Host, places: Sequence[tuple[int, int]]
) -> Iterator[InjectedRow]:
    light_curve = read_registered(host.path, host.target_id, columns=host.columns)
    level = host_level(light_curve)
    if not level > 0:
        for index, _ in places:
            failure = f"{host.target_id} can't carry a relative signal: its median flux is {level:g}, not above 0"
            yield InjectedRow(index, host, None, None, failure)
        return
    for (index, _), (curve, event) in zip(places, inject(design, light_curve, places), strict=True):
        row = feature_row(feature_set, curve.target.id, curve)
        if isinstance(row, FeatureError):
            yield InjectedRow(index, host, event, None, str(row))
        else:
            yield InjectedRow(index, host, event, row.astype(np.float32), "")
