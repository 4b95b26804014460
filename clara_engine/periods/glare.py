"""Hours that scattered light fills, which say nothing of the star."""

from __future__ import annotations

import numpy as np

from clara_engine.lightcurve import LightCurve

__all__ = ["without_glare"]

#: An hour whose median differs from the star by more than so many times its flux is scattered light.
GLARE = 3.0
#: No flare makes a star brighter by more than so many times its flux in the red (Schmidt et al. 2019, ApJ 876, 115).
BRIGHTEST = 50.0
HOURS = 24.0


def without_glare(light_curve: LightCurve) -> tuple[LightCurve, int]:
    """The light curve without what scattered light fills, and how many hours that is."""
    finite = light_curve.finite()
    level = float(np.median(finite.flux)) if len(finite) else 0.0
    if not level > 0:
        return light_curve, 0
    excess = (finite.flux - level) / level
    if np.abs(excess).max() <= GLARE:
        return light_curve, 0
    hour, place = np.unique(np.floor(finite.time * HOURS), return_inverse=True)
    order = np.argsort(place, kind="stable")
    parts = np.split(finite.flux[order], np.searchsorted(place[order], np.arange(1, hour.size)))
    glare = np.array([abs(float(np.median(part)) - level) > GLARE * level for part in parts])
    wrong = glare[place] | (excess < -GLARE) | (excess > BRIGHTEST)
    return (finite.select(~wrong), int(glare.sum())) if wrong.any() else (light_curve, 0)
