"""Labels (words) and catalogue parameters (numbers) of targets, from other sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.store.database import Database
from clara_engine.store.roots import Places, resolved
from clara_engine.store.star_table import EXACT, StarTable
from clara_engine.store.yes_no import says_no
from clara_engine.text import agreeing, counted, typed, visible

__all__ = ["GUESSED", "QUIET", "Imported", "LabelBook", "members_of", "without_guesses"]

#: Values of labels that mean: no event.
QUIET = ("quiet", "no")
#: How names of families begin that were computed from light curves: they colour, sort and filter, and nothing is
#: measured or trained by them.
GUESSED = "similar_"
#: Share of cells of a column of numbers that may hold something else.
MOST_STRANGE = 0.05


@dataclass(frozen=True, slots=True)
class Imported:
    """What was stored from a table.

    Attributes
    ----------
    labels : dict
        Family to the number of labels.
    parameters : int
        Numbers stored.
    notes : tuple of str
        What a person should know, a line each.
    """

    labels: dict[str, int]
    parameters: int
    notes: tuple[str, ...] = ()


class LabelBook:
    """Labels and parameters of targets, joined by target id.

    A label has a family (``"toi"``, ``"eb"``, ``"truth"`` …) and a value (``"CP"``, ``"planet"`` …). A star may have
    several values in one family, and is counted once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        family: str,
        values: Mapping[str, str] | Iterable[tuple[str, str]],
        source: str,
        replaced: Collection[str] = (),
    ) -> int:
        """Store labels, replacing those of this family from the same `source`; returns how many.

        Parameters
        ----------
        family : str
            Such as ``"simbad"``.
        values : mapping, or pairs
            Target id and value; as pairs a target may have several values.
        source : str
            Who says so.
        replaced : collection of str
            Other sources whose labels of this family these replace.
        """
        family, source = typed(family, "a family of labels"), visible(source)
        pairs = dict.fromkeys(values.items() if isinstance(values, Mapping) else values)
        rows = [(target_id, family, visible(value), source) for target_id, value in pairs]
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM labels WHERE family = ? AND source = ?", [(family, old) for old in {source, *replaced}]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO labels (target_id, family, value, source) VALUES (?, ?, ?, ?)", rows
            )
        return len(rows)

    def add_parameters(self, table: pd.DataFrame, source: str, replaced: Collection[str] = ()) -> int:
        """Store numbers of targets, replacing those from the same `source`; returns how many.

        Parameters
        ----------
        table : DataFrame
            Indexed by target id, a column a parameter; NaN is left out. A target may have several rows.
        source : str
            Who says so.
        replaced : collection of str
            Sources whose numbers of these names go, whatever target they are of.
        """
        source = visible(source)
        named = table.rename(columns=lambda name: visible(str(name)))
        rows = []
        for name in named:
            known = named[name].dropna()
            rows += [(str(target_id), name, float(value), source) for target_id, value in known.items()]
        rows = list(dict.fromkeys(rows))
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM parameters WHERE name = ? AND source = ?",
                [(name, old) for name in named for old in replaced],
            )
            connection.executemany(
                "DELETE FROM parameters WHERE target_id = ? AND name = ? AND source = ?",
                {(target_id, name, source) for target_id, name, _, source in rows},
            )
            connection.executemany("INSERT INTO parameters (target_id, name, value, source) VALUES (?, ?, ?, ?)", rows)
        return len(rows)

    def import_table(self, path: Path, families: Mapping[str, str], parameters: Sequence[str] = ()) -> Imported:
        """Read labels and numbers from a table with a column of stars; see `StarTable` for what is understood.

        Labels belong to the content of the table: the same table again replaces itself, so does a new version at the
        same place; another table of the same name takes nothing away. A star with several rows has all of their values.

        Parameters
        ----------
        path : Path
        families : mapping
            Column name to family name. Text is the label, and so is the number of a class (few whole numbers: ``"0"``,
            ``"1"``). Of measurements (a period, say) any number but 0 means that the catalogue has the star, and
            becomes the value ``"yes"``. Empty cells are no label.
        parameters : sequence of str
            Columns of numbers to keep, named as they are; see `parameters`.

        Returns
        -------
        Imported
            Stars that are not registered are left out.

        Raises
        ------
        WorkspaceError
            The file is no table, has no such column or none of stars, or a column of numbers holds text.
        """
        table = StarTable(path)
        columns = {column: table.found(column) for column in (*families, *parameters)}
        joined = self.rows_of(table)
        owners, rows = joined["target_id"].tolist(), joined["row"].to_numpy()
        notes: list[str] = []
        kept: dict[str, pd.Series] = {}
        for column in parameters:
            found = table.numbers(columns[column])
            if (large := np.abs(found.values) > EXACT).any():
                cell = table.words(column)[int(large.argmax())]
                raise WorkspaceError(
                    f"{table.name}: {column} holds {cell:.30}, too many digits for a number: ids (of Gaia) are kept "
                    "as --column"
                )
            if found.strange > MOST_STRANGE * len(table):
                raise WorkspaceError(f"{table.name}: {column} is no column of numbers: it holds {found.example!r:.40}")
            if found.strange:
                notes.append(f"{column}: {counted(found.strange, 'cell')} {found.are_none}: left out")
            values_of = pd.Series(found.values[rows], index=owners)
            values_of = values_of[np.isfinite(values_of)]
            if (differ := int((values_of.groupby(level=0).nunique() > 1).sum())) > 0:
                notes.append(
                    f"{column}: {counted(differ, 'star')} {agreeing(differ, 'have')} several values; all are kept, "
                    "the first counts"
                )
            kept[column] = values_of
        before = self.replaced_by(table.source, path)
        stored = {}
        for column, family in families.items():
            values = table.labels(columns[column])
            pairs = ((owner, values[row]) for owner, row in zip(owners, rows, strict=True) if values[row])
            if alike := _alike(values):
                notes.append(f"{column}: {', '.join(alike)} differ in capitals alone, and are labels of their own")
            stored[family] = self.add(family, pairs, table.source, before)
        again = {*before, table.source}
        number = sum(self.add_parameters(column.to_frame(name), table.source, again) for name, column in kept.items())
        return Imported(stored, number, tuple(notes))

    def import_csv(self, path: Path, families: Mapping[str, str]) -> dict[str, int]:
        """Read labels from a table; `import_table` without numbers. Returns family to the number of labels stored.

        Parameters
        ----------
        path : Path
        families : mapping of str to str
            Column name to family name.
        """
        return self.import_table(path, families).labels

    def import_parameters(self, path: Path, columns: Sequence[str]) -> int:
        """Read numbers of a table as catalogue parameters; returns how many were stored. See `import_table`.

        Parameters
        ----------
        path : Path
        columns : sequence of str
            Columns of numbers.
        """
        return self.import_table(path, {}, columns).parameters

    def columns_of(self, path: Path) -> dict[str, str]:
        """Columns of a table that could be labels, and what is in each; see `import_table`."""
        table = StarTable(path)
        found = {}
        for name in table.columns:
            filled = [word for word in table.words(name) if word]
            if filled and name not in table.keys:
                kind = "numbers" if table.holds_numbers(name) else counted(len(set(filled)), "value")
                found[name] = f"{kind}, {len(filled):,} of {counted(len(table), 'row')}"
        return found

    def tables_of_stars(self, paths: Iterable[Path]) -> dict[Path, dict[str, str]]:
        """Those tables that say whose row is whose and hold more than that, with their columns; see `columns_of`.

        Parameters
        ----------
        paths : iterable of Path
            Tables of any kind.
        """
        found = {}
        for path in paths:
            with suppress(WorkspaceError):
                if columns := self.columns_of(path):
                    found[path] = columns
        return found

    def rows_of(self, table: StarTable) -> pd.DataFrame:
        """The registered targets of a table and the row of each: columns target_id, catalogue, row."""
        targets = self._database.frame("SELECT target_id, catalogue, tic FROM targets ORDER BY target_id")
        return table.rows_of(targets).merge(targets[["target_id", "catalogue"]], on="target_id")

    def replaced_by(self, source: str, path: Path) -> list[str]:
        """The sources that a table replaces: earlier versions of it at this place. The place is kept.

        Parameters
        ----------
        source : str
            Of the table.
        path : Path
            Where it is.
        """
        with self._database.transaction() as connection:
            places = Places.read(connection, self._database.path.parent)
            place = places.usual(visible(str(resolved(path))))
            kept = [
                (old, places.absolute(root, below))
                for old, root, below in connection.execute("SELECT source, root, path FROM label_tables")
            ]
            if (source, place) not in kept:
                connection.execute("INSERT INTO label_tables VALUES (?, ?, ?)", (source, *places.split(place)))
            elsewhere = {old for old, at in kept if at != place}
            return [
                old
                for old in dict.fromkeys([source, *(old for old, at in kept if at == place)])
                if old not in elsewhere
            ]

    def summary(self) -> pd.DataFrame:
        """Labels by family, value and source: how many targets carry each."""
        return self._database.frame(
            "SELECT family, value, source, count(*) AS targets FROM labels GROUP BY family, value, source "
            "ORDER BY family, targets DESC, value"
        )

    def coverage(self) -> pd.DataFrame:
        """Catalogue parameters by name and source: how many targets have each."""
        return self._database.frame(
            "SELECT name, source, count(DISTINCT target_id) AS targets, min(value) AS least, max(value) AS most "
            "FROM parameters GROUP BY name, source ORDER BY source, name"
        )

    def frame(self, *, guessed: bool = True) -> pd.DataFrame:
        """All labels: target_id, family, value, source; those of `GUESSED` families only where asked for."""
        table = self._database.frame(
            "SELECT target_id, family, value, source FROM labels ORDER BY target_id, family, value, source"
        )
        return table if guessed else without_guesses(table)

    def guesses(self) -> pd.Series:
        """What each target is most like, of the kept matches: their labels, by target id; the groups are left out."""
        table = self.frame()
        table = table[table["family"].str.startswith(GUESSED) & ~table["family"].str.endswith("_group")]
        return table.groupby("target_id")["value"].agg(lambda values: " / ".join(dict.fromkeys(values)))

    def of(self, target_id: str) -> pd.DataFrame:
        """Labels of one target."""
        return self._database.frame("SELECT family, value, source FROM labels WHERE target_id = ?", (target_id,))

    def pairs(self) -> set[tuple[str, str]]:
        """Labels as (family, value) that say what a star is, and not that it is not (`says_no`)."""
        return _pairs(self.frame(guessed=False))

    def uneventful(self, ids: Sequence[str], quiet: Collection[str] = QUIET) -> list[str]:
        """Those of `ids` that carry no label, or none but `quiet` ones and those that say no (`says_no`), in order.

        Parameters
        ----------
        ids : sequence of str
            Target ids.
        quiet : collection of str
            Labels that say that nothing happens.
        """
        table = self.frame(guessed=False)
        eventful = set(table.loc[~table["value"].isin(list(quiet)) & ~says_no(table), "target_id"])
        return [target_id for target_id in ids if target_id not in eventful]

    def every_parameter(self) -> pd.DataFrame:
        """All catalogue parameters: target_id, name, value, source."""
        return self._database.frame(
            "SELECT target_id, name, value, source FROM parameters ORDER BY target_id, name, parameter_id"
        )

    def parameters(self) -> pd.DataFrame:
        """Catalogue parameters, a row a target (indexed by target id), a column a parameter.

        Of several values of a star that of the source that was stored last counts, and of a source its first.
        """
        table = self._database.frame("SELECT target_id, name, value, source FROM parameters ORDER BY parameter_id")
        if table.duplicated(["target_id", "name"]).any():
            last = table.groupby(["target_id", "name"])["source"].transform("last")
            table = table[table["source"] == last].drop_duplicates(["target_id", "name"])
        return table.pivot(index="target_id", columns="name", values="value").rename_axis(columns=None)

    def members(self, ids: list[str], *, guessed: bool = False) -> dict[tuple[str, str], np.ndarray]:
        """For each label, which of the targets carry it.

        Parameters
        ----------
        ids : list of str
            Target ids.
        guessed : bool
            Whether labels of `GUESSED` families are among them.

        Returns
        -------
        dict
            (family, value) to a boolean mask over `ids`. A family with several values also has (family, "any"), which
            leaves out those who are said not to be in it (`says_no`).
        """
        return members_of(self.frame(guessed=guessed), ids)


