"""The section of the page of results on "What is it?": the confusion matrix on labelled stars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from clara_engine.periods.kinds.possibility import KINDS
from clara_engine.results.labelled_stars import NOT_MEASURED, WELL_KNOWN
from clara_engine.results.markdown import interval, number, table

__all__ = ["what_is_it_section"]

AIM = 0.8
HALVES = {"all": "all", "chosen on": "rules chosen on", "held out": "held out"}


def what_is_it_section(facts: Mapping[str, Any]) -> str:
    """Markdown of what `clara_engine.results.labelled_stars.measure` found.

    Parameters
    ----------
    facts : mapping
        What that function returned.
    """
    rows = [
        {
            "label": _words(row["label"]),
            "stars of": HALVES[row["half"]],
            "light curves": row["light_curves"],
            "stars": row["stars"],
            "right": interval({**row, "value": row["right"]}, digits=2),
            f"≥ {number(AIM, 2)}": "yes" if row["right"] >= AIM else "**no**",
            "chance": number(row["chance"], 2),
        }
        for row in facts["by_kind"]
    ]
    kinds = [kind for kind in (*KINDS, NOT_MEASURED) if any(row["as"].get(kind) for row in facts["answers"])]
    matrix = [
        {"label": _words(row["label"]), "stars": row["stars"]} | {kind: row["as"].get(kind, 0) or "" for kind in kinds}
        for row in sorted(facts["answers"], key=lambda row: row["label"] not in WELL_KNOWN)
    ]
    wrong = [
        {
            "light curve": PurePosixPath(row["file"]).name,
            "label": _words(row["label"]),
            "answer": row["answer"],
            "runner-up": row["runner_up"] or row["problem"],
        }
        for row in facts["wrong"]
    ]
    return "\n\n".join(
        [
            "## What is it?",
            f"The kind that `clara what` names first ([what_is_it.md](what_is_it.md)), on {facts['light_curves']} real "
            f"light curves of {facts['stars']} stars ({', '.join(facts['tables'])}), of which a table says what they "
            "are. Detached and contact binaries count as one kind here; of planet hosts those light curves are asked "
            "in which two transits or more at the known period have a signal-to-noise of 7.1 "
            f"({facts['hosts_detectable']} of {facts['hosts']}). The rules and their points were chosen by hand on a "
            f"random half of the stars (seed {facts['seed']}); the other half was not looked at for it, but for the "
            "search for flares, which was compared with vetted flares of all dwarfs; its shares had been seen once "
            "before scattered light and dips behind a variation were weighed, and the flaring dwarfs that were missed "
            "had been looked at before the rule that a fault explains no flares, whose points are those that flares "
            "injected into stars of the first half and of sector 1 asked for: held-out dwarfs are not blind. "
            "Intervals are 95 % over stars; chance: the same answers dealt out at random among these light curves.",
            table(rows),
            f"Number of light curves by label and answer, every label of the table, planet hosts whatever their "
            f"signal-to-noise:\n\n{table(matrix)}",
            f"Where the answer is not the label:\n\n{table(wrong)}" if wrong else "",
        ]
    ).strip()


def _words(label: str) -> str:
    return label.replace("_", " ")
