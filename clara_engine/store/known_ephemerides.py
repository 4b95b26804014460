"""Ephemerides that catalogues give: how they are kept, and how they come out of a table of stars.

They are kept as parameters of the targets, three numbers under one name: ``eb_period_days``, ``eb_epoch_btjd`` and
``eb_duration_hours``. What `clara crossmatch` stores of TOIs has the same form. A second signal of the same star is
``eb_2``, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clara_engine.errors import UnreadableLightCurve, WorkspaceError
from clara_engine.periods.ephemeris import Ephemeris
from clara_engine.readers.table_names import before_bracket, name_and_unit, plain
from clara_engine.readers.time_reference import in_btjd
from clara_engine.store.labels import LabelBook
from clara_engine.store.star_table import StarTable
from clara_engine.text import agreeing, counted, first_names

__all__ = ["ImportedEphemerides", "KnownEphemeris", "ephemeris_columns", "import_ephemerides", "known_ephemerides"]

Float = NDArray[np.float64]
PERIOD, EPOCH, DURATION = "_period_days", "_epoch_btjd", "_duration_hours"
NAME = re.compile(r"[a-z][a-z0-9]*")
#: Plain names, the preferred one first.
PERIODS = ("period", "perioddays", "plorbper", "orbitalperiod", "orbitalperioddays", "koiperiod", "porb", "per")
EPOCHS = (
    "epochbtjd",
    "epoch",
    "transitepoch",
    "transitepochbtjd",
    "pltranmid",
    "koitime0",
    "koitime0bk",
    "bjd0",
    "t0",
    "tc",
    "epochbjd",
)
DURATIONS = (
    "duration",
    "durationhours",
    "durationdays",
    "transitduration",
    "transitdurationhours",
    "pltrandurh",
    "koiduration",
    "primwidthpf",
    "widthpf",
)
#: Names that say the unit of a duration or a period; others say it themselves, or a duration is left out.
DAYS = ("plorbper", "koiperiod")
HOURS = ("pltrandurh", "koiduration", "transitdurationhours", "durationhours")
SHARES = ("primwidthpf", "widthpf")
#: Hours of a unit, by what people write for it; and what CLARA calls it.
SPELT = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1 / 3600),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1.0),
    **dict.fromkeys(("d", "day", "days"), 24.0),
    **dict.fromkeys(("a", "yr", "year", "years"), 24 * 365.25),
}
#: Endings of names that may be units, or a component, a minimum, a star.
DOUBTFUL = frozenset({"s", "min", "a"})
UNITS = {1 / 3600: "seconds", 1 / 60: "minutes", 1.0: "hours", 24.0: "days", 24 * 365.25: "years"}
#: No survey gives longer periods without a word on their unit [days].
LONGEST_DAYS = 1e4
#: Names that say the zero point of an epoch (NASA Exoplanet Archive: BJD − 2454833).
ZEROS = {"koitime0bk": "BKJD", "transitepochbtjd": "BTJD", "epochbtjd": "BTJD"}


@dataclass(frozen=True, slots=True)
class KnownEphemeris:
    """An ephemeris of a catalogue.

    Attributes
    ----------
    name : str
        ``"TOI"``, ``"EB"``, ``"EB 2"``.
    source : str
        The archive, or the table that it was read from.
    ephemeris : Ephemeris
    """

    name: str
    source: str
    ephemeris: Ephemeris


@dataclass(frozen=True, slots=True)
class ImportedEphemerides:
    """What was stored: how many, of how many targets, and which columns were taken for what, in words."""

    stored: int
    targets: int
    said: str


def known_ephemerides(parameters: pd.DataFrame) -> dict[str, tuple[KnownEphemeris, ...]]:
    """The ephemerides of catalogues by target id, from the parameters that are kept.

    Parameters
    ----------
    parameters : DataFrame
        As `LabelBook.every_parameter` gives them; of several values of one source the first counts.
    """
    parts = parameters["name"].str.extract(rf"^(?P<family>.+)(?P<part>{PERIOD}|{EPOCH}|{DURATION})$")
    rows = parameters.join(parts).dropna(subset=["part"])
    if rows.empty:
        return {}
    rows = rows.drop_duplicates(["target_id", "family", "source", "part"])
    whole = rows.pivot(index=["target_id", "family", "source"], columns="part", values="value")
    found: dict[str, list[KnownEphemeris]] = {}
    for (target_id, family, source), row in whole.reindex(columns=[PERIOD, EPOCH, DURATION]).iterrows():
        period, epoch, hours = (float(value) for value in row)
        if not (np.isfinite(period) and period > 0 and np.isfinite(epoch)):
            continue
        duration = hours / 24 if 0 < hours / 24 < period else np.nan
        title = family.upper().replace("_", " ")
        found.setdefault(str(target_id), []).append(
            KnownEphemeris(title, str(source), Ephemeris(period, epoch, duration))
        )
    return {target_id: tuple(each) for target_id, each in found.items()}


def ephemeris_columns(table: StarTable, name: str, columns: Mapping[str, str]) -> tuple[str, str, str]:
    """The columns of a table that hold ephemerides: period, epoch, and duration or nothing.

    Parameters
    ----------
    table : StarTable
    name, columns
        As in `import_ephemerides`.

    Raises
    ------
    WorkspaceError
        When it has no such columns, or the name is none.
    """
    columns, _ = _brackets(table, columns)
    if not NAME.fullmatch(name):
        raise WorkspaceError(f"{name!r} is no name of a catalogue: small letters and digits, such as eb")
    return (
        _column(table, columns.get("period", ""), PERIODS, "period"),
        _column(table, columns.get("epoch", ""), EPOCHS, "epoch"),
        _named(table, columns.get("duration", ""), DURATIONS),
    )


def import_ephemerides(book: LabelBook, path: Path, name: str, columns: Mapping[str, str]) -> ImportedEphemerides:
    """Keep the ephemerides of a table with a column of stars, each row a signal.

    Parameters
    ----------
    book : LabelBook
    path : Path
        Table that `StarTable` reads.
    name : str
        Of the catalogue, such as ``"eb"``.
    columns : mapping
        ``"period"``, ``"epoch"`` and ``"duration"`` to the column; a unit may stand behind it, ``"P [h]"``, or a zero
        point, ``"t0 [MJD]"``. What is not named is found by its usual names.

    Raises
    ------
    WorkspaceError
        When the table can't be read, has no such columns, its epochs are no dates, or its periods no days.
    """
    table = StarTable(path)
    columns, units = _brackets(table, columns)
    period_column, epoch_column, duration_column = ephemeris_columns(table, name, columns)
    joined = book.rows_of(table)
    days, period_unit = _days(table, period_column, units.get("period", ""))
    joined["period"] = days[joined["row"]]
    joined["epoch"] = np.nan
    for catalogue, some in joined.groupby("catalogue"):
        raw = table.numbers(epoch_column).values[some["row"]]
        if not np.isfinite(raw).any():
            continue
        unit = units.get("epoch") or table.unit(epoch_column) or ZEROS.get(plain(epoch_column), "")
        try:
            joined.loc[some.index, "epoch"] = in_btjd(
                raw, epoch_column, unit=unit, header=table.header, catalogue=str(catalogue)
            )
        except UnreadableLightCurve as error:
            raise WorkspaceError(f"{table.name}: {error}") from None
    joined["hours"], unit = np.nan, ""
    if duration_column:
        values = table.numbers(duration_column).values[joined["row"]]
        unit = units.get("duration") or table.unit(duration_column)
        joined["hours"], unit = _hours(duration_column, unit, values, joined["period"].to_numpy())
    kept = joined[(joined["period"] > 0) & np.isfinite(joined["epoch"])]
    before = {*book.replaced_by(table.source, path), table.source}
    book.add_parameters(_parameters(book, kept, name, before), table.source, before)
    words = f"period from {period_column} [{period_unit}], epoch from {epoch_column}, now BTJD"
    words += f", duration from {duration_column} [{unit}]" if unit else ", no duration"
    return ImportedEphemerides(len(kept), kept["target_id"].nunique(), words)


def _parameters(book: LabelBook, kept: pd.DataFrame, name: str, before: set[str]) -> pd.DataFrame:
    """The numbers to keep by target, and empty columns for those that an earlier version of the table had."""
    place = kept.groupby("target_id").cumcount().to_numpy() + 1
    found = []
    for number in np.unique(place):
        family = name if number == 1 else f"{name}_{number}"
        some = kept[place == number].set_index("target_id")[["period", "epoch", "hours"]]
        found.append(some.set_axis([family + PERIOD, family + EPOCH, family + DURATION], axis=1))
    known = book.coverage()
    ours = known["source"].isin(before) & known["name"].str.fullmatch(rf"{name}(_\d+)?({PERIOD}|{EPOCH}|{DURATION})")
    table = pd.concat(found, axis=1) if found else pd.DataFrame()
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *known.loc[ours, "name"]])))


def _column(table: StarTable, given: str, usual: tuple[str, ...], what: str) -> str:
    found = _named(table, given, usual)
    if not found:
        raise WorkspaceError(
            f"{table.name} has no column that is called like a {what}: name it; it has {first_names(table.columns)}"
        )
    return found


def _named(table: StarTable, given: str, usual: tuple[str, ...]) -> str:
    """The column that was named, else that with the first of the usual names; empty where there is none."""
    if given:
        return table.found(given)
    for name in usual:
        if found := table.only([one for one in table.columns if name in (name_and_unit(one)[0], plain(one))]):
            return found
    return ""


def _brackets(table: StarTable, columns: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The columns that were named, and the units that stand behind them in brackets and not in the table."""
    found, units = dict(columns), {}
    for role, name in columns.items():
        if name not in table.columns and (bracket := before_bracket(name)):
            found[role], units[role] = bracket
    return found, units


