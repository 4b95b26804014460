"""MAST: which light curves there are, and the TESS Input Catalog."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.session import PoliteSession, explained
from clara_engine.errors import ArchiveError

__all__ = ["LightCurveFile", "bulk_list", "light_curves_near", "light_curves_of", "tic_entries"]

SPOC_NAME = re.compile(r"tess\d{13}-s(\d{4})-(\d{16})-\d{4}-(?:([sa])_(?:fast-)?)lc\.fits")
CADENCES = {"s": 120, "a": 20}

TIC_COLUMNS = {
    "Tmag": "tmag", "Teff": "teff_k", "logg": "logg", "MH": "mh", "rad": "radius_rsun", "mass": "mass_msun",
    "lum": "lum_lsun", "d": "distance_pc", "GAIAmag": "gaia_mag", "ra": "ra", "dec": "dec", "pmRA": "pmra",
    "pmDEC": "pmdec",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class LightCurveFile:
    """A light curve of the SPOC pipeline, by its file name.

    Attributes
    ----------
    name : str
    tic, sector, cadence_s : int
    """

    name: str
    tic: int
    sector: int
    cadence_s: int

    @classmethod
    def parse(cls, name: str) -> LightCurveFile | None:
        """Read a file name; None when it is not that of a SPOC light curve."""
        found = SPOC_NAME.fullmatch(name)
        return found and cls(name, int(found[2]), int(found[1]), CADENCES[found[3]])

    def address(self, mast: Archive) -> str:
        """Where to download it."""
        return f"{mast.address}/api/v0.1/Download/file?uri={quote(f'mast:TESS/product/{self.name}', safe=':/')}"


def bulk_list(archive: Archive, path: str) -> list[LightCurveFile]:
    """The list of every light curve of a sector, from the download script that MAST publishes.

    Raises
    ------
    ArchiveError
        Also when there is no such list yet, or when it names no light curve.
    """
    with PoliteSession(archive) as session, explained(archive):
        response = session.get(f"{archive.address}/{path}")
        response.raise_for_status()
        text = response.text
    names = dict.fromkeys(found[0] for found in SPOC_NAME.finditer(text))
    files = [file for name in names if (file := LightCurveFile.parse(name))]
    if not files:
        raise ArchiveError(f"{archive.title}: {path.rsplit('/', 1)[-1]} names no light curve: try again later")
    return files


def light_curves_of(archive: Archive, tics: list[int]) -> pd.DataFrame:
    """SPOC light curves of stars, in every sector.

    Returns
    -------
    DataFrame, indexed by tic
        name, sector, cadence_s; a row a file. Stars without one are left out.
    """
    return _observed(archive, target_name=[str(tic) for tic in tics])


def light_curves_near(archive: Archive, ra: float, dec: float, radius_deg: float) -> pd.DataFrame:
    """SPOC light curves of the stars in a cone, as `light_curves_of`; all in degrees (ICRS)."""
    from astropy.coordinates import SkyCoord

    return _observed(archive, coordinates=SkyCoord(ra, dec, unit="deg"), radius=f"{radius_deg} deg")


def tic_entries(archive: Archive, tics: list[int]) -> pd.DataFrame:
    """What the TESS Input Catalog says of stars.

    Returns
    -------
    DataFrame, indexed by tic
        tmag, gaia_mag [mag], teff_k, logg, mh [dex], radius_rsun, mass_msun, lum_lsun, distance_pc, ra, dec [deg,
        J2000], pmra, pmdec [mas/yr], gaia_dr2 (identifier as text, empty when there is none). Unknown stars are left
        out.
    """
    from astroquery.mast import CatalogsClass

    return _tic_table(archive, _asked(archive, CatalogsClass, catalog="TIC", ID=list(tics)))


def _observed(archive: Archive, **criteria: Any) -> pd.DataFrame:
    from astroquery.mast import ObservationsClass

    found = _asked(
        archive, ObservationsClass, obs_collection="TESS", provenance_name="SPOC", dataproduct_type="timeseries",
        **criteria,
    )  # fmt: skip
    with explained(archive):
        names = [] if found.empty else found["dataURL"].astype(str).str.rsplit("/", n=1).str[-1].unique()
    files = [file for name in names if (file := LightCurveFile.parse(name))]
    rows = [(file.tic, file.name, file.sector, file.cadence_s) for file in sorted(files)]
    return pd.DataFrame(rows, columns=["tic", "name", "sector", "cadence_s"]).set_index("tic")


def _tic_table(archive: Archive, found: pd.DataFrame) -> pd.DataFrame:
    with explained(archive):
        if found.empty:
            found = pd.DataFrame(columns=["ID", "GAIA", *TIC_COLUMNS])
        table = found.rename(columns=TIC_COLUMNS).reindex(columns=list(TIC_COLUMNS.values()))
        table = table.apply(pd.to_numeric, errors="coerce").astype(float)
        dr2 = found["GAIA"].astype("string").fillna("")
        table["gaia_dr2"] = dr2.where(dr2.str.fullmatch(r"\d+"), "").astype(object)
        table.index = pd.Index(pd.to_numeric(found["ID"]).astype(np.int64), name="tic")
    return table[~table.index.duplicated()]


def _asked(archive: Archive, kind: type[Any], **criteria: Any) -> pd.DataFrame:
    """Ask the MAST portal through astroquery; no rows when it knows nothing."""
    from astroquery.exceptions import NoResultsWarning

    with PoliteSession(archive) as session, explained(archive), warnings.catch_warnings():
        warnings.simplefilter("ignore", NoResultsWarning)
        client = kind()
        # astroquery reads its server once, when it is imported; a mirror, a test and our pace need it here
        portal = client._portal_api_connection
        portal._session = session
        portal.TIMEOUT = archive.timeout_s
        portal.MAST_REQUEST_URL = f"{archive.address}/api/v0/invoke"
        portal.COLUMNS_CONFIG_URL = f"{archive.address}/portal/Mashup/Mashup.asmx/columnsconfig"
        return client.query_criteria(**criteria).to_pandas()
