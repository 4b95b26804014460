"""The confusion matrix of kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clara_engine.results.goals import DETECTED
from clara_engine.results.markdown import interval, number, table

__all__ = ["kinds_section"]

Facts = Mapping[str, Any]


def kinds_section(name: str, kinds: Facts) -> str:
    """Markdown of what `clara_engine.results.kind_confusion` found on a sample.

    Parameters
    ----------
    name : str
        Of the sample.
    kinds : Facts
        Part of `measure_sample`.
    """
    parts = [
        f"## What kind of star it is, {name} stars",
        "One forest of all kinds, grown and calibrated on the training stars, asked of the stars that did not train. "
        f"On average it gives the kind that it names a chance of {number(kinds['says'], 2)}; it is right in "
        f"{number(kinds['is'], 2)} of all cases. Beforehand all kinds are taken for equally likely, as they are here; "
        "`clara classify` takes none of them for likelier.",
    ]
    for title, key in (("All events", "all"), (f"Events of a signal-to-noise above {DETECTED:g}", "detected")):
        rows = [
            {
                "true kind": row["kind"],
                "generator": row["generator"] if row["kind"] != "none" else "–",
                "n": row["n"],
                "right": interval({**row, "value": row["right"]}, digits=2),
            }
            | {f"as {called}": number(row["as"].get(called, 0.0), 2) for called in kinds["classes"]}
            for row in kinds[key]
        ]
        parts.append(f"{title}, and the share that is called each kind:\n\n{table(rows)}")
    rows = [
        {"kind": row["kind"], "ROC-AUC against untouched": number(row["auc"]), "lost": interval(row)}
        for row in kinds["areas"]
    ]
    parts.append(f"What a kind loses against the forest of one event, on the same light curves:\n\n{table(rows)}")
    return "\n\n".join(parts)
