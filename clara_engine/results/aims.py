"""Every target beside what was measured of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clara_engine.results.goals import DETECTED, HOST, REACHED, TARGETS, decided

__all__ = ["AUC", "Aim", "aims"]

Facts = Mapping[str, Any]
AUC = f"ROC-AUC, signal-to-noise above {DETECTED:g}"
LOST = "ROC-AUC lost to the other generator"
IS_HOST = "“is a host”: ROC-AUC away from .5"
#: A cut at 1 % needs at least so many quiet stars.
LEAST_QUIET = 500
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Aim:
    """One target, and what was measured.

    Attributes
    ----------
    event, figure, sample : str
        What is measured, on which stars.
    found : dict
        value, low and high.
    least, most : float or None
        What is aimed at.
    """

    event: str
    figure: str
    sample: str
    found: Facts
    least: float | None = None
    most: float | None = None

    @property
    def decision(self) -> str:
        """`decided`, or `NOT_MEASURED`."""
        if self.found.get("value") is None:
            return NOT_MEASURED
        return decided(self.found["value"], self.found["low"], self.found["high"], least=self.least, most=self.most)

    @property
    def reached(self) -> bool:
        """Whether the target is reached."""
        return self.decision == REACHED

    @property
    def missed(self) -> bool:
        """Whether it was measured and is not reached."""
        return self.decision not in (REACHED, NOT_MEASURED)


def aims(samples: Mapping[str, Facts]) -> list[Aim]:
    """Targets of all events that were measured, event by event and sample by sample."""
    found = []
    for event, target in TARGETS.items():
        for name, facts in samples.items():
            if event not in facts["events"]:
                continue
            mine = facts["events"][event]
            cell = next((row for row in facts["detected"] if row["contrast"] == row["event"] == event), None)
            if target.auc is not None and cell is not None:
                found.append(Aim(event, AUC, name, _of(cell, "auc"), least=target.auc))
            if target.recall is not None and cell is not None:
                quiet = facts["sample"]["least_measured_stars"]
                many = quiet >= LEAST_QUIET
                figure = f"recall at 1 % of {f'{quiet} quiet stars' if many else 'null light curves'}"
                recall = _of(cell, "recall_1") if many else mine["null recall"]
                found.append(Aim(event, figure, name, recall, least=target.recall))
            if target.lost is not None and "lost" in mine:
                found.append(Aim(event, LOST, name, mine["lost"], most=target.lost))
            if "host" in mine and facts["sample"]["simulated"]:
                found.append(Aim(event, IS_HOST, name, _away(mine["host"]), most=HOST))
    return found


def _of(cell: Facts, measure: str) -> Facts:
    return {"value": cell[measure], "low": cell[f"{measure}_low"], "high": cell[f"{measure}_high"]}


def _away(host: Facts) -> Facts:
    """How far an area is from .5."""
    value, *ends = (abs(host[name] - 0.5) for name in ("value", "low", "high"))
    return {"value": value, "low": 0.0 if host["low"] <= 0.5 <= host["high"] else min(ends), "high": max(ends)}
