"""The results of jobs that no shelf of their own keeps: each kind has a type, and the last of each is kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from clara_engine.forest.tune import Trial
from clara_engine.frames import Frame, from_json, to_json
from clara_engine.jobs import JobKind
from clara_engine.studies.autosteer import Steered
from clara_engine.studies.design_mapping import DesignMapping
from clara_engine.studies.new_sector import NewSector
from clara_engine.studies.similar import LabelMatches

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["FINDINGS", "Found", "Tuned", "keep_finding", "last_finding", "of_sector"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A table, as the study that made it describes it."""

    table: Frame


@dataclass(frozen=True, slots=True)
class Tuned:
    """The settings that a search for forest settings tried.

    Attributes
    ----------
    trials : list of Trial
        Best accuracy first.
    chance : float or None
        Accuracy of always naming the larger class; None where only training tells how large they are.
    """

    trials: list[Trial]
    chance: float | None


#: The type of result of each kind of job.
FINDINGS: Mapping[JobKind, type[Any]] = MappingProxyType(
    {
        JobKind.AUTOSTEER: Steered,
        JobKind.CLUSTERS_AGAIN: Found,
        JobKind.IMPORTANCES: Found,
        JobKind.MAPPING: DesignMapping,
        JobKind.MATCH: LabelMatches,
        JobKind.NEW_SECTOR: NewSector,
        JobKind.POPULATION: Found,
        JobKind.SECTORS: Found,
        JobKind.SUBSETS: Found,
        JobKind.TUNE: Tuned,
    }
)


def keep_finding(store: Store, kind: JobKind, asked: str, finding: Any) -> None:
    """Keep what a job found; see `clara_engine.store.job_results.JobResults.keep`.

    Parameters
    ----------
    store : Store
    kind : JobKind
        One of `FINDINGS`.
    asked : str
        What tells it from other findings of its kind.
    finding : instance of the type of this kind
    """
    store.job_results.keep(kind, asked, to_json(FINDINGS[kind], finding))


def of_sector(run: Run, sector: int | None) -> str:
    """What tells the finding about a new sector, or about all that a run has not ranked, from others of its kind.

    Parameters
    ----------
    run : Run
    sector : int or None
    """
    return f"{run.id} {sector}"


def last_finding(store: Store, kind: JobKind, asked: str = "") -> Any:
    """What the last job of a kind found, or None; what another version of CLARA wrote in another way is none.

    Parameters
    ----------
    store : Store
    kind : JobKind
        One of `FINDINGS`.
    asked : str
        What tells it from other findings of its kind.
    """
    text = store.job_results.last(kind, asked)
    if text is None:
        return None
    try:
        return from_json(FINDINGS[kind], text)
    except (ValueError, KeyError, TypeError):
        return None
