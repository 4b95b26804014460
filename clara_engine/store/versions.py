"""The change counter: each topic of a workspace has a number that every write raises, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clara_engine.store.changes import Change
    from clara_engine.store.database import Database

__all__ = ["NOT_COUNTED", "TABLES", "Topic", "Versions", "triggers"]

#: A reader of the counters waits no longer than this for a lock [s]. It never meets that of a writer, only that of the
#: moment in which the last of all connections closes.
WAIT_S = 0.5


class Topic(StrEnum):
    """What can be stale. Triggers count what is kept in tables, `Versions.changing` what is kept in files."""

    TARGETS = "targets"
    LABELS = "labels"  # and catalogue parameters
    VERDICTS = "verdicts"
    VOCABULARY = "vocabulary"
    SELECTIONS = "selections"
    EPHEMERIDES = "ephemerides"
    RUNS = "runs"
    CLAIMS = "claims"  # p-values and kinds, which are added to the scores of a run
    FEATURES = "features"
    MAPS = "maps"
    CLUSTERINGS = "clusterings"
    STUDIES = "studies"  # recovery, sweeps, steering matrix, auto-steer, stability, tools of the field
    ARCHIVES = "archives"
    FAILURES = "failures"
    JOBS = "jobs"


#: The topic of each table.
TABLES = {
    "targets": Topic.TARGETS,
    "roots": Topic.TARGETS,
    "labels": Topic.LABELS,
    "parameters": Topic.LABELS,
    "verdicts": Topic.VERDICTS,
    "selections": Topic.SELECTIONS,
    "ephemerides": Topic.EPHEMERIDES,
    "runs": Topic.RUNS,
    "unreadable": Topic.FAILURES,
    "failures": Topic.FAILURES,
    "jobs": Topic.JOBS,
}
#: Tables that no page shows, or that change with what is counted.
NOT_COUNTED = ("passing_selections", "label_tables", "versions", "changes")


def triggers() -> list[str]:
    """Statements that make the triggers of all tables anew, and the counter of each topic that has none yet."""
    made = [f"INSERT OR IGNORE INTO versions VALUES ('{topic}', 0)" for topic in Topic]
    for table, topic in TABLES.items():
        for event in ("INSERT", "UPDATE", "DELETE"):
            name = f"count_{table}_{event.lower()}"
            made += [
                f"DROP TRIGGER IF EXISTS {name}",
                f"CREATE TRIGGER {name} AFTER {event} ON {table} "
                f"BEGIN UPDATE versions SET number = number + 1 WHERE topic = '{topic}'; END",
            ]
    return made


class Versions:
    """The counters of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, wait_s: float = WAIT_S) -> dict[Topic, int]:
        """The number of each topic: it is another one whenever anybody, in any process, has written something of it.

        Raises
        ------
        WorkspaceUnavailable
            When the workspace can't be read now. That is told soon: only what can't go on without it waits longer.
        """
        with self._database.waiting(wait_s):
            found = dict(self._database.rows("SELECT topic, number FROM versions"))
        return {topic: found.get(topic.value, 0) for topic in Topic}

    @contextmanager
    def changing(self, topic: Topic, change: Change | None = None) -> Iterator[None]:
        """Raise the number of a topic together with what the block does; when the block fails, it stays.

        The block should only put a finished file into its place: nobody else can write meanwhile. `write_atomically`
        and `whole_folder` take this as `within`.

        Parameters
        ----------
        topic : Topic
        change : Change, optional
            Kept with it.
        """
        with self._database.transaction() as connection:
            connection.execute("UPDATE versions SET number = number + 1 WHERE topic = ?", (topic.value,))
            if change is not None:
                change.keep(connection)
            yield
