"""Known or new: what catalogues say of one star, from what the workspace keeps of them. Asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clara_engine.archives import sources
from clara_engine.archives.known_rows import KNOWN_COLUMNS, known_rows, near
from clara_engine.archives.vsx import NEIGHBOUR_ARCSEC
from clara_engine.lightcurve import Target
from clara_engine.periods.harmonics import harmonic_name
from clara_engine.store.archive_answers import ArchiveCache
from clara_engine.studies.known_catalogues import SAME_ARCSEC, TITLES

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["HINT", "Entry", "Known", "known_of", "period_relation"]

#: What asks the catalogues that were not asked yet.
HINT = "clara crossmatch --known"
SAME = "same as found"
OTHER = "another than found"
DISPOSITIONS = {
    "CP": "confirmed planet",
    "KP": "planet known before TESS",
    "PC": "planet candidate",
    "APC": "ambiguous planet candidate",
    "FP": "false positive",
    "FA": "false alarm",
}
#: Of a period in a catalogue and one that is found, where no light curve says how wide a peak is [days].
USUAL_SPAN_DAYS = 27.0
SAME_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Entry:
    """What one catalogue says.

    Attributes
    ----------
    catalogue : str
        A key of `clara_engine.studies.known_catalogues.TITLES`.
    name, kind : str
        What the catalogue calls it, and what it says that it is.
    period_days, epoch_btjd : float
        NaN where the catalogue gives none [days].
    separation_arcsec : float
        NaN where the catalogue names the star itself.
    matched_by : {"TIC", "position", "Gaia source"}
    reference, bibcode, doi : str
        To be cited; empty where unknown.
    retrieved : float
        When the catalogue said so [Unix s].
    relation : str
        The period against the one that was found: ``"same as found"``, ``"2× the found one"`` …; empty without one.
    """

    catalogue: str
    name: str
    kind: str
    period_days: float
    epoch_btjd: float
    separation_arcsec: float
    matched_by: str
    reference: str
    bibcode: str
    doi: str
    retrieved: float
    relation: str = ""

    @property
    def is_neighbour(self) -> bool:
        """Whether it is another star, near enough to fall into the same pixel."""
        return bool(self.separation_arcsec > SAME_ARCSEC)

    def words(self) -> str:
        """The entry for people."""
        words = ", ".join(word for word in (self.name, self.kind) if word)
        if np.isfinite(self.period_days):
            words += f", P {self.period_days:.6g} d" + (f" ({self.relation})" if self.relation else "")
        return words + (f", {self.separation_arcsec:.0f}″ away" if self.is_neighbour else "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one star.

    Attributes
    ----------
    entries : tuple of Entry
        Of the star itself first, in the order of the catalogues, then its neighbours'.
    asked : dict
        Catalogue to when it said so [Unix s]; those that were not asked about this star are absent.
    """

    entries: tuple[Entry, ...] = ()
    asked: dict[str, float] = field(default_factory=dict)

    @property
    def own(self) -> tuple[Entry, ...]:
        """Entries of the star itself."""
        return tuple(entry for entry in self.entries if not entry.is_neighbour)

    @property
    def missing(self) -> tuple[str, ...]:
        """Titles of the catalogues that were not asked."""
        return tuple(title for name, title in TITLES.items() if name not in self.asked)

    def sentences(self, ask: str = HINT) -> list[str]:
        """For people: what is known, of the star and of its neighbours; what has nothing; what was not asked.

        Parameters
        ----------
        ask : str
            How to ask.
        """
        said = []
        if self.own:
            said.append(f"known: {'; '.join(entry.words() for entry in self.own)}")
        having = {entry.catalogue for entry in self.own}
        empty = [title for name, title in TITLES.items() if name in self.asked and name not in having]
        if empty:
            times = [self.asked[name] for name, title in TITLES.items() if title in empty]
            which = "not in" if len(empty) == 1 or self.own else "in none of"
            said.append(f"{which} {', '.join(empty)} (kept since {_day(min(times))})")
        beside = [entry.words() for entry in self.entries if entry.is_neighbour]
        if beside:
            said.append(f"in the same pixel: {'; '.join(beside)}")
        if self.missing:
            said.append(f"not asked yet: {', '.join(self.missing)}: {ask}")
        return said

    def names(self) -> str:
        """The entries of the star itself in a few words, for tables."""
        return "; ".join(f"{entry.name} ({entry.kind})" if entry.kind else entry.name for entry in self.own)