def _ending(column: str) -> str:
    found = re.search(r"_([a-z]+)$", column.strip().lower())
    return found[1] if found else ""


def _spelt(column: str, unit: str) -> float:
    """Hours of the unit that a column has, or its name ends with; NaN where neither says one."""
    ending = _ending(column)
    return SPELT.get(unit.strip().lower() or ("" if ending in DOUBTFUL else ending), np.nan)


def _days(table: StarTable, column: str, unit: str) -> tuple[Float, str]:
    """Periods in days, and the unit that they were taken to have.

    Raises
    ------
    WorkspaceError
        They are in no unit of time, or in none that is said and most would be too long as days.
    """
    values, unit = table.numbers(column).values, unit or table.unit(column)
    if not np.isnan(hours := _spelt(column, unit)):
        return values * (hours / 24), UNITS[hours]
    if unit:
        raise WorkspaceError(f"{table.name}: {column} is in {unit!r}; days, hours, minutes or seconds are needed")
    known = int(np.isfinite(values).sum())
    long = 0 if plain(column) in DAYS else int(np.count_nonzero(values > LONGEST_DAYS))
    doubt = f"{long} of {counted(known, 'period')} {agreeing(long, 'are')} above {LONGEST_DAYS:,.0f} days"
    if 2 * long > known or _ending(column) in DOUBTFUL:
        why = f": {doubt}" if long else ""
        raise WorkspaceError(f"{table.name}: {column} may be in seconds{why}; say its unit: {column} [s], {column} [d]")
    return values, f"days; {doubt}" if long else "days"


def _hours(column: str, unit: str, values: Float, period_days: Float) -> tuple[Float, str]:
    """Durations in hours and what they were taken for; NaN and nothing where no unit is said."""
    if name_and_unit(column)[0] in SHARES or plain(column) in SHARES:
        return values * period_days * 24, "share of the period"
    hours = 1.0 if plain(column) in HOURS else _spelt(column, unit)
    if np.isnan(hours):
        return np.full(values.shape, np.nan), ""
    return values * hours, UNITS[hours]
