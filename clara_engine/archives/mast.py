"""MAST: which light curves there are, and the TESS Input Catalog."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from clara_engine.archives.manifest import Archive
from clara_engine.archives.polite_session import PoliteSession, explained
from clara_engine.errors import ArchiveError

__all__ = ["PRODUCTS", "LightCurveFile", "bulk_list", "light_curves_near", "light_curves_of", "tic_entries"]

CADENCES = {"s": 120, "a": 20}
#: First sectors of each cadence of the full-frame images [s].
FFI_CADENCES = ((56, 200), (27, 600), (1, 1800))


@dataclass(frozen=True, slots=True)
class Product:
    """How MAST names the light curves of a pipeline.

    Attributes
    ----------
    name : Pattern
        Of a file, with groups ``sector``, and ``tic`` or ``gaia``.
    folder : str
        Of a file in MAST's names, of its parts: the sector, the groups of four digits of its star, camera and CCD.
    bulk_list : str
        The script that downloads a sector, below ``mast-lists``; empty where the table of sectors has it.
    collection : str
    """

    name: re.Pattern[str]
    folder: str
    bulk_list: str = ""
    collection: str = "HLSP"


SCRIPTS = "hlsps/{0}/download_scripts/"
#: By the name of the pipeline. Names and folders as at https://archive.stsci.edu/hlsp/ (tess-spoc, qlp, tglc).
PRODUCTS: dict[str, Product] = {
    "SPOC": Product(
        re.compile(r"tess\d{13}-s(?P<sector>\d{4})-(?P<tic>\d{16})-\d{4}-(?P<kind>[sa])_(?:fast-)?lc\.fits"),
        "TESS/product",
        collection="TESS",
    ),
    "TESS-SPOC": Product(
        re.compile(r"hlsp_tess-spoc_tess_phot_(?P<tic>\d{16})-s(?P<sector>\d{4})_tess_v1_lc\.fits"),
        "HLSP/tess-spoc/s{sector:04d}/target/{digits}",
        SCRIPTS.format("tess-spoc") + "hlsp_tess-spoc_tess_phot_s{sector:04d}_tess_v1_dl-lc.sh",
    ),
    "QLP": Product(
        re.compile(r"hlsp_qlp_tess_ffi_s(?P<sector>\d{4})-(?P<tic>\d{16})_tess_v01_llc\.fits"),
        "HLSP/qlp/s{sector:04d}/{digits}",
        SCRIPTS.format("qlp") + "hlsp_qlp_tess_ffi_s{sector:04d}_tess_v01_llc-fits.sh",
    ),
    "TGLC": Product(
        re.compile(
            r"hlsp_tglc_tess_ffi_gaiaid-(?P<gaia>\d+)-s(?P<sector>\d{4})-(?P<ccd>cam\d-ccd\d)_tess_v[12]_llc\.fits"
        ),
        "HLSP/tglc/s{sector:04d}/{ccd}/{digits}",
        SCRIPTS.format("tglc") + "hlsp_tglc_tess_ffi_s{sector:04d}_tess_v1_llc.sh",
    ),
}

TIC_COLUMNS = {
    "Tmag": "tmag",
    "Teff": "teff_k",
    "logg": "logg",
    "MH": "mh",
    "rad": "radius_rsun",
    "mass": "mass_msun",
    "lum": "lum_lsun",
    "d": "distance_pc",
    "GAIAmag": "gaia_mag",
    "ra": "ra",
    "dec": "dec",
    "pmRA": "pmra",
    "pmDEC": "pmdec",
}


@dataclass(frozen=True, slots=True, order=True)
class LightCurveFile:
    """A light curve of a pipeline, by its file name.

    Attributes
    ----------
    name : str
    tic, sector, cadence_s : int
        The name of a TGLC file has no TIC; it is 0 where nothing else tells.
    product : str
        A key of `PRODUCTS`.
    """

    name: str
    tic: int
    sector: int
    cadence_s: int
    product: str = "SPOC"

    @classmethod
    def parse(cls, name: str) -> LightCurveFile | None:
        """Read a file name; None when it is not that of a light curve of `PRODUCTS`.

        Examples
        --------
        >>> file = LightCurveFile.parse("tess2018206045859-s0001-0000000261136679-0120-s_lc.fits")
        >>> file.tic, file.sector, file.cadence_s
        (261136679, 1, 120)
        >>> LightCurveFile.parse("tess2018206045859-s0001-0000000261136679-0120-s_tp.fits") is None
        True
        """
        for product, how in PRODUCTS.items():
            if found := how.name.fullmatch(name):
                parts = found.groupdict()
                sector = int(parts["sector"])
                ffi = next(seconds for first, seconds in FFI_CADENCES if sector >= first or first == 1)
                cadence = CADENCES[parts["kind"]] if "kind" in parts else ffi
                return cls(name, int(parts.get("tic", 0)), sector, cadence, product)
        return None

    def address(self, mast: Archive) -> str:
        """Where to download it."""
        how = PRODUCTS[self.product]
        found = how.name.fullmatch(self.name)
        parts = found.groupdict() if found else {}
        number = parts.get("tic") or f"{int(parts.get('gaia', 0)) // 100_000:016d}"
        digits = "/".join(number[start : start + 4] for start in range(0, 16, 4))
        folder = how.folder.format(sector=self.sector, digits=digits, ccd=parts.get("ccd", ""))
        return f"{mast.address}/api/v0.1/Download/file?uri={quote(f'mast:{folder}/{self.name}', safe=':/')}"


def bulk_list(archive: Archive, path: str, product: str = "SPOC") -> list[LightCurveFile]:
    """The list of every light curve of a sector, from the download script that MAST publishes.

    Parameters
    ----------
    archive : Archive
    path : str
        Of the script, below the address of ``mast-lists``.
    product : str
        A key of `PRODUCTS`.

    Raises
    ------
    ArchiveError
        Also when there is no such list yet, or when it names no light curve.
    """
    with PoliteSession(archive) as session, explained(archive):
        response = session.get(f"{archive.address}/{path}")
        response.raise_for_status()
        text = response.text
    names = dict.fromkeys(found[0] for found in PRODUCTS[product].name.finditer(text))
    files = [file for name in names if (file := LightCurveFile.parse(name))]
    if not files:
        raise ArchiveError(f"{archive.title}: {path.rsplit('/', 1)[-1]} names no light curve: try again later")
    return files


def light_curves_of(archive: Archive, tics: list[int], product: str = "SPOC") -> pd.DataFrame:
    """Light curves of stars that a pipeline made, in every sector.

    Parameters
    ----------
    archive : Archive
    tics : list of int
        Numbers of the stars.
    product : str
        A key of `PRODUCTS`.

    Returns
    -------
    DataFrame, indexed by tic
        name, sector, cadence_s; a row a file. Stars without one are left out.

    Raises
    ------
    ArchiveError
        MAST does not answer, or not with a table.
    """
    return _observed(archive, product, target_name=[str(tic) for tic in tics])


def light_curves_near(
    archive: Archive, ra: float, dec: float, radius_deg: float, product: str = "SPOC"
) -> pd.DataFrame:
    """Light curves of the stars in a cone, as `light_curves_of`; all in degrees (ICRS).

    Parameters
    ----------
    archive : Archive
    ra, dec : float
        Middle of the cone [deg, ICRS].
    radius_deg : float
        [deg].
    product : str
        A key of `PRODUCTS`.

    Raises
    ------
    ArchiveError
        MAST does not answer, or not with a table.
    """
    from astropy.coordinates import SkyCoord

    return _observed(archive, product, coordinates=SkyCoord(ra, dec, unit="deg"), radius=f"{radius_deg} deg")


def tic_entries(archive: Archive, tics: list[int]) -> pd.DataFrame:
    """Entries of stars in the TESS Input Catalog.

    Parameters
    ----------
    archive : Archive
    tics : list of int
        Numbers of the stars.

    Returns
    -------
    DataFrame, indexed by tic
        tmag, gaia_mag [mag], teff_k, logg, mh [dex], radius_rsun, mass_msun, lum_lsun, distance_pc, ra, dec [deg,
        J2000], pmra, pmdec [mas/yr], gaia_dr2 (identifier as text, empty when there is none). Unknown stars are left
        out.

    Raises
    ------
    ArchiveError
        MAST does not answer, or not with a table.
    """
    from astroquery.mast import CatalogsClass

    return _tic_table(archive, _asked(archive, CatalogsClass, catalog="TIC", ID=list(tics)))


def _observed(archive: Archive, product: str, **criteria: Any) -> pd.DataFrame:
    from astroquery.mast import ObservationsClass

    found = _asked(
        archive,
        ObservationsClass,
        obs_collection=PRODUCTS[product].collection,
        provenance_name=product,
        dataproduct_type="timeseries",
        **criteria,
    )
    with explained(archive):
        names = [] if found.empty else found["dataURL"].astype(str).str.rsplit("/", n=1).str[-1].tolist()
        stars = found["target_name"].astype(str).tolist() if "target_name" in found else [""] * len(names)
    files = set()
    for name, star in zip(names, stars, strict=False):
        file = LightCurveFile.parse(name)
        if file is not None and file.product == product:
            digits = re.sub(r"\D", "", star)
            files.add(replace(file, tic=file.tic or int(digits or 0)))
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
        # astroquery reads its server once, when it is imported, and offers no other place for a session: a mirror, a
        # test and our pace need one here
        portal = client._portal_api_connection  # noqa: SLF001
        portal._session = session  # noqa: SLF001
        portal.TIMEOUT = archive.timeout_s
        portal.MAST_REQUEST_URL = f"{archive.address}/api/v0/invoke"
        portal.COLUMNS_CONFIG_URL = f"{archive.address}/portal/Mashup/Mashup.asmx/columnsconfig"
        return client.query_criteria(**criteria).to_pandas()
