"""TESS objects of interest of the community (CTOI), from ExoFOP."""

from __future__ import annotations

import io

import pandas as pd

from clara_engine.archives.known_rows import known_rows, named, to_btjd
from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession, explained

__all__ = ["ctoi_rows", "exofop_ctois"]

NAMES = {
    "tic": ("TIC ID", "TIC"),
    "name": ("CTOI",),
    "toi": ("Promoted to TOI", "TOI"),
    "group": ("TFOPWG Disposition",),
    "user": ("User Disposition", "Disposition"),
    "period_days": ("Period (days)", "Period"),
    "epoch": ("Transit Epoch (BJD)", "Epoch (BJD)", "Epoch"),
}


def exofop_ctois(archive: Archive) -> pd.DataFrame:
    """The whole CTOI table of ExoFOP, as `known_rows.KNOWN_COLUMNS`; `kind` is the disposition."""
    with PoliteSession(archive) as session, explained(archive):
        response = session.get(f"{archive.address}/download_ctoi.php", params={"sort": "ctoi", "output": "csv"})
        response.raise_for_status()
        text = response.content.decode("utf-8", errors="replace")
        return ctoi_rows(pd.read_csv(io.StringIO(text), dtype={"CTOI": str}), archive.title)


def ctoi_rows(table: pd.DataFrame, what: str = "the table of CTOIs") -> pd.DataFrame:
    """A CTOI table in the form of `exofop_ctois`: of two dispositions, that of the follow-up group counts.

    Parameters
    ----------
    table : DataFrame
        As ExoFOP gives it.
    what : str
        The table, for the reason.
    """
    found = named(table, NAMES, what, ("tic", "name"))
    disposition = [
        " ".join(str(said).split()) if str(said).strip() not in ("", "nan") else str(user)
        for said, user in zip(found["group"], found["user"], strict=True)
    ]
    names = [_name(ctoi, toi) for ctoi, toi in zip(found["name"], found["toi"], strict=True)]
    return known_rows(
        found["tic"],
        name=names,
        kind=["" if said == "nan" else said for said in disposition],
        period_days=found["period_days"],
        epoch_btjd=to_btjd(found["epoch"]),
        source="ctoi",
    )


def _name(ctoi: object, toi: object) -> str:
    """``CTOI 261136679.01``, and the TOI that became of it."""
    number = f"{ctoi:.2f}" if isinstance(ctoi, float) else str(ctoi).strip()
    became = pd.to_numeric(pd.Series([toi]), errors="coerce").iloc[0]
    return f"CTOI {number}" + (f", now TOI-{became:g}" if became == became and became > 0 else "")