def without_guesses(table: pd.DataFrame) -> pd.DataFrame:
    """The labels of a table that are not of a `GUESSED` family."""
    return table[~table["family"].str.startswith(GUESSED)].reset_index(drop=True)


def members_of(table: pd.DataFrame, ids: Sequence[str]) -> dict[tuple[str, str], np.ndarray]:
    """For each label of a table, which of the targets carry it; see `LabelBook.members`.

    Parameters
    ----------
    table : DataFrame
        As `LabelBook.frame` gives it.
    ids : sequence of str
        Target ids, each once.
    """
    if table.empty:
        return {}
    places = pd.Index(ids).get_indexer(table["target_id"])
    table, places = table[places >= 0], places[places >= 0]
    masks: dict[tuple[str, str], np.ndarray] = {}
    for (family, value), rows in table.groupby(["family", "value"]).indices.items():
        mask = np.zeros(len(ids), bool)
        mask[places[rows]] = True
        masks[str(family), str(value)] = mask
    said = _pairs(table)
    for family in {family for family, _ in masks}:
        values = [mask for (f, value), mask in masks.items() if f == family and (f, value) in said]
        if len(values) > 1 and not np.logical_or.reduce(values).all():
            masks[family, "any"] = np.logical_or.reduce(values)
    return dict(sorted(masks.items()))


def _pairs(table: pd.DataFrame) -> set[tuple[str, str]]:
    said = table[~says_no(table)]
    return set(zip(said["family"], said["value"], strict=True))


def _alike(values: Iterable[str]) -> list[str]:
    """The first values that differ in capitals alone."""
    spelt: dict[str, list[str]] = {}
    for value in dict.fromkeys(values):
        spelt.setdefault(value.casefold(), []).append(value)
    return next((each for each in spelt.values() if len(each) > 1), [])
