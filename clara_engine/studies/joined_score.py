"""WRSS as a score like any other: two runs joined, and kept with both."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from clara_engine.evaluate.wrss import PUBLISHED_WEIGHTS, Wrss, wrss
from clara_engine.files import reading, write_atomically
from clara_engine.sealed import built, read_json, sealed, write_table
from clara_engine.store.runs import WRSS_FILE, Run
from clara_engine.store.versions import Topic
from clara_engine.studies.grouping import check_comparable

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["Joined", "keep_wrss", "kept_wrss"]


@dataclass(frozen=True, slots=True)
class Joined:
    """What the WRSS of a run is made of.

    Attributes
    ----------
    first, second : str
        Ids of the runs.
    first_name, second_name : str
    weights : tuple of float
        Of the first and of the second run.
    lowest, highest : float
        The raw values that became 0 and 1.
    """

    first: str
    second: str
    first_name: str
    second_name: str
    weights: tuple[float, float]
    lowest: float
    highest: float

    def sentence(self) -> str:
        """What was joined, in a line."""
        one, two = self.weights
        return f"WRSS of {self.first_name} (weight {one:g}) and {self.second_name} (weight {two:g})"


def keep_wrss(store: Store, first: Run, second: Run, weights: tuple[float, float] = PUBLISHED_WEIGHTS) -> Wrss:
    """Join two runs, and keep the score with both: their scores have the columns wrss and wrss_raw then.

    A run has one such score: joining it with another run, or with other weights, replaces it.

    Parameters
    ----------
    store : Store
    first, second : Run
    weights : (float, float)
        Of the first and of the second run.

    Raises
    ------
    WorkspaceError
        When the runs are of different groups.
    ClaraError
        See `clara_engine.evaluate.wrss.wrss`.
    """
    check_comparable(first, second)
    joined = wrss(first.scores(), second.scores(), weights=weights)
    facts = Joined(first.id, second.id, first.name, second.name, weights, joined.lowest, joined.highest)
    table = joined.table[["target_id", "wrss", "raw"]].rename(columns={"raw": "wrss_raw"})
    for run in (first, second):
        path = run.folder / WRSS_FILE
        write_atomically(path, lambda beside: write_table(table, beside))
        write_atomically(
            path.with_suffix(".json"),
            lambda beside: beside.write_text(sealed(asdict(facts))),
            within=store.changing(Topic.CLAIMS),
        )
    return joined


def kept_wrss(run: Run) -> Joined | None:
    """What the WRSS of a run joins; None where it has none."""
    path = (run.folder / WRSS_FILE).with_suffix(".json")
    if not path.exists():
        return None
    with reading(path):
        return built(Joined, read_json(path))
