"""Several sectors of one star as one light curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import LightCurve

__all__ = ["stitch"]

Float = NDArray[np.float64]


def stitch(curves: Sequence[LightCurve]) -> LightCurve:
    """Join light curves of one star, each divided by its own median flux.

    Parameters
    ----------
    curves : sequence of LightCurve
        Any order, any cadence. Two of one time are refused: their samples would count twice.

    Returns
    -------
    LightCurve
        Relative flux in order of time; a single curve is normalised too. The target is that of the first sector, with
        sector 0, the shortest cadence and, where they differ, the product ``"stitched"``. Centroids are kept off each
        sector's median, where every sector has them.

    Raises
    ------
    UnreadableLightCurve
        No light curves, of several stars, two that overlap in time, or one whose median flux is not positive.
    """
    if not curves:
        raise UnreadableLightCurve("nothing to stitch: no light curves")
    ordered = sorted(curves, key=lambda curve: (curve.target.sector, float(np.nanmin(curve.time))))
    targets = [curve.target for curve in ordered]
    stars = sorted({target.name for target in targets})
    if len(stars) > 1:
        raise UnreadableLightCurve(f"{', '.join(stars[:4])} are several stars; stitch the sectors of one")
    _check_overlap(ordered)
    levels = [float(np.nanmedian(curve.flux)) for curve in ordered]
    if not all(level > 0 for level in levels):
        raise UnreadableLightCurve(f"{stars[0]}: a median flux that is not above 0 can't be normalised")
    time = np.concatenate([curve.time for curve in ordered])
    order = np.argsort(time, kind="stable")
    products = {target.product for target in targets}
    return LightCurve(
        time=time[order],
        flux=np.concatenate([curve.flux / level for curve, level in zip(ordered, levels, strict=True)])[order],
        flux_err=np.concatenate([c.flux_err / level for c, level in zip(ordered, levels, strict=True)])[order],
        quality=np.concatenate([curve.quality for curve in ordered])[order],
        centroid_column=_joined([curve.centroid_column for curve in ordered], order),
        centroid_row=_joined([curve.centroid_row for curve in ordered], order),
        target=replace(
            targets[0],
            sector=0,
            cadence_s=min(target.cadence_s for target in targets),
            product=products.pop() if len(products) == 1 else "stitched",
        ),
        flux_unit="relative",
    )


def _check_overlap(curves: Sequence[LightCurve]) -> None:
    ends = sorted((float(np.nanmin(one.time)), float(np.nanmax(one.time)), one.target.id) for one in curves)
    for (_, end, first), (begin, _, second) in pairwise(ends):
        if begin <= end:
            raise UnreadableLightCurve(f"{first} and {second} were observed at the same time; choose one of them")


def _joined(parts: Sequence[Float | None], order: NDArray[np.intp]) -> Float | None:
    known = [part for part in parts if part is not None and np.isfinite(part).any()]
    if len(known) < len(parts):
        return None
    return np.concatenate([part - np.nanmedian(part) for part in known])[order]
