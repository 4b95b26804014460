"""Ids of light curves: which files hold the same light curve, and what distinguishes others of the same star.

Two files of one star, sector, product and cadence are

- one light curve, when their times overlap and one pipeline version made them: the first file stays, unless it can't be
  read any more, or the other begins with the same sample and goes on (then the first is a part of it);
- two processings, when both say their data release, or else their pipeline version, and these differ: the newest of
  those that come together has the plain id, the other is called by its release;
- two parts of one sector, such as the months of Kepler's short cadence, when their times do not overlap: each but the
  first is called by the date of its first sample.

What has been registered keeps its id.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from clara_engine.errors import UnreadableLightCurve
from clara_engine.lightcurve import BTJD_ZERO, Target
from clara_engine.readers.summary import Summary
from clara_engine.store.file_summary import FileSummary, stamp_of, summarise_file

__all__ = ["Decision", "Registered", "decide"]

ReadAgain = Callable[[str, str], FileSummary]
UNIX_BTJD = 2440587.5 - BTJD_ZERO


@dataclass(frozen=True, slots=True)
class Registered:
    """A light curve with its id, its file and the columns that were named.

    `summary` is None until it has been read, `digest` (of the file's content) empty where an older version read it.
    """

    target_id: str
    part: str
    path: str
    columns: str
    stamp: tuple[int, int]
    summary: Summary | None
    digest: str = ""

    @property
    def plain_id(self) -> str:
        """Its id without its part."""
        return self.target_id.removesuffix(f"-{self.part}") if self.part else self.target_id


@dataclass(frozen=True, slots=True)
class Decision:
    """The changes to write to the database.

    Attributes
    ----------
    rows : list of Registered
    duplicates : list of (path, path)
        Files that are left out, and the file that holds the same.
    unreadable : list of (path, reason)
        Files that were registered and gave way.
    parts : list of (path, target id)
        Light curves that are registered beside another of the same star, sector, product and cadence.
    """

    rows: list[Registered]
    duplicates: list[tuple[str, str]]
    unreadable: list[tuple[str, str]]
    parts: list[tuple[str, str]]


def decide(
    files: Iterable[FileSummary],
    known: Iterable[Registered],
    again: ReadAgain = summarise_file,
) -> Decision:
    """Give an id to every light curve of files that were read.

    Parameters
    ----------
    files : iterable of FileSummary
        In the order in which the files were offered.
    known : iterable of Registered
    again : callable
        Reads a file that was registered before, with its columns, where it must be compared.
    """
    made = Decision([], [], [], [])
    of: dict[str, list[Registered]] = defaultdict(list)
    for there in known:
        of[there.plain_id].append(there)
    fresh = [(one, summary) for one in files for summary in one.found]
    fresh.sort(key=lambda pair: pair[1].begin_btjd)
    fresh.sort(key=lambda pair: _processing(pair[1].target), reverse=True)
    for one, summary in fresh:
        _place(one, summary, of[summary.target.id], made, again)
    return made


def _place(
    one: FileSummary,
    summary: Summary,
    others: list[Registered],
    made: Decision,
    again: ReadAgain,
) -> None:
    def take(part: str, instead_of: Registered | None = None) -> None:
        row = _registered(one, summary, part)
        if instead_of is not None:
            others.remove(instead_of)
            if instead_of in made.rows:
                made.rows.remove(instead_of)
        others.append(row)
        made.rows.append(row)

    mine = [other for other in others if other.path == one.path]
    if own := next((other for other in mine if len(mine) == 1 or _same(summary, other.summary)), None):
        take(own.part, own)
        return
    for other in list(others):
        now, reason = _as_it_is(other, again)
        if now is None:
            if reason:
                made.unreadable.append((other.path, reason))
            take(other.part, other)
            return
        if now is not other:
            others[others.index(other)] = now
            made.rows.append(now)
        if not _same(summary, now.summary):
            continue
        if _goes_on(summary, now.summary):
            made.duplicates.append((now.path, one.path))
            take(now.part, now)
        else:
            made.duplicates.append((one.path, now.path))
        return
    if not others:
        take("")
        return
    take(_part(summary, others))
    made.parts.append((one.path, others[-1].target_id))


def _as_it_is(other: Registered, again: ReadAgain) -> tuple[Registered | None, str]:
    """A registered light curve as its file is now; None when it is not there or can't be read, and why."""
    try:
        stamp = stamp_of(other.path)
    except (OSError, UnreadableLightCurve):
        return None, ""
    if stamp == other.stamp and other.summary is not None:
        return other, ""
    file = again(other.path, other.columns)
    found = [summary for summary in file.found if summary.target.id == other.plain_id]
    if not found:
        return None, file.reason or f"{other.path} now holds another light curve"
    return _registered(file, found[0], other.part), ""


def _registered(file: FileSummary, summary: Summary, part: str) -> Registered:
    if part:
        summary = replace(summary, target=replace(summary.target, part=part))
    return Registered(summary.target.id, part, file.path, file.columns, file.stamp, summary, file.digest)


def _same(one: Summary, other: Summary | None) -> bool:
    """Whether two light curves of one star, sector, product and cadence are the same."""
    if other is None or _processed_apart(one.target, other.target):
        return False
    return one.begin_btjd <= other.end_btjd and other.begin_btjd <= one.end_btjd


def _goes_on(whole: Summary, part: Summary | None) -> bool:
    if part is None:
        return False
    step = whole.target.cadence_s / 86400
    return (
        abs(whole.begin_btjd - part.begin_btjd) < step / 2
        and whole.end_btjd > part.end_btjd + step / 2
        and whole.samples > part.samples
    )


def _processed_apart(one: Target, other: Target) -> bool:
    if one.data_release is not None and other.data_release is not None:
        return one.data_release != other.data_release
    return bool(one.procver and other.procver and one.procver != other.procver)


def _processing(target: Target) -> tuple[int, tuple[int, ...]]:
    """What sorts processings by age."""
    return target.data_release or 0, tuple(map(int, re.findall(r"\d+", target.procver)))


def _part(summary: Summary, others: list[Registered]) -> str:
    """What tells it apart, and none of the others is called by."""
    target, taken = summary.target, {other.part for other in others}
    apart = any(other.summary is not None and _processed_apart(target, other.summary.target) for other in others)
    overlap = any(
        other.summary is not None
        and summary.begin_btjd <= other.summary.end_btjd
        and other.summary.begin_btjd <= summary.end_btjd
        for other in others
    )
    date = datetime.fromtimestamp((summary.begin_btjd - UNIX_BTJD) * 86400, UTC).strftime("%Y%m%d")
    release = f"dr{target.data_release}" if target.data_release else "p" + ".".join(re.findall(r"\d+", target.procver))
    first = release if apart and overlap else date
    return next(
        part for part in (first, *(f"{first}.{number}" for number in range(2, len(others) + 3))) if part not in taken
    )
