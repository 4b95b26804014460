"""A checksum of a simulated sector, equal on every machine that makes the same sector."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from clara_engine.simulate.sector import SectorPlan, plan_again, plan_sector

__all__ = ["fingerprint_curves", "fingerprint_stars"]

DIGITS = 6


def _text(value: Any) -> str:
    return f"{value:.{DIGITS}g}" if isinstance(value, float | np.floating) else str(value)


def _sha256(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fingerprint_stars(plan: SectorPlan) -> str:
    """SHA-256 of the table of stars, numbers rounded to 6 digits, a line a star."""
    return _sha256(",".join(map(_text, row)) for row in plan.stars.itertuples(index=False))


def fingerprint_curves(plan: SectorPlan, rows: Iterable[int]) -> str:
    """SHA-256 of the truth and of the flux of the stars in `rows`.

    Truth is rounded to 6 digits; flux is averaged over all samples of 2 hours and rounded to 6 digits, so that the last
    bits of a machine's mathematical library don't matter.

    Parameters
    ----------
    plan : SectorPlan
    rows : iterable of int
        Numbers of stars in the plan.
    """
    lines = []
    for row in rows:
        curve, _, truth = plan.observe(row)
        lines.append(",".join(f"{key}={_text(truth[key])}" for key in sorted(truth)))
        whole = curve.flux[: len(curve) // 60 * 60].reshape(-1, 60)
        filled = np.where(np.isnan(whole), 0.0, whole).mean(axis=1)
        lines.append(",".join(map(_text, filled)))
    return _sha256(lines)


def _main(path: str) -> None:
    recipe = tomllib.loads(Path(path).read_text("utf-8"))
    plan = plan_sector(recipe["stars"], recipe["seed"])
    print(f'stars_sha256 = "{fingerprint_stars(plan)}"')
    print(f'curves_sha256 = "{fingerprint_curves(plan, recipe["rows"])}"')
    again = plan_again(plan, recipe["again"], recipe["seed"])
    print(f'again_sha256 = "{fingerprint_curves(again, recipe["again_rows"])}"')


if __name__ == "__main__":
    _main(sys.argv[1])
