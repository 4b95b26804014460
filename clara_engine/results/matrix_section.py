"""The steering matrix of one sample, and each contrast set on its own event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clara_engine.results.goals import DETECTED
from clara_engine.results.markdown import interval, number, percent, span, table
from clara_engine.studies.recover import OTHER_GENERATOR

__all__ = ["matrix_section"]

Facts = Mapping[str, Any]
Cells = Mapping[tuple[str, str], Facts]


def matrix_section(name: str, one: Facts) -> str:
    """Markdown of a sample's matrix.

    Parameters
    ----------
    name : str
        Of the sample.
    one : Facts
        From `measure_sample`.
    """
    cells = {(row["contrast"], row["event"]): row for row in one["matrix"]}
    contrasts = list(dict.fromkeys(contrast for contrast, _ in cells))
    events = list(dict.fromkeys(event for _, event in cells))
    own = [event for event in events if not event.endswith(OTHER_GENERATOR)]
    unseen = [event for event in events if event.endswith(OTHER_GENERATOR)]
    as_published = " P3 and P9 are as published, with their features and forests." if "P9" in contrasts else ""
    parts = [
        f"## The steering matrix, {name} stars",
        "ROC-AUC of injected light curves, of every strength, against the same stars as they are. Rows are contrast "
        f"sets, columns the injected events.{as_published}",
        _grid(cells, contrasts, own),
    ]
    if unseen:
        parts += [
            "The same with signals from generators that no contrast set uses: V-shaped and round transits with another "
            "limb darkening, trapezoid eclipses, flares with slow rises and several peaks, dips with ragged floors, "
            "comets with short tails.",
            _grid(cells, contrasts, unseen),
        ]
    if len(contrasts) > len(own):
        parts.append(_ahead(cells, contrasts, own))
    return "\n\n".join([*parts, _all_events(one, cells), _strong_events(one), _by_strength(one)])


def _grid(cells: Cells, contrasts: list[str], events: list[str]) -> str:
    rows = []
    for contrast in contrasts:
        row = {"contrast set": contrast}
        for event in events:
            plain = event.removesuffix(OTHER_GENERATOR)
            text = number(cells[contrast, event]["auc"])
            row[plain] = f"**{text}**" if contrast == plain else text
        rows.append(row)
    return table(rows)


def _ahead(cells: Cells, contrasts: list[str], events: list[str]) -> str:
    """Whether each contrast set is the best of all rows on its own event."""
    behind = []
    for event in events:
        if event in contrasts:
            best = max(contrasts, key=lambda contrast, event=event: cells[contrast, event]["auc"])  # type: ignore[misc]
            if best != event:
                mine, theirs = (number(cells[row, event]["auc"]) for row in (event, best))
                behind.append(f"{event} ({mine}, {best} {theirs})")
    if not behind:
        return "On its own event each steered forest is ahead of every other row."
    return f"Behind another row on their own event: {', '.join(behind)}."


def _all_events(one: Facts, cells: Cells) -> str:
    rows = [
        {
            "event": name,
            "ROC-AUC": interval(cells[event, name], "auc"),
            "matched ROC-AUC": interval(cells[event, name], "matched_auc"),
            "recall at 1 %": interval(cells[event, name], "recall_1"),
            "recall at 5 %": interval(cells[event, name], "recall_5"),
        }
        for event in one["events"]
        for name in (event, event + OTHER_GENERATOR)
        if (event, name) in cells
    ]
    return (
        "Each contrast set against its own event. *Matched* compares with the same star untouched, so that a star that "
        f"scores high whatever happens gains nothing.\n\n{table(rows)}"
    )


def _strong_events(one: Facts) -> str:
    strong = {(row["contrast"], row["event"]): row for row in one["detected"]}
    rows = []
    for event, mine in one["events"].items():
        for name, nulls in (
            (event, mine.get("null recall")),
            (event + OTHER_GENERATOR, mine.get("null recall (other)")),
        ):
            cell = strong.get((event, name))
            if cell is not None and nulls is not None:
                untouched = "–" if nulls["value"] is None else percent(nulls["untouched"])
                rows.append(
                    {
                        "event": name,
                        "of all": percent(nulls["detected"]),
                        "ROC-AUC": interval(cell, "auc"),
                        "matched ROC-AUC": interval(cell, "matched_auc"),
                        "recall at 1 %": interval(cell, "recall_1"),
                        "recall, cut of nulls": interval(nulls),
                        "untouched above it": untouched,
                    }
                )
    return (
        f"Only events of a signal-to-noise above {DETECTED:g}. The cut of the nulls is what 1 % of the null light "
        "curves reach; the last column says how many untouched light curves do, which trees that never saw their star "
        f"scored alike.\n\n{table(rows)}"
    )


def _by_strength(one: Facts) -> str:
    found: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    for row in one["by_strength"]:
        if not row["event"].endswith(OTHER_GENERATOR):
            part = span(row["from"], row["to"])
            order[part] = row["from"]
            found.setdefault(row["event"], {})[part] = f"{number(row['recovery'], 2)} ({row['n']})"
    parts = sorted(order, key=order.__getitem__)
    rows = [{"event": event} | {part: cells.get(part, "") for part in parts} for event, cells in found.items()]
    return f"Recall at 5 % by signal-to-noise; in brackets how many light curves that is:\n\n{table(rows)}"
