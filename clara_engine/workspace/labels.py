"""What is known of targets from elsewhere: labels (words) and catalogue parameters (numbers)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.text import typed, visible
from clara_engine.workspace.database import Database

__all__ = ["QUIET", "LabelBook"]

#: Values of labels that say that nothing happens.
QUIET = ("quiet", "no")
#: Columns that say whose row it is, and the catalogue that their numbers are of.
ID_COLUMNS = {
    "target_id": "", "tic": "TIC", "ticid": "TIC", "tic_id": "TIC", "tid": "TIC", "kic": "KIC", "kepid": "KIC",
    "epic": "EPIC",
}  # fmt: skip


class LabelBook:
    """Labels and parameters of targets, joined by target id.

    A label has a family (``"toi"``, ``"eb"``, ``"truth"`` …) and a value (``"CP"``, ``"planet"`` …). A star may have
    several values in one family, and is counted once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, family: str, values: Mapping[str, str], source: str) -> int:
        """Store labels by target id in place of what `source` said of this family before; returns how many."""
        family = typed(family, "a family of labels")
        rows = [(target_id, family, visible(value), visible(source)) for target_id, value in values.items()]
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM labels WHERE family = ? AND source = ?", (family, visible(source)))
            connection.executemany("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)", rows)
        return len(rows)

    def add_parameters(self, table: pd.DataFrame, source: str) -> int:
        """Store numbers by target id (the index); a column a parameter, NaN left out; returns how many."""
        long = table.stack().dropna()
        rows = [(target_id, visible(name), float(value), visible(source)) for (target_id, name), value in long.items()]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO parameters VALUES (?, ?, ?, ?)", rows)
        return len(rows)

    def import_csv(self, path: Path, families: Mapping[str, str]) -> dict[str, int]:
        """Read labels from a CSV file with a TIC (or target id) column.

        Parameters
        ----------
        families : mapping
            Column name to family name. Empty cells are no label; in a column of numbers (a period, say) any number
            means that the catalogue has the star, and becomes the value "yes".

        Returns
        -------
        dict
            Family to the number of labels stored. Stars that are not registered are left out.
        """
        joined = self._joined(path, list(families))
        stored = {}
        for column, family in families.items():
            known = joined.dropna(subset=column)
            numeric = pd.api.types.is_numeric_dtype(known[column])
            values = known[column].map(lambda cell, numeric=numeric: "yes" if numeric else str(cell).strip())
            stored[family] = self.add(family, dict(zip(known["target_id"], values, strict=True)), source=path.name)
        return stored

    def import_parameters(self, path: Path, columns: Sequence[str]) -> int:
        """Read numbers of a CSV file as catalogue parameters, named as its columns; returns how many were stored."""
        joined = self._joined(path, columns).set_index("target_id")
        numbers = joined[list(columns)].apply(pd.to_numeric, errors="coerce")
        numbers = numbers.where(np.isfinite(numbers))
        return self.add_parameters(numbers[~numbers.index.duplicated()].astype(float), source=path.name)

    def _joined(self, path: Path, columns: Sequence[str]) -> pd.DataFrame:
        """Registered targets beside their rows of a CSV file."""
        table, key = _table(path)
        missing = [column for column in columns if column not in table]
        if missing:
            raise WorkspaceError(f"{path.name} has no column {missing[0]}; it has {', '.join(table.columns[:12])}")
        catalogue = ID_COLUMNS[key.lower()]
        targets = self._database.frame("SELECT target_id, tic FROM targets WHERE ? IN ('', catalogue)", (catalogue,))
        on = "tic" if catalogue else "target_id"
        # Of the table only what is asked for: its sector or its name must not take the place of ours.
        wanted = table[[key, *(column for column in columns if column != key)]].rename(columns={key: on})
        return targets.drop(columns=[name for name in columns if name in targets and name != on]).merge(wanted, on=on)

    def columns_of(self, path: Path) -> dict[str, str]:
        """Columns of a CSV file that could be labels, and what is in each; see `import_csv`."""
        table, key = _table(path)
        found = {}
        for name in table.columns.drop(key):
            filled = table[name].dropna()
            kind = "numbers" if pd.api.types.is_numeric_dtype(filled) else f"{filled.nunique():,} values"
            if len(filled):
                found[str(name)] = f"{kind}, {len(filled):,} of {len(table):,} rows"
        return found

    def stamp(self) -> tuple[int, int]:
        """Changes whenever labels or parameters are stored."""
        table = self._database.frame(
            "SELECT coalesce((SELECT max(rowid) FROM labels), 0) AS labels, "
            "coalesce((SELECT max(rowid) FROM parameters), 0) AS parameters"
        )
        return int(table["labels"][0]), int(table["parameters"][0])

    def summary(self) -> pd.DataFrame:
        """Labels by family, value and source: how many targets carry each."""
        return self._database.frame(
            "SELECT family, value, source, count(*) AS targets FROM labels GROUP BY family, value, source "
            "ORDER BY family, targets DESC, value"
        )

    def coverage(self) -> pd.DataFrame:
        """Catalogue parameters by name and source: how many targets have each."""
        return self._database.frame(
            "SELECT name, source, count(value) AS targets, min(value) AS least, max(value) AS most FROM parameters "
            "GROUP BY name, source ORDER BY source, name"
        )

    def frame(self) -> pd.DataFrame:
        """All labels: target_id, family, value, source."""
        return self._database.frame("SELECT * FROM labels ORDER BY target_id, family, value")

    def of(self, target_id: str) -> pd.DataFrame:
        """Labels of one target."""
        return self._database.frame("SELECT family, value, source FROM labels WHERE target_id = ?", (target_id,))

    def uneventful(self, ids: Sequence[str], quiet: Collection[str] = QUIET) -> list[str]:
        """Those of `ids` that carry no label, or none but `quiet` ones, in order."""
        table = self.frame()
        eventful = set(table.loc[~table["value"].isin(list(quiet)), "target_id"])
        return [target_id for target_id in ids if target_id not in eventful]

    def parameters(self) -> pd.DataFrame:
        """Catalogue parameters, a row a target (indexed by target id), a column a parameter."""
        table = self._database.frame("SELECT target_id, name, value FROM parameters")
        return table.pivot(index="target_id", columns="name", values="value").rename_axis(columns=None)

    def members(self, ids: list[str]) -> dict[tuple[str, str], np.ndarray]:
        """For each label, which of the targets carry it.

        Returns
        -------
        dict
            (family, value) to a boolean mask over `ids`. A family with several values also has (family, "any").
        """
        table = self.frame()
        if table.empty:
            return {}
        position = {target_id: i for i, target_id in enumerate(ids)}
        table = table[table["target_id"].isin(position)]
        masks: dict[tuple[str, str], np.ndarray] = {}
        for (family, value), group in table.groupby(["family", "value"]):
            mask = np.zeros(len(ids), bool)
            mask[[position[target_id] for target_id in group["target_id"]]] = True
            masks[str(family), str(value)] = mask
        for family in {family for family, _ in masks}:
            values = [mask for (f, _), mask in masks.items() if f == family]
            if len(values) > 1 and not np.logical_or.reduce(values).all():
                masks[family, "any"] = np.logical_or.reduce(values)
        return dict(sorted(masks.items()))


def _table(path: Path) -> tuple[pd.DataFrame, str]:
    """A CSV file, and its column that says whose row it is."""
    try:
        table = pd.read_csv(path, comment="#")
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path.name} can't be read as CSV: {str(error).splitlines()[0]}") from None
    key = next((column for column in table.columns if str(column).lower() in ID_COLUMNS), None)
    if key is None:
        raise WorkspaceError(f"{path.name} has no TIC column; name one of {', '.join(ID_COLUMNS)}")
    return table, str(key)
