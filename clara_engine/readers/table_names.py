"""Usual names of columns, for light curves and for tables of stars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = [
    "CENTROIDS",
    "ERRORS",
    "FLUXES",
    "NUMBERS",
    "QUALITIES",
    "SECTORS",
    "STARS",
    "TIMES",
    "first_of",
    "is_time",
    "name_and_unit",
    "plain",
    "sector_in",
    "star_in",
]

#: All names here as `plain` gives them: ``TIC ID``, ``tic_id`` and ``TicId`` are one.
TIMES = (
    "time",
    "btjd",
    "tbjd",
    "bjd",
    "bjdtdb",
    "bkjd",
    "tjd",
    "mjd",
    "bmjd",
    "rjd",
    "jd",
    "hjd",
    "t",
    "date",
    "dates",
    "times",
)
FLUXES = {
    "pdcsap": (
        "pdcsapflux",
        "corrflux",
        "kspsapflux",
        "detflux",
        "flux",
        "relativeflux",
        "relflux",
        "normflux",
        "normalizedflux",
        "normalisedflux",
        "fluxnorm",
        "correctedflux",
        "detrendedflux",
        "fluxdetrended",
        "sapflux",
    ),
    "sap": ("sapflux", "rawflux", "flux"),
}
ERRORS = ("fluxerr", "fluxerror", "eflux", "fluxunc", "fluxuncertainty", "err", "error", "sigma", "uncertainty")
QUALITIES = ("quality", "sapquality", "qualityflag", "qualityflags", "flag", "flags")
CENTROIDS = (("momcentr1", "momcentr2"), ("centroidcolumn", "centroidrow"), ("centroidcol", "centroidrow"))
#: Facts of the star that are numbers, and what else they are called.
NUMBERS = {
    "tmag": ("tmag", "tessmag"),
    "teff": ("teff",),
    "radius": ("radius",),
    "logg": ("logg",),
    "ra": ("ra", "raobj"),
    "dec": ("dec", "decobj"),
    "pmra": ("pmra",),
    "pmdec": ("pmdec",),
}
#: Columns that number stars, and the catalogue that the numbers are of.
STARS = {
    "tic": "TIC",
    "ticid": "TIC",
    "tid": "TIC",
    "tessid": "TIC",
    "ticnumber": "TIC",
    "kic": "KIC",
    "kicid": "KIC",
    "kepid": "KIC",
    "keplerid": "KIC",
    "epic": "EPIC",
    "epicid": "EPIC",
    "epicnumber": "EPIC",
}
SECTORS = ("sector", "quarter", "campaign")
SECTOR = re.compile(r"(?:s|sector|q|quarter|c|campaign)?[\s_.-]*(\d{1,4})(?:\.0*)?", re.IGNORECASE)
UNIT_ENDINGS = ("ppm", "ppt", "percent")
ZERO = re.compile(r"2[34]\d{5}(\.\d+)?")
NAMED_STAR = re.compile(
    r"(?:\b|_)(TIC|KIC|EPIC)[\s_-]*0*(\d+)(?!\d)|(?:\b|_)(kplr|ktwo|k2_lightcurve_)(\d{9})(?!\d)", re.IGNORECASE
)


def plain(name: str) -> str:
    """A name without its blanks, signs and capitals: ``TIC ID`` is ``ticid``."""
    return re.sub(r"[\W_]+", "", name.lower())


def name_and_unit(column: str) -> tuple[str, str]:
    """The plain name and the unit of a column: ``Flux [ppm]`` and ``flux_ppm`` are both flux in ppm.

    Examples
    --------
    >>> name_and_unit("Time [d]")
    ('time', 'd')
    """
    bracket = re.fullmatch(r"\s*(.*?)\s*[\[(](.*)[\])]\s*", column)
    name, unit = (bracket[1], bracket[2].strip()) if bracket else (column.strip(), "")
    for ending in UNIT_ENDINGS:
        if re.search(rf"[\W_]{ending}$", name.lower()):
            return plain(name[: -len(ending)]), unit or ending
    return plain(name), unit


def is_time(column: str) -> bool:
    """Whether a column is called as times are, with or without its zero point: ``BJD - 2457000``, ``time_bkjd``."""
    name = name_and_unit(ZERO.sub("", column))[0].removesuffix("minus")
    return name in TIMES or (name.startswith("time") and name.removeprefix("time") in TIMES)


def first_of(names: Iterable[str], there: Sequence[str]) -> str | None:
    """The column that is called by the first of `names` that any is called by.

    Parameters
    ----------
    names : iterable of str
        Plain names, the preferred one first.
    there : sequence of str
        Names of columns as the table writes them.

    Returns
    -------
    str or None
        As the table writes it; None where there is none.
    """
    found: dict[str, str] = {}
    for column in there:
        found.setdefault(name_and_unit(column)[0], column)
    return next((found[name] for name in names if name in found), None)


def sector_in(text: str) -> int | None:
    """The sector, quarter or campaign that a cell gives: ``1``, ``s0001``, ``Sector 1``; None where it gives none."""
    found = SECTOR.fullmatch(text.strip())
    return int(found[1]) if found else None


def star_in(text: str) -> tuple[str, int] | None:
    """Catalogue and number of the star that a text names: ``TIC 261136679``, ``kplr000757076``.

    Examples
    --------
    >>> star_in("TIC 261136679")
    ('TIC', 261136679)
    >>> star_in("KIC 8462852")
    ('KIC', 8462852)
    >>> star_in("Vega") is None
    True
    """
    if found := NAMED_STAR.search(text):
        catalogue = found[1] or ("KIC" if found[3].lower() == "kplr" else "EPIC")
        return catalogue.upper(), int(found[2] or found[4])
    return None
