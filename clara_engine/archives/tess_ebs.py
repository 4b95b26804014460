"""TESS eclipsing binaries of sectors 1 to 26 (Prša et al. 2022), from VizieR or the table of Villanova University."""

from __future__ import annotations

import pandas as pd

from clara_engine.archives.known_rows import known_rows, named, to_btjd
from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import in_one_line
from clara_engine.archives.tap import ask_tap

__all__ = ["eb_rows", "vizier_ebs"]

TABLE = '"J/ApJS/258/16/tess-ebs"'
#: The name of the epoch in VizieR is an accident of its own.
NAMES = {
    "tic": ("TIC", "tess_id", "tic_id"),
    "signal": ("m_TIC", "signal_id"),
    "ra": ("RAJ2000", "ra"),
    "dec": ("DEJ2000", "dec"),
    "period_days": ("Per", "period"),
    "epoch": ("BJD0", "_tab1_10", "tab1_10"),
    "morphology": ("Morph", "morph_coeff"),
}
CONTACT, ELLIPSOIDAL = 0.7, 0.8  # of the morphology coefficient (Prsa et al. 2022): above are contact, then ellipsoidal


@in_one_line
def vizier_ebs(archive: Archive) -> pd.DataFrame:
    """The whole table, in the form of `eb_rows`."""
    return eb_rows(ask_tap(archive, f"SELECT * FROM {TABLE}"), archive.title)


def eb_rows(table: pd.DataFrame, what: str = "the table of eclipsing binaries") -> pd.DataFrame:
    """A table of eclipsing binaries as `clara_engine.archives.known_rows.KNOWN_COLUMNS`, and ra, dec [deg].

    Epochs are BJD, or BJD minus 2,457,000 as at Villanova University.

    Parameters
    ----------
    table : DataFrame
        As VizieR or Villanova University give it.
    what : str
        The table, for the reason.
    """
    found = named(table, NAMES, what, ("tic", "period_days"))
    epoch = pd.to_numeric(found["epoch"], errors="coerce")
    found["epoch_btjd"] = epoch.where(epoch < 1e5, to_btjd(epoch))
    found["tic"] = pd.to_numeric(found["tic"], errors="coerce")
    found = found[found["tic"] > 0]
    signal = pd.to_numeric(found["signal"], errors="coerce").fillna(1).astype(int)
    rows = known_rows(
        found["tic"],
        name=[_name(tic, n) for tic, n in zip(found["tic"], signal, strict=True)],
        kind=[_kind(value) for value in pd.to_numeric(found["morphology"], errors="coerce")],
        period_days=found["period_days"],
        epoch_btjd=found["epoch_btjd"],
        source="tess-eb",
    )
    place = found[["ra", "dec"]].apply(pd.to_numeric, errors="coerce")
    return rows.assign(ra=place["ra"].to_numpy(float), dec=place["dec"].to_numpy(float))


def _name(tic: float, signal: int) -> str:
    return f"TESS EB {tic:.0f}" + (f", signal {signal}" if signal > 1 else "")


def _kind(morphology: float) -> str:
    if not morphology >= 0:
        return "eclipsing binary"
    form = "ellipsoidal" if morphology > ELLIPSOIDAL else "contact" if morphology > CONTACT else "eclipsing"
    return f"{form} binary (morphology {morphology:.2f})"
