"""The form in which ExoFOP takes planet candidates of the community (CTOI), for what was vetted as a planet."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.lightcurve import BTJD_ZERO, Target
from clara_engine.progress import Report, quiet
from clara_engine.studies.event_table import event_table
from clara_engine.studies.follow_up import last_verdicts
from clara_engine.studies.known import Known, known_of
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["CTOI_COLUMNS", "CtoiForm", "ctoi_form", "usual_name", "write_ctoi"]

#: Columns of ExoFOP's template params_planet_YYYYMMDD_001.txt in its order, as it was in 2026.
CTOI_COLUMNS = (
    *("target", "flag", "disp", "discovery", "candname", "period", "period_unc", "epoch", "epoch_unc", "depth"),
    *("depth_unc", "duration", "duration_unc", "inc", "inc_unc", "imp", "imp_unc", "r_planet", "r_planet_err"),
    *("ar_star", "ar_star_err", "radius", "radius_unc", "mass", "mass_unc", "temp", "temp_unc", "insol", "insol_unc"),
    *("dens", "dens_unc", "sma", "sma_unc", "ecc", "ecc_unc", "arg_peri", "arg_peri_err", "time_peri"),
    *("time_peri_unc", "vsa", "vsa_unc", "tag", "group", "prop_period", "paper", "notes"),
)
LONGEST_NOTE = 120
#: Labels of verdicts that mean a planet.
PLANET = re.compile(r"\bplanets?\b", re.IGNORECASE)
SEPARATOR = "|"
#: Of the values that are measured: our column, how many digits, and what is added to it.
VALUES = {
    "period": ("period_days", 7, 0.0),
    "epoch": ("epoch_btjd", 6, BTJD_ZERO),
    "depth": ("depth_ppm", 1, 0.0),
    "duration": ("duration_hours", 4, 0.0),
}


@dataclass(frozen=True, slots=True)
class CtoiForm:
    """A filled form.

    Attributes
    ----------
    rows : tuple of dict
        A candidate each: `CTOI_COLUMNS` to text.
    left_out : tuple of str
        Stars that were vetted as planets and why they are not in it, a line each.
    text : str
        The file: remarks for whoever uploads it, the columns, the candidates.
    """

    rows: tuple[dict[str, str], ...]
    left_out: tuple[str, ...]
    text: str


def ctoi_form(
    workspace: Store,
    *,
    labels: Sequence[str] | None = None,
    tag: str = "",
    paper: str = "",
    today: date | None = None,
    report: Report = quiet,
) -> CtoiForm:
    """Fill the form for the stars whose last verdict is a planet.

    A candidate takes the next number after the TOIs and CTOIs of its star that are kept, and what has the period of
    one of these becomes new parameters of it. Only what was measured is filled in: period, epoch, depth and duration.

    Parameters
    ----------
    workspace : Store
    labels : sequence of str, optional
        Of verdicts that mean a planet; by default those of the vocabulary with the word planet.
    tag : str
        Data tag of the person who uploads, as ExoFOP gave it.
    paper : str
        Address of the refereed publication, without which ExoFOP takes no new candidate.
    today : date, optional
    report : Report

    Raises
    ------
    WorkspaceError
        When nobody vetted a star as a planet.
    """
    wanted = list(labels) if labels else [name for name in workspace.vocabulary.anomalies() if PLANET.search(name)]
    verdicts = last_verdicts(workspace, wanted) if wanted else pd.DataFrame()
    if verdicts.empty:
        raise WorkspaceError("no star was vetted as a planet: its last verdict is to say so")
    events = event_table(workspace, list(verdicts["target_id"]), report=report)
    targets = workspace.targets.frame().set_index("target_id")
    rows, left_out = [], []
    for verdict in verdicts.iloc[::-1].itertuples():
        star = targets.loc[verdict.target_id]
        measured = events.loc[verdict.target_id] if verdict.target_id in events.index else None
        why = _unfit(star, measured)
        if why or measured is None:
            left_out.append(f"{verdict.star}: {why or 'no period was kept'}")
            continue
        target = Target(tic=int(star["tic"]), ra=float(star["ra"]), dec=float(star["dec"]))
        known = known_of(workspace, target, float(measured["period_days"]))
        rows.append(_row(int(star["tic"]), measured, known, tag, paper, _note(verdict, star, measured)))
    return CtoiForm(tuple(rows), tuple(left_out), _text(rows, today or datetime.now(UTC).date(), tag, paper))


def usual_name(today: date | None = None) -> str:
    """What ExoFOP wants the file to be called: ``params_planet_20261126_001.txt``."""
    return f"params_planet_{today or datetime.now(UTC).date():%Y%m%d}_001.txt"


def write_ctoi(form: CtoiForm, path: Path) -> None:
    """Write a form.

    Parameters
    ----------
    form : CtoiForm
    path : Path

    Raises
    ------
    WorkspaceError
        When the file can't be written.
    """
    write_atomically(path.absolute(), lambda beside: beside.write_text(form.text, encoding="utf-8"))


def _unfit(star: pd.Series, measured: pd.Series | None) -> str:
    """Why a star can't be a candidate of the community; empty when it can."""
    if star["simulated"]:
        return "a simulated star is no candidate"
    if star["catalogue"] != "TIC":
        return f"it has no TIC number, only one of the {star['catalogue']}"
    if measured is None:
        return "no period was kept"
    if measured["problem"]:
        return str(measured["problem"])
    lacking = [title for title, (name, _, _) in VALUES.items() if not measured[name] > 0]
    return f"{' and '.join(lacking)} could not be measured, and ExoFOP asks for all four" if lacking else ""


