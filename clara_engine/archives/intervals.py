"""The table of times at which light curves are known to be bad, and that of a workspace beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from clara_engine.archives.manifest import Entry, manifest_file, read_entry, sectors
from clara_engine.errors import ArchiveError
from clara_engine.lightcurve import BTJD_ZERO

__all__ = ["DUMP", "EDGE_DAYS", "OWN_FILE", "BadInterval", "BadIntervals", "CoveredSector", "bad_intervals"]

#: Every interval is widened by so much: the light of a star comes up to 8.3 minutes earlier or later than to the Sun.
EDGE_DAYS = 0.006
#: Half of the time that a momentum dump is flagged for, at most 16 minutes in the light curves of the SPOC.
DUMP_HALF_DAYS = 0.0056
#: In a workspace.
OWN_FILE = "bad_intervals.toml"
DUMP = "momentum dump"
UNIX_DAYS = 2440587.5
SLACK_DAYS = 2.0


class BadInterval(Entry):
    """A time at which light curves of one sector are bad.

    Attributes
    ----------
    sector : int
    begin_btjd, end_btjd : float
        BTJD [days].
    kind : str
        What happens then, e.g. ``"pointing jitter"``.
    source : str
        Who says so.
    note : str
    searched : bool
        Whether searches look at it all the same: it is shaded only.
    camera, ccd : int or None
        Only light curves of these, 1 to 4.
    """

    sector: int = Field(ge=1)
    begin_btjd: float = Field(gt=0, allow_inf_nan=False)
    end_btjd: float = Field(gt=0, allow_inf_nan=False)
    kind: str = Field(min_length=3, max_length=40)
    source: str = Field(min_length=3)
    note: str = ""
    searched: bool = False
    camera: int | None = Field(default=None, ge=1, le=4)
    ccd: int | None = Field(default=None, ge=1, le=4)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.begin_btjd < self.end_btjd:
            raise ValueError(f"{self.kind} of sector {self.sector} ends at {self.end_btjd}, before it begins")
        return self

    @property
    def words(self) -> str:
        """What happens and when: ``pointing jitter, BTJD 1347–1349.4``."""
        return f"{self.kind}, BTJD {self.begin_btjd:.7g}–{self.end_btjd:.7g}"


class CoveredSector(Entry):
    """What is known of one sector.

    Attributes
    ----------
    number : int
    release_note : int or None
        Of the data release notes that were looked through; None when none was.
    dumps_every_days : tuple of float
        Days between momentum dumps, for each orbit where they differ; empty where they are not regular.
    dumps_btjd : tuple of float
        Middles of the dumps, BTJD [days]; empty where they are not known.
    """

    number: int = Field(ge=1)
    release_note: int | None = Field(default=None, ge=1)
    dumps_every_days: tuple[float, ...] = ()
    dumps_btjd: tuple[float, ...] = ()


class BadIntervals(Entry):
    """A table of bad intervals.

    Attributes
    ----------
    interval : tuple of BadInterval
    sector : tuple of CoveredSector
        Those that are known; of any other nothing is.
    """

    interval: tuple[BadInterval, ...] = ()
    sector: tuple[CoveredSector, ...] = ()

    @model_validator(mode="after")
    def _within_their_sectors(self) -> Self:
        known = {sector.number: sector for sector in sectors().sector}
        for entry in self.interval:
            if entry.sector in known:
                _check(entry.sector, (entry.begin_btjd, entry.end_btjd))
        for covered in self.sector:
            if covered.number in known and covered.dumps_btjd:
                _check(covered.number, covered.dumps_btjd)
        return self

    def covered(self, number: int) -> CoveredSector | None:
        """What is known of a sector; None when nothing is."""
        return next((sector for sector in self.sector if sector.number == number), None)

    def within(self, first_btjd: float, last_btjd: float) -> tuple[BadInterval, ...]:
        """Intervals that overlap a time, momentum dumps among them, the first one first.

        Parameters
        ----------
        first_btjd, last_btjd : float
            BTJD [days].
        """
        dumps = [
            BadInterval(
                sector=sector.number,
                begin_btjd=round(middle - DUMP_HALF_DAYS, 6),
                end_btjd=round(middle + DUMP_HALF_DAYS, 6),
                kind=DUMP,
                source="quality flags of light curves of the SPOC",
            )
            for sector in self.sector
            for middle in sector.dumps_btjd
            if first_btjd < middle + DUMP_HALF_DAYS and middle - DUMP_HALF_DAYS < last_btjd
        ]
        others = [one for one in self.interval if first_btjd < one.end_btjd and one.begin_btjd < last_btjd]
        return tuple(sorted([*others, *dumps], key=lambda one: one.begin_btjd))


def _check(number: int, times: tuple[float, ...]) -> None:
    sector = sectors().get(number)
    first, last = (_btjd(day.toordinal()) for day in (sector.start, sector.end))
    if min(times) < first - SLACK_DAYS or max(times) > last + SLACK_DAYS:
        raise ValueError(f"sector {number} was observed from BTJD {first:.1f} to {last:.1f}, and not at {min(times)}")


def _btjd(ordinal: int) -> float:
    return ordinal - 719163 + UNIX_DAYS - BTJD_ZERO


def bad_intervals(workspace: Path | None = None) -> BadIntervals:
    """The table of the manifest, and what a workspace adds to it.

    Parameters
    ----------
    workspace : Path, optional
        Its folder; a file ``bad_intervals.toml`` in it has the form of that of the manifest.

    Raises
    ------
    ArchiveError
        When the file can't be read or says what can't be.
    """
    known = _of_the_manifest()
    own = workspace / OWN_FILE if workspace is not None else None
    if own is None or not own.is_file():
        return known
    added = read_entry(BadIntervals, own)
    twice = {sector.number for sector in added.sector}
    if len(twice) < len(added.sector):
        raise ArchiveError(f"{own}: a sector is there twice")
    rest = tuple(sector for sector in known.sector if sector.number not in twice)
    return BadIntervals(interval=known.interval + added.interval, sector=rest + added.sector)


@cache
def _of_the_manifest() -> BadIntervals:
    return read_entry(BadIntervals, manifest_file("bad_intervals.toml"))
