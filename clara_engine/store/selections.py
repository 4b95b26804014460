"""Named selections of stars."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from clara_engine.errors import WorkspaceError
from clara_engine.store.database import Database
from clara_engine.text import typed

__all__ = ["NamedSelection", "SelectionBook"]

LONGEST = 60
ID_LENGTH = 12
MOST_PASSING = 500


@dataclass(frozen=True, slots=True)
class NamedSelection:
    """Some targets with a name.

    Attributes
    ----------
    created : float
        Unix time [s] of the last change.
    """

    name: str
    target_ids: tuple[str, ...]
    author: str
    created: float


class SelectionBook:
    """The named selections of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, name: str, target_ids: Sequence[str], author: str = "unknown") -> NamedSelection:
        """Keep some targets under a name; an older selection of that name is replaced.

        Parameters
        ----------
        name : str
        target_ids : sequence of str
        author : str
            Who saves it.

        Raises
        ------
        WorkspaceError
            When the name is empty or too long, or there are no targets.
        """
        name = typed(name, "the name of a selection")
        if not 0 < len(name) <= LONGEST:
            raise WorkspaceError(f"a selection needs a name of 1 to {LONGEST} letters")
        if not target_ids:
            raise WorkspaceError("no star is selected: draw around some on the map first")
        kept = NamedSelection(name, tuple(dict.fromkeys(target_ids)), typed(author, "an author"), time.time())
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO selections VALUES (?, ?, ?, ?)",
                (kept.name, json.dumps(kept.target_ids), kept.author, kept.created),
            )
        return kept

    def list(self) -> list[NamedSelection]:
        """Every selection, by name."""
        table = self._database.frame("SELECT * FROM selections ORDER BY name COLLATE NOCASE")
        return [
            NamedSelection(r.name, self._ids(r.name, r.target_ids), r.author, r.created) for r in table.itertuples()
        ]

    def get(self, name: str) -> NamedSelection:
        """The selection of this name; `WorkspaceError` when there is none."""
        for kept in self.list():
            if kept.name == name:
                return kept
        known = ", ".join(kept.name for kept in self.list()[:8]) or "none yet"
        raise WorkspaceError(f"no selection {name[:LONGEST]!r} in this workspace; selections: {known}")

    def remember(self, target_ids: Sequence[str]) -> str:
        """Keep some targets without a name, for a link to them; returns their id, the same for the same targets.

        The last `MOST_PASSING` are kept.
        """
        target_ids = sorted(set(target_ids))
        selection_id = hashlib.sha256("\n".join(target_ids).encode()).hexdigest()[:ID_LENGTH]
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO passing_selections VALUES (?, ?, ?)",
                (selection_id, json.dumps(target_ids), time.time()),
            )
            connection.execute(
                "DELETE FROM passing_selections WHERE selection_id NOT IN "
                "(SELECT selection_id FROM passing_selections ORDER BY created DESC LIMIT ?)",
                (MOST_PASSING,),
            )
        return selection_id

    def recall(self, selection_id: str) -> tuple[str, ...] | None:
        """The targets of an id, None when it is not known (any more)."""
        found = self._database.frame(
            "SELECT target_ids FROM passing_selections WHERE selection_id = ?", (selection_id,)
        )
        return self._ids(selection_id, found["target_ids"].iloc[0]) if len(found) else None

    def _ids(self, name: str, text: str) -> tuple[str, ...]:
        with self._database.row("selections", name):
            return TypeAdapter(tuple[str, ...]).validate_json(text)

    def delete(self, name: str) -> None:
        """Forget a selection."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM selections WHERE name = ?", (name,))
