"""The zero point of times: one rule for FITS files, tables, objects and typed epochs.

1. What the source says of itself: the unit or the name of the column (``BJD - 2454833``, ``BTJD``), and the reference
   keywords of a header (FITS Standard 4.0, section 9.2.2; BJDREFI and BJDREFF are Kepler's and TESS's own).
2. Without such words, the numbers where they can mean one thing only: 2.3 to 2.5 million is a Julian date, 40 000 to
   100 000 a modified one. What is called a Julian date (``bjd0``) and is 55 000 is refused: half a day lies between a
   modified one and BJD - 2400000, which catalogues of binaries write so.
3. Then the catalogue of the star: a number of the KIC or of the EPIC comes with BKJD, one of the TIC with BTJD.
4. The calendar has the last word: no mission observed before its launch or after its end.

Times are in TDB unless the unit, the name or TIMESYS (FITS 4.0, section 9.2.1) says UTC or another scale: then they are
put into TDB. That takes away the leap seconds, not the way of the light through the Solar System.

What contradicts is refused with the reason.
"""

from __future__ import annotations

import re
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import BTJD_ZERO

__all__ = [
    "BKJD_ZERO",
    "EARLIEST_BTJD",
    "LATEST_BTJD",
    "REFERENCE_KEYWORDS",
    "Reference",
    "epoch_in_btjd",
    "in_btjd",
    "references",
    "zero_in_words",
]

Float = NDArray[np.float64]
Plain = str | float | None

BKJD_ZERO, MJD_ZERO = 2454833.0, 2400000.5
JULIAN_DATES = (2.3e6, 2.5e6)
MODIFIED_DATES = (4e4, 1e5)
#: Zero points [JD] by the names that people give to times; a bare ``bjd`` or ``jd`` says the scale alone.
NAMED_ZEROS = {
    "btjd": BTJD_ZERO,
    "tbjd": BTJD_ZERO,
    "tjd": BTJD_ZERO,
    "bkjd": BKJD_ZERO,
    "kbjd": BKJD_ZERO,
    "kjd": BKJD_ZERO,
    "mjd": MJD_ZERO,
    "bmjd": MJD_ZERO,
    "rjd": 2400000.0,
    "rbjd": 2400000.0,
}
DAYS = {"", "d", "day", "days", "jd", "bjd", "hjd", "ejd", "date", "time", "t", "times"}
SCALES = r"[\s_\-(]*(tdb|utc|tcb|tt|tai)\)?$"
SCALE_IN_WORDS = re.compile(r"(?<![a-z])(tdb|utc|tcb|tt|tai)(?![a-z])")
#: TT is never off TDB by more than 0.002 s.
AS_TDB = frozenset({"tdb", "tt"})
ZERO_IN_WORDS = re.compile(r"(?<!\d)(2[34]\d{5}(?:\.\d+)?)(?!\d)")
#: First and last day with data, as Julian dates: TESS was launched on 2018-04-18; Kepler's quarters 0 to 17, K2's
#: engineering run to campaign 19 (Kepler Archive Manual, KDMC-10008-006; K2 Handbook, KSCI-19116-003).
CALENDAR = {
    "TESS": (2458226.0, float("inf")),
    "Kepler": (BKJD_ZERO + 115, BKJD_ZERO + 1600),
    "K2": (BKJD_ZERO + 1850, BKJD_ZERO + 3570),
}
MISSIONS = {"TIC": ("TESS",), "KIC": ("Kepler",), "EPIC": ("K2",)}
ZEROS = {"TIC": BTJD_ZERO, "KIC": BKJD_ZERO, "EPIC": BKJD_ZERO}
NAMES = {BTJD_ZERO: "BTJD", BKJD_ZERO: "BKJD", MJD_ZERO: "MJD", 0.0: "JD"}
#: What a header may say of its times.
REFERENCE_KEYWORDS = (
    *(f"{key}{part}" for key in ("MJDREF", "JDREF", "BJDREF") for part in ("", "I", "F", "R")),
    "TIMEUNIT",
    "TIMESYS",
)
#: Names of Julian dates, which modified ones have not.
JULIAN = re.compile(r"(?<![a-z])[bhe]?jd")
#: So many times tell where all of them are.
SAMPLE = 100
#: Two zero points further apart than this [days] contradict; TDB and UTC differ by less than 0.001.
TOLERANCE_DAYS = 0.01
#: Before 1960 and after 2050 there are no light curves.
EARLIEST_BTJD, LATEST_BTJD = -2e4, 1.3e4


@dataclass(frozen=True, slots=True)
class Reference:
    """A zero point of time [JD], and who says so."""

    zero: float
    source: str