def _row(tic: int, measured: pd.Series, known: Known, tag: str, paper: str, note: str) -> dict[str, str]:
    row = dict.fromkeys(CTOI_COLUMNS, "")
    name, is_new = _target(tic, known)
    row |= {"target": name, "flag": "newctoi" if is_new else "newparams", "disp": "PC", "prop_period": "0"}
    for column, (ours, digits, offset) in VALUES.items():
        row[column] = f"{measured[ours] + offset:.{digits}f}"
        error = measured[f"{ours}_error"]
        row[f"{column}_unc"] = f"{error:.{digits}f}" if math.isfinite(error) else ""
    return row | {"tag": _clean(tag), "paper": _clean(paper), "notes": _clean(note)[:LONGEST_NOTE]}


def _target(tic: int, known: Known) -> tuple[str, bool]:
    """What the form calls the candidate, and whether it is a new one."""
    listed = [entry for entry in known.own if entry.catalogue in ("toi", "ctoi")]
    for entry in listed:
        if entry.relation.startswith("same"):
            number = entry.name.removeprefix("CTOI ").split(",")[0]
            return (entry.name.replace("-", "") if entry.catalogue == "toi" else f"TIC{number}"), False
    taken = [int(found[1]) for entry in listed if (found := re.search(r"\.(\d\d)\b", entry.name))]
    return f"TIC{tic}.{max(taken, default=0) + 1:02d}", True


def _note(verdict: object, star: pd.Series, measured: pd.Series) -> str:
    facts: Mapping[str, object] = verdict._asdict()  # type: ignore[attr-defined]
    seen = counted(int(measured["seen"]), "event")
    sectors = str(measured["sectors"]).split() or [str(star["sector"])]
    where = f"{'sector' if len(sectors) == 1 else 'sectors'} {', '.join(sectors)} {star['product']}"
    words = f"{where}: {seen}, S/N {measured['snr']:.1f}; vetted with CLARA"
    return f"{words}; {facts['note']}" if facts["note"] else words


def _clean(words: str) -> str:
    return " ".join(words.replace(SEPARATOR, "/").split())


def _text(rows: Sequence[Mapping[str, str]], today: date, tag: str, paper: str) -> str:
    remarks = [
        f"{counted(len(rows), 'candidate')}, {today}. Upload as {usual_name(today)}.",
        "The columns are those of ExoFOP's template as it was in 2026: compare them with the template of today.",
        "Look up on ExoFOP which numbers of each star are taken, and correct the column target.",
    ]
    if not tag:
        remarks.append("The column tag is empty: ExoFOP wants the data tag that it gave you.")
    if not paper:
        remarks.append("The column paper is empty: a new candidate needs the address of a refereed publication.")
    lines = [f"\\ {remark}" for remark in remarks]
    lines.append(SEPARATOR.join(CTOI_COLUMNS))
    lines += [SEPARATOR.join(row[name] for name in CTOI_COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"
