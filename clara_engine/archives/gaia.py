"""Gaia DR3 for stars of the TESS Input Catalog."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import in_one_line
from clara_engine.archives.tap import ask_tap, in_list

__all__ = ["EPOCH_YEARS", "MOST_SOURCES", "RADIUS_ARCSEC", "gaia_around", "gaia_stars"]

RADIUS_ARCSEC = 3.0
EPOCH_YEARS = 16.0  # DR3 positions are of 2016.0, those of the TIC of 2000.0
MAS_A_DEGREE = 3.6e6
#: Brightest sources around a star that are asked for; answers of more than 2000 rows are cut short.
MOST_SOURCES = 1500
AROUND = {
    "source_id": "source_id",
    "ra": "ra",
    "dec": "dec",
    "pmra": "pmra",
    "pmdec": "pmdec",
    "parallax": "parallax_mas",
    "phot_g_mean_mag": "gaia_g",
    "bp_rp": "bp_rp",
    "ruwe": "ruwe",
    "phot_variable_flag": "variable",
}

COLUMNS = {
    "source_id": "source_id",
    "parallax": "parallax_mas",
    "parallax_error": "parallax_error_mas",
    "pmra": "pmra",
    "pmdec": "pmdec",
    "ruwe": "ruwe",
    "phot_g_mean_mag": "gaia_g",
    "bp_rp": "bp_rp",
    "teff_gspphot": "gaia_teff_k",
    "logg_gspphot": "gaia_logg",
    "mh_gspphot": "gaia_mh",
    "distance_gspphot": "gaia_distance_pc",
    "phot_variable_flag": "variable",
    "non_single_star": "non_single_star",
}
NUMBERS = [name for name in COLUMNS.values() if name not in ("source_id", "variable")]


@in_one_line
def gaia_stars(archive: Archive, stars: pd.DataFrame) -> pd.DataFrame:
    """Counterparts of stars in Gaia DR3.

    A star with a DR2 identifier is followed through the neighbourhood table of the archive (Torra et al. 2021, A&A 649,
    A10). Any other is looked for at its position, moved by its proper motion to 2016.0, within 3″.

    Parameters
    ----------
    archive : Archive
    stars : DataFrame, indexed by tic
        gaia_dr2 (text, empty when unknown), ra, dec [deg, epoch 2000.0], pmra, pmdec [mas/yr].

    Returns
    -------
    DataFrame, indexed by tic
        source_id (text), parallax_mas, parallax_error_mas, pmra, pmdec [mas/yr], ruwe, gaia_g, bp_rp [mag],
        gaia_teff_k, gaia_logg, gaia_mh, gaia_distance_pc (GSP-Phot), variable (bool), non_single_star (bits: 1
        astrometric, 2 spectroscopic, 4 eclipsing), matched_by (``"dr2"`` or ``"position"``), candidates (how many
        there were; the one nearest in magnitude, or in position, is given). Stars without a counterpart are left out.
    """
    named = stars[stars["gaia_dr2"] != ""]
    found = [_by_dr2(archive, named)] if len(named) else []
    matched = set(found[0].index) if found else set()
    rest = stars[~stars.index.isin(matched)].dropna(subset=["ra", "dec"])
    if len(rest):
        found.append(_by_position(archive, rest))
    found = [table for table in found if len(table)]
    if not found:
        return pd.DataFrame(columns=[*COLUMNS.values(), "matched_by", "candidates"], index=pd.Index([], name="tic"))
    return pd.concat(found)


@in_one_line
def gaia_around(archive: Archive, ra: float, dec: float, *, radius_arcsec: float = 120.0) -> pd.DataFrame:
    """Sources of Gaia DR3 around a place, the brightest first.

    Parameters
    ----------
    archive : Archive
    ra, dec : float
        ICRS, epoch 2016.0 [deg].
    radius_arcsec : float

    Returns
    -------
    DataFrame
        source_id (text), ra, dec [deg, epoch 2016.0], pmra, pmdec [mas/yr], parallax_mas, gaia_g, bp_rp [mag], ruwe,
        variable (bool); the brightest `MOST_SOURCES`.

    Raises
    ------
    ArchiveError
        When the archive does not answer as it should.
    """
    answer = ask_tap(
        archive,
        f"SELECT TOP {MOST_SOURCES} {', '.join(f'g.{name}' for name in AROUND)} FROM gaiadr3.gaia_source AS g "
        f"WHERE 1 = CONTAINS(POINT('ICRS', g.ra, g.dec), CIRCLE('ICRS', {ra % 360:.7f}, {dec:.7f}, "
        f"{radius_arcsec / 3600:.7f})) ORDER BY g.phot_g_mean_mag",
    )
    table = answer.rename(columns=AROUND)[list(AROUND.values())]
    numbers = [name for name in AROUND.values() if name not in ("source_id", "variable")]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce").astype(float)
    table["source_id"] = table["source_id"].astype(str)
    table["variable"] = table["variable"].astype(str).str.upper().eq("VARIABLE")
    return table


def _by_dr2(archive: Archive, stars: pd.DataFrame) -> pd.DataFrame:
    answer = ask_tap(
        archive,
        f"SELECT n.dr2_source_id, n.angular_distance, n.magnitude_difference, {_columns()} "
        "FROM gaiadr3.dr2_neighbourhood AS n JOIN gaiadr3.gaia_source AS g ON g.source_id = n.dr3_source_id "
        f"WHERE n.dr2_source_id IN {in_list([int(name) for name in stars['gaia_dr2']])}",
    )
    tics = stars.reset_index()[["tic", "gaia_dr2"]].assign(dr2_source_id=lambda t: t["gaia_dr2"].astype(np.int64))
    pairs = tics.merge(answer.astype({"dr2_source_id": np.int64}), on="dr2_source_id")
    pairs["unlike"] = pairs["magnitude_difference"].abs().fillna(np.inf)
    return _best(pairs.sort_values(["tic", "unlike", "angular_distance"]), "dr2")


def _by_position(archive: Archive, stars: pd.DataFrame) -> pd.DataFrame:
    moved = stars[["pmra", "pmdec"]].fillna(0.0).astype(float) * EPOCH_YEARS / MAS_A_DEGREE
    ra = stars["ra"] + moved["pmra"] / np.cos(np.radians(stars["dec"]))
    places = pd.DataFrame(
        {"tic": stars.index.astype(np.int64), "ra": ra.mod(360), "dec": stars["dec"] + moved["pmdec"]}
    )
    between = "DISTANCE(POINT('ICRS', g.ra, g.dec), POINT('ICRS', s.ra, s.dec))"
    pairs = ask_tap(
        archive,
        f"SELECT s.tic, {between} AS separation, {_columns()} "
        "FROM TAP_UPLOAD.stars AS s JOIN gaiadr3.gaia_source AS g ON 1 = CONTAINS("
        f"POINT('ICRS', g.ra, g.dec), CIRCLE('ICRS', s.ra, s.dec, {RADIUS_ARCSEC}/3600.))",
        uploads={"stars": places.reset_index(drop=True)},
    )
    return _best(pairs.sort_values(["tic", "separation"]), "position")


def _columns() -> str:
    return ", ".join(f"g.{name}" for name in COLUMNS)


def _best(pairs: pd.DataFrame, matched_by: str) -> pd.DataFrame:
    table = pairs.rename(columns=COLUMNS)
    table["candidates"] = table.groupby("tic")["source_id"].transform("size")
    table = table.drop_duplicates("tic").set_index("tic")[[*COLUMNS.values(), "candidates"]]
    table[NUMBERS] = table[NUMBERS].apply(pd.to_numeric, errors="coerce").astype(float)
    table["source_id"] = table["source_id"].astype(str)
    table["variable"] = table["variable"].astype(str).str.upper().eq("VARIABLE")
    return table.assign(matched_by=matched_by).set_axis(table.index.astype(np.int64).rename("tic"))
