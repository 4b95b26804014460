"""Which moving objects were near a star, from SkyBoT of the IMCCE (Berthier et al. 2006, ASPC 351, 367)."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession, explained, in_one_line
from clara_engine.lightcurve import BTJD_ZERO

__all__ = ["COLUMNS", "RADIUS_ARCMIN", "moving_objects"]

#: Seen from TESS, up to 60 Earth radii away, an object of the main belt is up to 6′ from where it is seen from the
#: centre of the Earth, for which SkyBoT computes.
RADIUS_ARCMIN = 10.0
GEOCENTRE = "500"
#: Their names, and ours.
COLUMNS = {
    "name": "name",
    "num": "number",
    "class": "kind",
    "magV": "v_mag",
    "angdist": "distance_arcsec",
    "errpos": "error_arcsec",
}
WORDS = ("name", "number", "kind")


@in_one_line
def moving_objects(archive: Archive, ra: float, dec: float, time_btjd: float) -> pd.DataFrame:
    """Asteroids, comets and planets within 10′ of a place at a time, as seen from the centre of the Earth.

    Parameters
    ----------
    archive : Archive
    ra, dec : float
        ICRS [deg].
    time_btjd : float
        BTJD [days]; what it differs from the time of the Earth, at most 10 minutes, moves an asteroid by 6″.

    Returns
    -------
    DataFrame
        name, number, kind, v_mag [mag], distance_arcsec, error_arcsec; the nearest first.

    Raises
    ------
    ArchiveError
        When it does not answer, or answers with something else than a table.
    """
    from astropy.table import Table

    asked = {
        "-ra": f"{ra:.6f}",
        "-dec": f"{dec:.6f}",
        "-rd": f"{RADIUS_ARCMIN / 60:.6f}",
        "-ep": f"{time_btjd + BTJD_ZERO:.5f}",
        "-loc": GEOCENTRE,
        "-filter": "120",
        "-objFilter": "111",
        "-refsys": "EQJ2000",
        "-output": "all",
        "-mime": "votable",
    }
    with PoliteSession(archive) as session, explained(archive), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of astropy, on units of sexagesimal columns
        answer = session.get(archive.address, params=asked)
        answer.raise_for_status()
        found = Table.read(io.BytesIO(answer.content), format="votable")
        if len(found) == 0:
            return pd.DataFrame({name: [] for name in COLUMNS.values()})
        table = found[list(COLUMNS)].to_pandas().rename(columns=COLUMNS)
    for name in table:
        column = table[name]
        table[name] = column.astype(str).str.strip() if name in WORDS else pd.to_numeric(column).astype(np.float64)
    return table.sort_values("distance_arcsec", ignore_index=True)