@lru_cache(256)
def zero_in_words(words: str) -> float | None:
    """The zero point [JD] that the unit or the name of a column of time gives; None where it says days alone.

    Raises
    ------
    UnreadableLightCurve
        When it says another unit than days.
    """
    plain = re.sub(r"^time[\s_(\[]+", "", words.strip().lower()).strip("[]() ")
    plain = re.sub(SCALES, "", plain)
    if number := ZERO_IN_WORDS.search(plain):
        rest = plain.replace(number[1], "")
        if not re.search(r"\b(s|sec|secs|seconds?|min|minutes?|h|hr|hours?)\b", rest):
            return float(number[1])
    plain = re.sub(r"[\s,]*\(?\b(d|days?)\b\)?$", "", plain).strip(" ,[]()-")
    if plain in NAMED_ZEROS:
        return NAMED_ZEROS[plain]
    if plain in DAYS:
        return None
    raise UnreadableLightCurve(f"is in {words.strip()!r}; days are needed")


def references(header: Mapping[str, object]) -> list[Reference]:
    """The zero points that a header gives, FITS's own keywords first; 0, which many write as a default, is none."""
    found = []
    for key, zero in (("MJDREF", MJD_ZERO), ("JDREF", 0.0), ("BJDREF", 0.0)):
        whole, day = _number(header, f"{key}I"), _number(header, f"{key}F")
        value = _number(header, key) if whole is None else whole + (day or 0.0)
        if value:
            found.append(Reference(value + zero, f"{key}I" if whole is not None else key))
    return found


