"""Usual names of columns, for light curves and for tables of stars."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

__all__ = [
    "AGAIN",
    "CENTROIDS",
    "ERRORS",
    "FLUXES",
    "NUMBERS",
    "QUALITIES",
    "SECTORS",
    "STARS",
    "TIMES",
    "before_bracket",
    "called_first",
    "first_of",
    "is_time",
    "name_and_unit",
    "plain",
    "sector_in",
    "star_in",
    "unlike",
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
#: What is put behind names that a table has several times (`unlike`, pandas): ``flux.1``.
AGAIN = re.compile(r"\.\d{1,3}$")
OPENING = re.compile(r"[\[(]")
ZERO = re.compile(r"2[34]\d{5}(\.\d+)?")
SCALE = re.compile(r"(tdb|utc|tcb|tt|tai)$")
NAMED_STAR = re.compile(
    r"(?:\b|_)(TIC|KIC|EPIC)[\s_-]*0*(\d{1,18})(?!\d)|(?:\b|_)(kplr|ktwo|k2_lightcurve_)(\d{9})(?!\d)", re.IGNORECASE
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
    >>> name_and_unit("flux.1")  # the second of two columns
    ('flux', '')
    """
    name, unit = AGAIN.sub("", column).strip(), ""
    opening = OPENING.search(name, 0, len(name) - 1)
    if opening and name.endswith((")", "]")):
        name, unit = name[: opening.start()].strip(), name[opening.end() : -1].strip()
    for ending in UNIT_ENDINGS:
        if re.search(rf"[\W_]{ending}$", name.lower()):
            return plain(name[: -len(ending)]), unit or ending
    return plain(name), unit


def before_bracket(name: str) -> tuple[str, str] | None:
    """A column as a person names it, and the unit in square brackets behind it; None where there is no bracket.

    Examples
    --------
    >>> before_bracket("P orb [h]")
    ('P orb', 'h')
    """
    before, bracket, unit = name.partition("[")
    return (before.rstrip(), unit[:-1]) if bracket and unit.endswith("]") else None


def is_time(column: str) -> bool:
    """Whether a column is called as times are, with or without zero point and scale: ``BJD - 2457000``, ``jd_utc``."""
    name = SCALE.sub("", name_and_unit(ZERO.sub("", column))[0].removesuffix("minus"))
    return name in TIMES or (name.startswith("time") and name.removeprefix("time") in TIMES)


def called_first(names: Iterable[str], there: Sequence[str]) -> list[str]:
    """The columns that are called by the first of `names` that any is called by.

    Parameters
    ----------
    names : iterable of str
        Plain names, the preferred one first.
    there : sequence of str
        Names of columns as the table writes them.

    Returns
    -------
    list of str
        As the table writes them, in its order; empty where there is none.
    """
    found: dict[str, list[str]] = {}
    for column in there:
        found.setdefault(name_and_unit(column)[0], []).append(column)
    return next((found[name] for name in names if name in found), [])


def first_of(names: Iterable[str], there: Sequence[str]) -> str | None:
    """The first column of `called_first`; None where there is none.

    Parameters
    ----------
    names : iterable of str
        Plain names, the preferred one first.
    there : sequence of str
        Names of columns as the table writes them.
    """
    return next(iter(called_first(names, there)), None)


def unlike(names: Sequence[str]) -> tuple[str, ...]:
    """Names that differ: those that stand there several times are numbered, so that none of them is meant unawares.

    Examples
    --------
    >>> unlike(["flux", "time", "flux"])
    ('flux.1', 'time', 'flux.2')
    """
    times, taken = Counter(names), set(names)
    places = {name: count(1) for name, often in times.items() if often > 1}
    return tuple(
        next(other for place in places[name] if (other := f"{name}.{place}") not in taken) if name in places else name
        for name in names
    )


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
