"""Peers beside the steered forest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clara_engine.evaluate.peers import STEERED_FOREST
from clara_engine.results.markdown import interval, number, table
from clara_engine.text import counted

__all__ = ["peers_section"]

Facts = Mapping[str, Any]
OURS = STEERED_FOREST.name
SAME_FEATURES = ("gradient boosting", "isolation forest")


def peers_section(peers: Facts) -> str:
    """Markdown of what `clara_engine.studies.peers` measured."""
    rows = [
        {
            "event": cell["event"],
            "peer": cell["peer"],
            "ROC-AUC": interval(cell, "auc"),
            "recall at 1 %": interval(cell, "recall_1"),
            "recall at 5 %": interval(cell, "recall_5"),
            "s": f"{cell['seconds']:.2g}",
        }
        for cell in _by_event(peers["cells"])
    ]
    about = [
        {
            "peer": one["peer"],
            "ranks by": one["ranks_by"],
            "package": f"{one['package']} {one['version']}",
            "did not run": one["absent"],
        }
        for one in peers["peers"]
    ]
    return "\n\n".join(
        [
            "## Peers on the same light curves",
            f"The stars of the first {_seeds(peers['seeds'])} of the matrix, {peers['measured']} injected light "
            "curves of "
            "each event and seed. Those that learn are shown the training stars and the contrast set that the steered "
            "forest is shown. s: processor time of one light curve, in seconds.",
            table(rows),
            _behind(peers["cells"]),
            table(about),
        ]
    )


def _seeds(count: int) -> str:
    return "seed" if count == 1 else f"{count} seeds"


def _by_event(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    events = list(dict.fromkeys(cell["event"] for cell in cells))
    return sorted(cells, key=lambda cell: (events.index(cell["event"]), -cell["auc"]))


def _behind(cells: list[dict[str, Any]]) -> str:
    """Which peers are ahead of the steered forest, and whether the intervals tell them apart."""
    lines = []
    for event in dict.fromkeys(cell["event"] for cell in cells):
        here = {cell["peer"]: cell for cell in cells if cell["event"] == event}
        ours = here.pop(OURS, None)
        if ours is None:
            continue
        for measure, title in (("auc", "ROC-AUC"), ("recall_5", "recall at 5 %")):
            for name, cell in here.items():
                if cell[measure] > ours[measure]:
                    apart = cell[f"{measure}_low"] > ours[f"{measure}_high"]
                    values = f"{number(cell[measure])} against {number(ours[measure])}"
                    if measure != "auc":
                        more = round((cell[measure] - ours[measure]) * cell["curves"])
                        values += f", {more} of {counted(cell['curves'], 'light curve')}"
                    values += "; it reads the same features" if name in SAME_FEATURES else ""
                    lines.append(f"- {event}, {title}: {name}, {values}{'' if apart else '; the intervals overlap'}.")
    if not lines:
        return f"{OURS} is ahead of every peer, or level with it, on each event, in ROC-AUC and in recall at 5 %."
    said = f"Everywhere else {OURS} is ahead or level."
    if any(f": {name}," in line for name in SAME_FEATURES for line in lines):
        said += (
            f" What reads the same features sees what {OURS} sees, and only the classifier differs. A steered forest "
            "also scores the stars that train it, each by trees that never saw it, and says why."
        )
    return "\n".join([f"Ahead of {OURS}:", "", *lines, "", said])
