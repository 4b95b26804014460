"""Two runs beside each other: what was asked of each, and where each star went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from clara_engine.store.runs import Run, RunSpec
from clara_engine.studies.grouping import check_comparable
from clara_engine.text import counted

__all__ = ["moves", "settings_of", "settings_table"]


def moves(first: Run, second: Run) -> pd.DataFrame:
    """Where every star of both runs stands in each.

    Parameters
    ----------
    first, second : Run

    Returns
    -------
    DataFrame
        Indexed by target id: score_first, score_second, rank_first, rank_second (1 is strangest, among the stars of
        both), gained (places, above 0 where the first run ranks it higher) and set_aside (by either run, so that it
        must not be measured).

    Raises
    ------
    WorkspaceError
        When the runs are of different groups.
    """
    check_comparable(first, second)
    columns = ["anomaly_score", "set_aside"]
    one, two = (run.scores().set_index("target_id")[columns] for run in (first, second))
    both = one.join(two, how="inner", lsuffix="_first", rsuffix="_second")
    ranks = {
        name: both[f"anomaly_score_{name}"].rank(ascending=False, method="min").astype(int)
        for name in ("first", "second")
    }
    return pd.DataFrame(
        {
            "score_first": both["anomaly_score_first"],
            "score_second": both["anomaly_score_second"],
            "rank_first": ranks["first"],
            "rank_second": ranks["second"],
            "gained": ranks["second"] - ranks["first"],
            "set_aside": both["set_aside_first"] | both["set_aside_second"],
        }
    )


def settings_of(spec: RunSpec) -> dict[str, Any]:
    """Everything but names that fixes a run, by dotted path, such as ``"design.background.noise_ppm"``."""
    facts = spec.model_dump(mode="json", exclude={"name": True, "design": {"name"}})
    if facts["picked"]:
        facts["picked"] = f"{counted(len(facts['picked']), 'light curve')}"
    return dict(_flat(facts, ""))


def settings_table(first: RunSpec, second: RunSpec) -> pd.DataFrame:
    """The settings of two runs: columns setting, first, second (None where a run has no such setting) and differs.

    Parameters
    ----------
    first, second : RunSpec
    """
    one, two = settings_of(first), settings_of(second)
    # In the order of the longer list, so that related settings stay together.
    names = list(dict.fromkeys([*max(one, two, key=len), *one, *two]))
    rows = [(name, one.get(name), two.get(name)) for name in names]
    differs = first.picked != second.picked
    return pd.DataFrame(
        [(name, a, b, a != b or (name == "picked" and differs)) for name, a, b in rows],
        columns=["setting", "first", "second", "differs"],
    ).astype({"first": object, "second": object})


def _flat(value: Any, path: str) -> list[tuple[str, Any]]:
    """Leaves of nested mappings and lists of mappings; what says nothing is left out."""
    if isinstance(value, Mapping):
        return [leaf for name, inside in value.items() for leaf in _flat(inside, f"{path}.{name}" if path else name)]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [leaf for place, inside in enumerate(value) for leaf in _flat(inside, f"{path}.{place}")]
    return [] if value is None or value in ([], {}) else [(path, value)]
