"""What "What is it?" answers on real light curves whose kind is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clara_engine.errors import ClaraError, WorkspaceError
from clara_engine.evaluate.rates import clustered_interval
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, Evidence, StarFacts, gather_evidence, measure_transit, what_is_it
from clara_engine.periods.search import LEAST_SNR
from clara_engine.progress import Report, quiet
from clara_engine.readers import read_light_curve
from clara_engine.workers import Workers

__all__ = ["NOT_MEASURED", "RIGHT", "SEED", "WELL_KNOWN", "answers", "answers_by_kind", "ask_stars", "measure"]

#: Words of a column ``class``, and the kinds that are right.
RIGHT: dict[str, tuple[str, ...]] = {
    "eclipsing_binary": ("detached eclipsing binary", "contact binary"),
    "planet_host": ("planet candidate",),
    "ultracool_dwarf_flaring": ("flare star",),
    "delta_scuti_binary": ("δ Scuti pulsator",),
}
#: Those of which the labels are sure.
WELL_KNOWN = ("eclipsing_binary", "planet_host", "ultracool_dwarf_flaring")
NOT_MEASURED = "not measurable"
FILE_COLUMNS = ("file", "filename")
#: Of the split of stars into a half that rules may be chosen on, and one that they may not.
SEED = 20
FEWEST_TRANSITS = 2


def ask_stars(table: Path, report: Report = quiet) -> pd.DataFrame:
    """Ask of every light curve of a table what the star is.

    Parameters
    ----------
    table : Path
        CSV with columns file (below the table's folder) and class, and period_d [days] of planet hosts; id or tic tells
        which light curves are of one star.
    report : Report
        Learns how far it is; what it raises stops the work.

    Returns
    -------
    DataFrame
        A row a light curve: file, star, label (empty where none), answer, score, runner_up, chosen_on (whether its star
        is in the half that the rules were chosen on), detectable (of planet hosts: whether two transits or more at the
        known period have S/N 7.1 in this light curve; True for others).

    Raises
    ------
    WorkspaceError
        When the table lacks a column.
    """
    stars = pd.read_csv(table)
    file = next((name for name in FILE_COLUMNS if name in stars), None)
    if file is None or "class" not in stars:
        raise WorkspaceError(f"{table.name} needs the columns file and class: light curves, and what each star is")
    whose = next((name for name in ("id", "tic") if name in stars), file)
    periods = stars["period_d"] if "period_d" in stars else pd.Series(np.nan, index=stars.index)
    labels = stars["class"].fillna("").astype(str)
    asked = [
        (str(table.parent / name), float(period) if label == "planet_host" else None)
        for name, period, label in zip(stars[file], periods, labels, strict=True)
    ]
    report.stage("asking what each star is")
    found = list(_measured(asked, report))
    known: dict[str, StarFacts] = {}
    names = stars[whose].astype(str)
    for name, (evidence, _, _) in zip(names, found, strict=True):
        if evidence is not None and (evidence.star.teff > 0 or evidence.star.radius > 0):
            known.setdefault(name, evidence.star)
    rows = []
    for name, label, path, (evidence, detectable, problem) in zip(names, labels, stars[file], found, strict=True):
        row = {"file": str(path), "star": name, "label": label, "detectable": detectable, "problem": problem}
        if evidence is None:
            rows.append(row | {"answer": NOT_MEASURED, "score": np.nan, "runner_up": ""})
            continue
        if not (evidence.star.teff > 0 or evidence.star.radius > 0) and name in known:
            evidence = replace(evidence, star=known[name])  # the TIC knows the star, whatever this file says
        first, second = what_is_it(evidence)[:2]
        rows.append(row | {"answer": first.kind, "score": first.score, "runner_up": second.kind})
    return pd.DataFrame(rows).assign(chosen_on=_half(names).to_numpy())


def _half(names: pd.Series) -> pd.Series:
    """Whether each star is in the random half that rules may be chosen on."""
    each = np.array(sorted(set(names)))
    return names.isin(set(np.random.default_rng(SEED).permutation(each)[: each.size // 2]))


def _measured(asked: Sequence[tuple[str, float | None]], report: Report) -> list[tuple[Evidence | None, bool, str]]:
    found = {}
    for number, answer in enumerate(Workers().spread(_ask, list(enumerate(asked)))):
        found[answer[0]] = answer[1]
        report(number + 1, len(asked))
    return [found[number] for number in range(len(asked))]


def _ask(numbered: tuple[int, tuple[str, float | None]]) -> tuple[int, tuple[Evidence | None, bool, str]]:
    number, (path, period) = numbered
    try:
        light_curve = read_light_curve(path)
        evidence = gather_evidence(light_curve)
    except (ClaraError, OSError) as error:
        return number, (None, period is None, str(error).splitlines()[0])
    return number, (evidence, period is None or _seen(light_curve, period), "")


def _seen(light_curve: LightCurve, period: float) -> bool:
    """Whether transits at a known period stand out of the light curve."""
    if not np.isfinite(period):
        return False
    try:
        start = float(light_curve.finite().time[0])
        transit = measure_transit(light_curve, Ephemeris(period, start))
    except ClaraError:
        return False
    return transit.snr >= LEAST_SNR and len(transit.events) >= FEWEST_TRANSITS


def answers(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The confusion matrix: a row a label, how often each kind is the answer.

    Parameters
    ----------
    table : DataFrame
        From `ask_stars`.

    Returns
    -------
    list of dict
        label, light_curves, stars, and ``as``: number of light curves by answer.
    """
    rows = []
    for label, part in table[table["label"] != ""].groupby("label"):
        counts = part["answer"].value_counts()
        rows.append(
            {
                "label": str(label),
                "light_curves": len(part),
                "stars": int(part["star"].nunique()),
                "as": {str(kind): int(count) for kind, count in counts.items()},
            }
        )
    return rows


def answers_by_kind(table: pd.DataFrame) -> list[dict[str, Any]]:
    """How many of the well-known stars get the right answer, for both halves and together, with intervals and chance.

    Parameters
    ----------
    table : DataFrame
        From `ask_stars`.

    Returns
    -------
    list of dict
        label, half ("all", "chosen on", "held out"), light_curves, stars, right, low, high (95 %, over stars), chance:
        the share right when the answers of all well-known light curves of that half are dealt out at random.
    """
    sure = table[table["label"].isin(WELL_KNOWN) & table["detectable"]]
    halves = {"all": sure, "chosen on": sure[sure["chosen_on"]], "held out": sure[~sure["chosen_on"]]}
    rows = []
    for label in WELL_KNOWN:
        for half, part in halves.items():
            mine = part[part["label"] == label]
            if mine.empty:
                continue
            right = mine["answer"].isin(RIGHT[label]).to_numpy()
            low, high = clustered_interval(right, mine["star"].to_numpy())
            rows.append(
                {
                    "label": label,
                    "half": half,
                    "light_curves": len(mine),
                    "stars": int(mine["star"].nunique()),
                    "right": float(right.mean()),
                    "low": low,
                    "high": high,
                    "chance": float(part["answer"].isin(RIGHT[label]).mean()),
                }
            )
    return rows


def measure(tables: Sequence[Path], report: Report = quiet) -> dict[str, Any]:
    """What `clara results --only what-is-it` measures on tables of labelled light curves.

    Parameters
    ----------
    tables : sequence of Path
        See `ask_stars`.
    report : Report
        Learns how far it is; what it raises stops the work.
    """
    table = pd.concat(list(map(partial(ask_stars, report=report), tables)), ignore_index=True)
    wrong = table[table["label"].isin(WELL_KNOWN) & table["detectable"]]
    wrong = wrong[[answer not in RIGHT[label] for answer, label in zip(wrong["answer"], wrong["label"], strict=True)]]
    hosts = table[table["label"] == "planet_host"]
    return {
        "tables": [path.name for path in tables],
        "light_curves": len(table),
        "stars": int(table["star"].nunique()),
        "seed": SEED,
        "answers": answers(table),
        "by_kind": answers_by_kind(table),
        "hosts": len(hosts),
        "hosts_detectable": int(hosts["detectable"].sum()),
        "wrong": wrong[["file", "label", "answer", "runner_up", "problem"]].to_dict("records"),
    }
