"""A plot before HoloViews makes it: its columns and how they look. Whoever keeps a figure sends the columns alone."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import holoviews as hv

from clara_engine.plots.theme import framed

__all__ = ["Drawing", "Layer"]

#: Kinds of element with one key dimension; the others have two.
ONE_KEY = (hv.Scatter, hv.Curve, hv.VLines)

Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Layer:
    """One element of a plot.

    Attributes
    ----------
    kind : type of hv.Element
    group : str
        Its name, of which there is one in a plot.
    columns : mapping of str to array
        By name: the keys, then the values.
    dims : tuple of hv.Dimension
        One for each column.
    style : mapping
        Options of HoloViews.
    label : str
        Of the legend.
    """

    kind: type[hv.Element]
    group: str
    columns: Mapping[str, Any]
    dims: tuple[hv.Dimension, ...]
    style: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    @property
    def element(self) -> hv.Element:
        """What HoloViews draws."""
        keys = 1 if self.kind in ONE_KEY else 2
        dims = [list(self.dims[:keys]), *([list(self.dims[keys:])] if keys < len(self.dims) else [])]
        columns = tuple(self.columns.values())
        empty = self.kind is hv.Image and not columns[0].size
        made = self.kind([] if empty else columns, *dims, group=self.group, label=self.label)
        return made.opts(**deepcopy(dict(self.style)))  # HoloViews changes what it is given


@dataclass(frozen=True, eq=False)
class Drawing:
    """A plot: its layers, from below to above, and its frame.

    Attributes
    ----------
    x, y : (float, float)
        Ends of the axes.
    x_title, y_title : str
    frame : mapping
        Of `framed`.
    """

    layers: tuple[Layer, ...]
    x: Ends
    y: Ends
    x_title: str
    y_title: str
    dark: bool
    frame: Mapping[str, Any] = field(default_factory=dict)

    def overlay(self, **given: Any) -> hv.Overlay:
        """All of it as HoloViews; `given` are options of an Overlay."""
        return framed(
            [layer.element for layer in self.layers],
            self.dark,
            given,
            **self.frame,
            xlabel=self.x_title,
            ylabel=self.y_title,
            xlim=self.x,
            ylim=self.y,
        )