def in_btjd(
    time: Float,
    name: str,
    *,
    unit: str = "",
    header: Mapping[str, object] | None = None,
    catalogue: str = "",
    missions: Sequence[str] = (),
) -> Float:
    """Times as BTJD = BJD - 2457000 [days], by the rule of the module.

    Parameters
    ----------
    time : ndarray of float64, shape (n,)
        In days; what is not finite stays NaN.
    name : str
        Of the column, for messages; where `unit` says nothing it may say the zero point (``time_bkjd``).
    unit : str
        As the file writes it.
    header : mapping
        Keywords of a FITS header.
    catalogue : str
        Of the star: ``"TIC"``, ``"KIC"``, ``"EPIC"``, or empty where it is not known.
    missions : sequence of str
        Who observed it (``"TESS"``, ``"Kepler"``, ``"K2"``): the times must lie within their calendar. Empty where
        anybody may have observed; then the calendar is asked only when the source says no zero point.

    Raises
    ------
    UnreadableLightCurve
        All NaN, in another unit than days, two zero points that differ, none that can be, or out of the calendar.
    """
    usable = np.isfinite(time)
    timed = time if usable.all() else time[usable]
    if not timed.size:
        raise UnreadableLightCurve(f"{name} is NaN throughout")
    some = np.sort(timed[:: max(1, timed.size // SAMPLE)])
    middle = float(some[some.size // 2])
    stated_by = (name, unit, *_plain(header or {}))
    said = _said(*stated_by)
    if JULIAN_DATES[0] < middle < JULIAN_DATES[1]:
        zero, stated = 0.0, True
    elif said:
        zero, stated = said[0].zero, True
        for other in said[1:]:
            if abs(other.zero - zero) > TOLERANCE_DAYS:
                raise UnreadableLightCurve(
                    f"{name} counts from {zero:.8g} by its {said[0].source}, from {other.zero:.8g} by its "
                    f"{other.source}: which is right?"
                )
    elif MODIFIED_DATES[0] <= middle <= MODIFIED_DATES[1]:
        if JULIAN.search(f"{name} {unit}".lower()):
            raise UnreadableLightCurve(
                f"{name} is around {middle:.6g}: a modified Julian date, or half a day earlier, a Julian date - "
                "2400000? Call it mjd or rjd"
            )
        zero, stated = MJD_ZERO, True
    else:
        zero, stated = ZEROS.get(catalogue, BTJD_ZERO), False
    days = time + (zero - BTJD_ZERO)
    if timed is not time:
        days[~usable] = np.nan
    if (scale := _scale(*stated_by)) not in AS_TDB:
        days = _in_tdb(days, scale)
    observed = tuple(missions) or (() if stated else MISSIONS.get(catalogue, ("TESS",)))
    extent = tuple(float(edge) + (zero - BTJD_ZERO) for edge in (timed.min(), timed.max()))
    _check_calendar(extent, name, middle, zero, observed, stated)
    return days


def epoch_in_btjd(epoch: float, catalogue: str = "TIC") -> float:
    """An epoch that a person typed, as BTJD: a Julian date, a modified one, or days of the star's own mission.

    For a star of the KIC or the EPIC, BTJD is understood too: the calendar tells it from BKJD.

    Parameters
    ----------
    epoch : float
        Days: JD, MJD, BTJD or, for KIC and EPIC, BKJD.
    catalogue : {"TIC", "KIC", "EPIC"}
        Of the star.

    Returns
    -------
    float
        BTJD [days].

    Raises
    ------
    UnreadableLightCurve
        When it is no date at all.

    Examples
    --------
    >>> epoch_in_btjd(2459000.5)  # a Julian date
    2000.5
    >>> epoch_in_btjd(2000.5)  # BTJD already
    2000.5
    """
    if JULIAN_DATES[0] < epoch < JULIAN_DATES[1]:
        return epoch - BTJD_ZERO
    if MODIFIED_DATES[0] <= epoch <= MODIFIED_DATES[1]:
        return epoch + (MJD_ZERO - BTJD_ZERO)
    if not EARLIEST_BTJD <= epoch <= LATEST_BTJD:
        raise UnreadableLightCurve(
            f"epoch = {epoch:.8g} is out of range: BTJD from {EARLIEST_BTJD:.0f} to {LATEST_BTJD:.0f}, or a Julian date"
        )
    if catalogue in ("KIC", "EPIC"):
        as_btjd, as_bkjd = epoch, epoch + (BKJD_ZERO - BTJD_ZERO)
        inside = [_within(as_bkjd, mission) for mission in MISSIONS[catalogue]]
        if any(inside) and not any(_within(as_btjd, mission) for mission in MISSIONS[catalogue]):
            return as_bkjd
    return epoch


def _plain(header: Mapping[str, object]) -> list[Plain]:
    """What a header says under each of `REFERENCE_KEYWORDS`; None where that is nothing, or no plain value."""
    values = map(header.get, REFERENCE_KEYWORDS)
    return [value if isinstance(value, str | int | float) else None for value in values]


@lru_cache(256, typed=True)
def _said(name: str, unit: str, *values: Plain) -> tuple[Reference, ...]:
    """The zero points that the source gives; files of one product mostly say the same."""
    header = dict(zip(REFERENCE_KEYWORDS, values, strict=True))
    try:
        zero = zero_in_words(unit)
    except UnreadableLightCurve as error:
        raise UnreadableLightCurve(f"{name} {error}") from None
    said = [] if zero is None else [Reference(zero, f"unit {unit.strip()!r}")]
    said += references(header)
    if not unit and isinstance(word := header.get("TIMEUNIT"), str):
        try:
            zero_in_words(word)
        except UnreadableLightCurve as error:
            raise UnreadableLightCurve(f"{name} {error}") from None
    try:
        named = zero_in_words(name)
    except UnreadableLightCurve:
        named = None
    return (*said, Reference(named, "name")) if named is not None else tuple(said)


@lru_cache(256, typed=True)
def _scale(name: str, unit: str, *values: Plain) -> str:
    """The scale of times, as their unit, their name or their header says; TDB where none does."""
    header = dict(zip(REFERENCE_KEYWORDS, values, strict=True))
    found = {
        source: match[1]
        for source, text in (("unit", unit), ("name", name), ("TIMESYS", str(header.get("TIMESYS", ""))))
        if (match := SCALE_IN_WORDS.search(text.lower()))
    }
    scales = {"tdb" if scale in AS_TDB else scale for scale in found.values()}
    if len(scales) > 1:
        told = ", ".join(f"{scale.upper()} by its {source}" for source, scale in found.items())
        raise UnreadableLightCurve(f"{name} is in {told}: which is right?")
    return next(iter(scales), "tdb")


def _in_tdb(btjd: Float, scale: str) -> Float:
    from astropy.time import Time

    usable = np.isfinite(btjd)
    instants = Time(BTJD_ZERO, btjd[usable], format="jd", scale=scale).tdb
    found = np.full(btjd.shape, np.nan)
    found[usable] = (instants.jd1 - BTJD_ZERO) + instants.jd2
    return found


def _check_calendar(
    extent: tuple[float, ...], name: str, middle: float, zero: float, missions: Sequence[str], stated: bool
) -> None:
    first, last = extent
    if first < EARLIEST_BTJD or last > LATEST_BTJD:
        raise UnreadableLightCurve(
            f"{name} runs from {first + BTJD_ZERO - zero:.6g} to {last + BTJD_ZERO - zero:.6g}; a Julian date, a "
            "modified one, or BTJD = BJD - 2457000 in days is needed"
        )
    if not missions or any(_within(first, mission) and _within(last, mission) for mission in missions):
        return
    if any(_within(middle + zero - BTJD_ZERO, mission) for mission in missions):
        raise UnreadableLightCurve(
            f"{name} runs from {first:.6g} to {last:.6g} in BTJD, partly when {' or '.join(missions)} did not observe"
        )
    known = NAMES.get(zero, f"days after {zero:.8g}")
    hint = "check its zero point" if stated else "name its zero point: btjd, bkjd, mjd or jd"
    raise UnreadableLightCurve(
        f"{name} is around {middle:.6g}, as {known} a day when {' or '.join(missions)} did not observe; {hint}"
    )


def _within(btjd: float, mission: str) -> bool:
    start, end = CALENDAR[mission]
    tomorrow = clock.time() / 86400 + 2440587.5 + 1
    return start <= btjd + BTJD_ZERO <= min(end, tomorrow)


def _number(header: Mapping[str, object], key: str) -> float | None:
    value = header.get(key)
    if key.endswith("F") and value is None:
        value = header.get(f"{key[:-1]}R")  # so misspelt in files of QLP and TGLC
    if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
        return float(value)
    return None
