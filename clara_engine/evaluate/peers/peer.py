"""The interface of peers: other programs or methods that rank the same light curves."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import ClaraError
from clara_engine.features.steering.prepare import prepare
from clara_engine.lightcurve import LightCurve
from clara_engine.timeseries import bin_means

__all__ = ["Learner", "Peer", "PeerAbsent", "Searcher", "flattened_bins", "needed"]

Float = NDArray[np.float64]
Rows = NDArray[np.float32]
#: A function from a light curve to its score; higher is stranger.
Score = Callable[[LightCurve], float]


class PeerAbsent(ClaraError):
    """A peer that can't run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer as the table lists it.

    Attributes
    ----------
    name : str
    ranks_by : str
        What its score is.
    events : tuple of str
        What it is made for; it is not measured on other events. Empty for any.
    package : str
        Distribution whose version is recorded.
    """

    name: str
    ranks_by: str
    events: tuple[str, ...]
    package: str

    def version(self) -> str:
        """Of its package, "" when that is not installed."""
        try:
            return importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError:
            return ""


@dataclass(frozen=True, slots=True)
class Searcher(Peer):
    """A peer that looks at one light curve at a time.

    Attributes
    ----------
    ready : callable
        From the folder of downloaded models to the function that scores; raises `PeerAbsent`.
    """

    ready: Callable[[Path], Score]


@dataclass(frozen=True, slots=True)
class Learner(Peer):
    """A peer that learns from real and from injected light curves.

    Attributes
    ----------
    fit : callable
        From rows of real light curves, rows of the contrast set and a seed to the function that scores rows; raises
        `PeerAbsent`.
    row : callable, optional
        From a light curve to its row; the steering features when not given.
    """

    fit: Callable[[Rows, Rows, int], Callable[[Rows], Float]]
    row: Callable[[LightCurve], Any] | None = None


def needed(module: str, package: str) -> Any:
    """Import an optional module.

    Parameters
    ----------
    module : str
        Name to import.
    package : str
        What to install, for the reason.

    Raises
    ------
    PeerAbsent
        When it is not installed, or fails to import.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise PeerAbsent(f"{package} is not installed: pip install 'clara-astro[peers]' ({error})") from error


def flattened_bins(light_curve: LightCurve, minutes: float) -> tuple[Float, Float]:
    """Time [days] and relative flux in bins of some minutes, slow changes (running median of 1.5 d) taken off.

    Parameters
    ----------
    light_curve : LightCurve
    minutes : float
        Width of a bin [min].

    Returns
    -------
    time, flux
        Both of shape (bins,).
    """
    prepared = prepare(light_curve)
    place = ((prepared.time - prepared.time[0]) / (minutes / 1440) + 1e-6).astype(np.intp)
    _, _, middles, flux = bin_means(place, prepared.time, prepared.flat)
    return middles, 1 + flux
