"""Definition of a feature set: named numbers computed from one light curve, in blocks that can be plotted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clara_engine.lightcurve import LightCurve

__all__ = ["Block", "FeatureSet"]

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Block:
    """Features side by side that share a quantity and an axis.

    Attributes
    ----------
    name : str
        Short name, e.g. ``"flux"``.
    quantity, unit : str
        What the numbers are, e.g. ``"Lomb–Scargle power"``, and in which unit (``""`` for a plain number).
    start, stop : int
        The block is ``row[start:stop]``.
    axis : ndarray of float64, shape (stop - start,)
        Where each feature lies on `axis_name` [`axis_unit`].
    axis_log : bool
        True when the axis is best drawn logarithmic.
    labels : tuple of str
        A name for each feature, for blocks that are not a series; otherwise empty.
    """

    name: str
    quantity: str
    unit: str
    start: int
    stop: int
    axis: Float
    axis_name: str
    axis_unit: str = ""
    axis_log: bool = False
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.axis.shape != (self.stop - self.start,):
            raise ValueError(f"block {self.name}: axis has shape {self.axis.shape}, not ({self.stop - self.start},)")

    @property
    def slice(self) -> slice:
        """Where the block lies in a row."""
        return slice(self.start, self.stop)

    def label(self, position: int) -> str:
        """Name of the feature at `position` within the block, e.g. ``"power, period 3.2 d"``."""
        if self.labels:
            return self.labels[position]
        return f"{self.name}, {self.axis_name} {self.axis[position]:.4g} {self.axis_unit}".rstrip()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FeatureSet:
    """A named, versioned way to turn a light curve into a row of numbers.

    Attributes
    ----------
    name : str
        Identifier, e.g. ``"flux_power"``.
    version : int
        Raised whenever the numbers change, so that stored rows of an older version are never mixed in.
    title : str
        What a person calls it.
    blocks : tuple of Block
        They cover the row without gap or overlap.
    compute : callable
        ``LightCurve -> ndarray of float64, shape (size,)``; raises `FeatureError`. A module-level function, because
        worker processes look it up by name.
    """

    name: str
    version: int
    title: str
    blocks: tuple[Block, ...]
    compute: Callable[[LightCurve], Float]

    def __post_init__(self) -> None:
        ends = [0, *(block.stop for block in self.blocks)]
        if [block.start for block in self.blocks] != ends[:-1]:
            raise ValueError(f"the blocks of feature set {self.name} leave a gap or overlap")

    @property
    def size(self) -> int:
        """How many numbers a row has."""
        return self.blocks[-1].stop

    @property
    def id(self) -> str:
        """Name and version, e.g. ``"flux_power-v1"``."""
        return f"{self.name}-v{self.version}"

    def block_of(self, index: int) -> Block:
        """The block that feature `index` of a row belongs to."""
        return next(block for block in self.blocks if block.start <= index < block.stop)

    def label(self, index: int) -> str:
        """Name of feature `index` of a row, with its unit."""
        block = self.block_of(index)
        return block.label(index - block.start)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all features, in order."""
        return tuple(block.label(i) for block in self.blocks for i in range(block.stop - block.start))
