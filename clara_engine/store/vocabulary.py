"""The labels that verdicts are made of: each with a key, and whether it means an anomaly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from clara_engine.errors import WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.store.changes import Change
from clara_engine.store.database import DATABASE_FILE
from clara_engine.store.versions import Topic, Versions
from clara_engine.text import typed

__all__ = ["RESERVED_KEYS", "STANDARD", "VerdictLabel", "Vocabulary"]

LONGEST = 40
#: Keys with another action on the page.
RESERVED_KEYS = frozenset("jknurcg")


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """One thing a star can be called.

    Attributes
    ----------
    key : str
        One digit or small letter that gives the verdict.
    anomaly : bool or None
        Whether it is what the search is for; None says nothing either way, and active learning passes over it.
    """

    name: str
    key: str
    anomaly: bool | None = True


#: The labels of a new workspace.
STANDARD = tuple(
    VerdictLabel(name, str(key), anomaly)
    for key, (name, anomaly) in enumerate(
        (
            ("planet", True),
            ("eclipsing binary", True),
            ("flare", True),
            ("pulsator", True),
            ("rotator", True),
            ("dipper", True),
            ("single event", True),
            ("instrument", False),
            ("nothing", False),
        ),
        start=1,
    )
)


class Vocabulary:
    """The labels of a workspace, in a file that can be read and copied."""

    def __init__(self, path: Path, versions: Versions) -> None:
        self._path = path
        self._versions = versions

    def labels(self) -> tuple[VerdictLabel, ...]:
        """The labels, in the order people see them; `STANDARD` until someone changes them."""
        if not self._path.exists():
            return STANDARD
        try:
            return checked([VerdictLabel(**label) for label in json.loads(self._path.read_text())])
        except (ValueError, TypeError, AttributeError, OSError, WorkspaceError) as error:
            raise WorkspaceError(f"{self._path} is no list of labels ({error}): mend or remove it") from None

    def save(self, labels: Sequence[VerdictLabel], author: str = "unknown") -> tuple[VerdictLabel, ...]:
        """Keep these labels; verdicts that were given before stay as they are.

        Parameters
        ----------
        labels : sequence of VerdictLabel
        author : str
            Who changes them.

        Raises
        ------
        WorkspaceError
            When there are none, or two share a name or a key, or a name or key is not allowed.
        """
        kept = checked(labels)
        change = Change("labels changed", "", ", ".join(label.name for label in kept), author)
        text = json.dumps([asdict(label) for label in kept], indent=1, ensure_ascii=False)
        write_atomically(
            self._path,
            lambda beside: beside.write_text(text),
            home=self._path.parent / DATABASE_FILE,
            within=self._versions.changing(Topic.VOCABULARY, change),
        )
        return kept

    def anomalies(self) -> dict[str, bool | None]:
        """What each label means, by its name."""
        return {label.name: label.anomaly for label in self.labels()}


def checked(labels: Sequence[VerdictLabel]) -> tuple[VerdictLabel, ...]:
    """The labels with their names trimmed; raises `WorkspaceError` that says which is wrong and why."""
    kept = tuple(
        VerdictLabel(typed(str(label.name), "a label"), str(label.key).strip(), label.anomaly) for label in labels
    )
    if not kept:
        raise WorkspaceError("at least one label is needed")
    for place, label in enumerate(kept):
        if not 0 < len(label.name) <= LONGEST:
            raise WorkspaceError(f"label {place + 1} needs a name of 1 to {LONGEST} letters")
        if len(label.key) != 1 or not (label.key in "0123456789" or "a" <= label.key <= "z"):
            raise WorkspaceError(f"{label.name}: its key must be one digit or small letter, not {label.key!r}")
        if label.key in RESERVED_KEYS:
            raise WorkspaceError(f"{label.name}: the key {label.key} does something else; take another")
        if label.anomaly not in (True, False, None):
            raise WorkspaceError(f"{label.name}: anomaly is true, false or null")
        for earlier in kept[:place]:
            if earlier.name.casefold() == label.name.casefold():
                raise WorkspaceError(f"two labels are called {label.name}")
            if earlier.key == label.key:
                raise WorkspaceError(f"{earlier.name} and {label.name} share the key {label.key}")
    return kept