def period_relation(known_days: float, found_days: float, span_days: float = USUAL_SPAN_DAYS) -> str:
    """How the period of a catalogue is related to the one that was found.

    Parameters
    ----------
    known_days, found_days : float
        Periods [days]; NaN where there is none.
    span_days : float
        Length of the light curve [days], which says how well a period is known.

    Examples
    --------
    >>> period_relation(6.268, 6.267), period_relation(3.134, 6.267), period_relation(5.0, 6.267)
    ('same as found', '½ of the found one', 'another than found')
    """
    if not (np.isfinite(known_days) and np.isfinite(found_days)):
        return ""
    if abs(known_days / found_days - 1) < max(SAME_SHARE, min(0.03, 0.5 * found_days / span_days)):
        return SAME
    name = harmonic_name(known_days, found_days, span_days)
    if not name:
        return OTHER
    return f"{name} the found one" if name.endswith("×") else f"{name} of the found one"


def known_of(
    workspace: Store, target: Target, period_days: float | None = None, *, span_days: float = USUAL_SPAN_DAYS
) -> Known:
    """What the catalogues say of a star, as far as the workspace keeps it.

    A catalogue with TIC numbers is asked by these, Gaia by its source, the others by position: within 2″ it is the
    star, within 21″ (a pixel of TESS) a neighbour; the least distance between 2000.0 and 2016.0 counts.

    Parameters
    ----------
    workspace : Store
    target : Target
        A simulated star, and one that is not of the TIC, is in no catalogue.
    period_days : float, optional
        The period that was found, to compare with.
    span_days : float
        Length of the light curve [days].
    """
    if target.simulated or target.catalogue != "TIC" or target.tic <= 0:
        return Known()
    cache, tic = ArchiveCache.of(workspace), target.tic
    rows, asked = [], {}
    for name in TITLES:
        answer = cache.kept(name) if name == "eb" else cache.kept(name, [tic])
        when = answer.oldest
        if when is None or tic not in answer.answered([tic]):
            continue
        asked[name] = when
        table = _of_toi(answer.table) if name == "toi" else answer.table
        if name == "eb":
            table = _with_neighbours(cache, table, target)
        if len(table):
            rows.append(table.reindex(columns=list(KNOWN_COLUMNS)).assign(catalogue=name, retrieved=when))
    found = pd.concat(rows) if rows else pd.DataFrame()
    entries = [_entry(row, period_days, span_days) for row in found.to_dict("records")]
    return Known(tuple(sorted(entries, key=lambda entry: entry.is_neighbour)), asked)


def _entry(row: dict, period_days: float | None, span_days: float) -> Entry:
    source = {source.name: source for source in sources()}.get(row["source"])
    by = {"vsx": "position", "gaia_variables": "Gaia source"}.get(row["catalogue"], "TIC")
    return Entry(
        row["catalogue"],
        row["name"],
        row["kind"],
        float(row["period_days"]),
        float(row["epoch_btjd"]),
        float(row["separation_arcsec"]),
        "position" if np.isfinite(row["separation_arcsec"]) else by,
        source.citation if source else "",
        (source.bibcode or "") if source else "",
        (source.doi or "") if source else "",
        float(row["retrieved"]),
        period_relation(row["period_days"], period_days or np.nan, span_days),
    )


def _of_toi(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return known_rows([])
    tois = table.sort_values("toi")
    return known_rows(
        tois["tic"].to_numpy(),
        name=("TOI-" + tois["toi"].astype(str)).to_numpy(),
        kind=tois["disposition"].map(lambda word: DISPOSITIONS.get(word, word)).to_numpy(),
        period_days=tois["period_days"].to_numpy(),
        epoch_btjd=tois["epoch_btjd"].to_numpy(),
        source="toi",
    )


def _with_neighbours(cache: ArchiveCache, table: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The rows of the star, and those of other stars within a pixel of it."""
    own = table[table.index == target.tic]
    others = table[table.index != target.tic]
    if not {"ra", "dec"} <= set(table):
        return own
    place = pd.DataFrame(
        {"ra": [target.ra], "dec": [target.dec], "pmra": [target.pmra], "pmdec": [target.pmdec]}, index=[target.tic]
    )
    kept = cache.kept("tic", [target.tic]).table
    if len(kept):
        place.update(kept[list(place)])
    pairs = near(place, others, NEIGHBOUR_ARCSEC)
    beside = others.iloc[pairs["row"].astype(int)].assign(separation_arcsec=pairs["separation_arcsec"].to_numpy())
    return pd.concat([own, beside]) if len(beside) else own


def _day(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).date().isoformat()
