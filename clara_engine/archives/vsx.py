"""The International Variable Star Index (VSX), through VizieR, by position."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clara_engine.archives.known_rows import ARCSEC_A_DEGREE, MAS_A_DEGREE, YEARS, known_rows, named, near, to_btjd
from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import in_one_line
from clara_engine.archives.tap import ask_tap

__all__ = ["NEIGHBOUR_ARCSEC", "vizier_vsx", "vsx_rows"]

#: A pixel of TESS: what lies within it cannot be told apart in a light curve.
NEIGHBOUR_ARCSEC = 21.0
#: Positions of some entries are not better than this; far more than the motion of all but the fastest stars.
MARGIN_ARCSEC = 4.0
NAMES = {
    "name": ("Name",),
    "flag": ("V",),
    "ra": ("RAJ2000", "RAdeg", "ra", "radeg"),
    "dec": ("DEJ2000", "DEdeg", "dec", "declination"),
    "kind": ("Type", "VarType"),
    "epoch": ("Epoch",),
    "period_days": ("Period",),
}
FLAGS = {1: "suspected", 2: "not variable", 3: "duplicate"}


@in_one_line
def vizier_vsx(archive: Archive, stars: pd.DataFrame) -> pd.DataFrame:
    """Entries of VSX within a pixel of TESS of some stars.

    Parameters
    ----------
    archive : Archive
    stars : DataFrame, indexed by tic
        ra, dec [deg, 2000.0], pmra, pmdec [mas/yr].

    Returns
    -------
    DataFrame, indexed by tic
        As `clara_engine.archives.known_rows.KNOWN_COLUMNS`, a row an entry, the nearest first.
    """
    places = stars[["ra", "dec"]].astype(float).dropna()
    if places.empty:
        return known_rows([])
    fastest = float(np.nanmax(np.r_[0.0, np.hypot(stars["pmra"].astype(float), stars["pmdec"].astype(float))]))
    radius = NEIGHBOUR_ARCSEC + MARGIN_ARCSEC + fastest * YEARS / MAS_A_DEGREE * ARCSEC_A_DEGREE
    upload = places.rename_axis("tic").reset_index().astype({"tic": np.int64})
    found = ask_tap(
        archive,
        'SELECT v."Name", v."V", v."RAJ2000", v."DEJ2000", v."Type", v."Epoch", v."Period" '
        'FROM TAP_UPLOAD.stars AS s JOIN "B/vsx/vsx" AS v ON 1 = CONTAINS('
        f"POINT('ICRS', v.\"RAJ2000\", v.\"DEJ2000\"), CIRCLE('ICRS', s.ra, s.dec, {radius / ARCSEC_A_DEGREE:.8f}))",
        uploads={"stars": upload},
    )
    return vsx_rows(found.drop_duplicates(), stars, archive.title)


def vsx_rows(table: pd.DataFrame, stars: pd.DataFrame, what: str = "the table of VSX") -> pd.DataFrame:
    """Entries of a table of VSX within a pixel of TESS of some stars, in the form of `vizier_vsx`.

    What VSX says is not variable, or is a duplicate, is left out; epochs are heliocentric, up to 8 minutes off BTJD.

    Parameters
    ----------
    table : DataFrame
        As VizieR or the AAVSO give it, positions in degrees.
    stars : DataFrame, indexed by tic
        As in `vizier_vsx`.
    what : str
        The table, for the reason.
    """
    found = named(table, NAMES, what, ("name", "ra", "dec", "kind"))
    found[["ra", "dec"]] = found[["ra", "dec"]].apply(pd.to_numeric, errors="coerce")
    flag = pd.to_numeric(found["flag"], errors="coerce").fillna(0).astype(int)
    found = found[~flag.isin([2, 3])].assign(flag=flag).reset_index(drop=True)
    pairs = near(stars, found, NEIGHBOUR_ARCSEC).sort_values(["tic", "separation_arcsec"])
    entries = found.iloc[pairs["row"].astype(int)]
    kind = [
        f"{'' if str(said) == 'nan' else str(said).strip()}{' (suspected)' if suspected == 1 else ''}".strip()
        for said, suspected in zip(entries["kind"], entries["flag"], strict=True)
    ]
    return known_rows(
        pairs["tic"].to_numpy(),
        name=entries["name"].astype(str).str.strip(),
        kind=kind,
        period_days=entries["period_days"],
        epoch_btjd=to_btjd(entries["epoch"]),
        separation_arcsec=pairs["separation_arcsec"],
        source="vsx",
    )
