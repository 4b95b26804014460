"""What catalogues say of a star, in one form; and tables of catalogues that lie in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import ArchiveError, first_line
from clara_engine.lightcurve import BTJD_ZERO
from clara_engine.readers.fits_file import FITS_SUFFIXES
from clara_engine.readers.open_table import read_table
from clara_engine.readers.table_names import plain
from clara_engine.text import first_names

__all__ = ["KNOWN_COLUMNS", "known_rows", "named", "near", "read_file", "to_btjd"]

Float = NDArray[np.float64]

#: Of every table of known objects, which is indexed by the number of the star (tic).
#: separation_arcsec is empty where the catalogue names the star itself; source is a name of ``sources.toml``.
KNOWN_COLUMNS = ("name", "kind", "period_days", "epoch_btjd", "separation_arcsec", "source")
TEXT = ("name", "kind", "source")
#: Between the epochs of positions: those of the TIC are of 2000.0, those that come from Gaia of 2016.0.
YEARS = 16.0
MAS_A_DEGREE = 3.6e6
ARCSEC_A_DEGREE = 3600.0


def known_rows(tic: object, **columns: object) -> pd.DataFrame:
    """A table of known objects: text is never missing, numbers are floats, objects without a star are left out.

    Parameters
    ----------
    tic : array_like
        Number of the star of each row.
    **columns : array_like or scalar
        Some of `KNOWN_COLUMNS`; the others are empty.
    """
    number = pd.to_numeric(pd.Series(tic), errors="coerce")
    given = {name: value.to_numpy() if isinstance(value, pd.Series) else value for name, value in columns.items()}
    table = pd.DataFrame(given, index=number.index).reindex(columns=list(KNOWN_COLUMNS))
    for name in KNOWN_COLUMNS:
        if name in TEXT:
            table[name] = table[name].fillna("").astype(str).str.strip()
        else:
            table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    table.loc[~(table["period_days"] > 0), "period_days"] = np.nan
    usable = (number > 0).to_numpy()
    return table[usable].set_axis(pd.Index(number[usable].astype(np.int64), name="tic"))


def to_btjd(julian: object) -> Float:
    """Julian dates as BTJD [days]; what is no whole Julian date (before 1858, or empty) becomes NaN.

    Parameters
    ----------
    julian : array_like
        [days].
    """
    days = np.asarray(pd.to_numeric(pd.Series(julian), errors="coerce"), dtype=np.float64)
    return np.where(days > 2.4e6, days - BTJD_ZERO, np.nan)


def near(stars: pd.DataFrame, objects: pd.DataFrame, radius_arcsec: float) -> pd.DataFrame:
    """Pairs of stars and objects that lie close together at some time between 2000 and 2016.

    Parameters
    ----------
    stars : DataFrame, indexed by tic
        ra, dec [deg, 2000.0], pmra, pmdec [mas/yr, NaN for 0].
    objects : DataFrame
        ra, dec [deg].
    radius_arcsec : float

    Returns
    -------
    DataFrame
        tic, row (place in `objects`), separation_arcsec: the least between 2000.0 and 2016.0.
    """
    from astropy.coordinates import SkyCoord, search_around_sky
    from astropy.units import deg

    known = stars[["ra", "dec", "pmra", "pmdec"]].astype(float).dropna(subset=["ra", "dec"])
    places = objects[["ra", "dec"]].astype(float).reset_index(drop=True).dropna()
    if known.empty or places.empty:
        return pd.DataFrame({"tic": [], "row": [], "separation_arcsec": []})
    motion = known[["pmra", "pmdec"]].fillna(0.0).to_numpy() * YEARS / MAS_A_DEGREE * ARCSEC_A_DEGREE
    reach = radius_arcsec + float(np.hypot(*motion.T).max())
    at = SkyCoord(known["ra"].to_numpy() * deg, known["dec"].to_numpy() * deg)
    of = SkyCoord(places["ra"].to_numpy() * deg, places["dec"].to_numpy() * deg)
    star, place, _, _ = search_around_sky(at, of, reach / ARCSEC_A_DEGREE * deg)
    east, north = (offset.to_value("arcsec") for offset in at[star].spherical_offsets_to(of[place]))
    moved = motion[star]
    length = (moved**2).sum(axis=1)
    along = (moved[:, 0] * east + moved[:, 1] * north) / np.where(length > 0, length, 1.0)
    share = np.clip(along, 0.0, 1.0)
    apart = np.hypot(east - share * moved[:, 0], north - share * moved[:, 1])
    close = apart <= radius_arcsec
    return pd.DataFrame(
        {
            "tic": known.index.to_numpy(np.int64)[star[close]],
            "row": places.index.to_numpy()[place[close]],
            "separation_arcsec": apart[close],
        }
    )


def named(table: pd.DataFrame, names: dict[str, tuple[str, ...]], what: str, needed: tuple[str, ...]) -> pd.DataFrame:
    """Columns by our names, whatever they are called: capitals, blanks and signs alike; absent ones are empty.

    Parameters
    ----------
    table : DataFrame
    names : dict
        Our name to those that the column may have.
    what : str
        The table, for the reason.
    needed : tuple of str
        Our names of columns that must be there.

    Raises
    ------
    ArchiveError
        When one of those is not.
    """
    there = {plain(str(column)): column for column in reversed(list(table.columns))}
    found = {}
    for ours, theirs in names.items():
        column = next((there[plain(name)] for name in theirs if plain(name) in there), None)
        if column is None and ours in needed:
            raise ArchiveError(f"{what} has no column {theirs[0]}; it has {first_names(map(str, table.columns))}")
        found[ours] = table[column].to_numpy() if column is not None else np.full(len(table), np.nan)
    return pd.DataFrame(found)


def read_file(path: Path) -> pd.DataFrame:
    """A table that was downloaded from a catalogue: FITS, or what `clara_engine.readers.open_table` reads.

    Cells of text tables are text: `known_rows` makes numbers of them.

    Raises
    ------
    ArchiveError
        When it can't be read.
    """
    from astropy.table import Table

    try:
        if not path.name.lower().endswith(FITS_SUFFIXES):
            return read_table(path).frame
        table = Table.read(path, format="fits")
        table.convert_bytestring_to_unicode()
        return table[[name for name in table.colnames if table[name].ndim == 1]].to_pandas()
    except Exception as error:  # whatever a reader of foreign tables raises
        raise ArchiveError(f"{path.name} can't be read as a table: {first_line(error):.120}") from None
