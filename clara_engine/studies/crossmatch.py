"""What the archives know of the stars of a workspace, as labels and catalogue parameters."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from clara_engine.archives import Archive, archives
from clara_engine.archives.known_rows import read_file
from clara_engine.errors import ArchiveError, WorkspaceError
from clara_engine.progress import Report, quiet
from clara_engine.store.archive_answers import Answer, ArchiveCache
from clara_engine.store.failures import CATALOGUE
from clara_engine.studies.catalogues import SERVICES, CatalogueQuery, Stored
from clara_engine.studies.known_catalogues import FROM_FILE, KNOWN

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["ALL_SERVICES", "Crossmatch", "Outcome", "ServiceState", "crossmatch", "kept_of", "service_states"]

#: Everybody who can be asked.
ALL_SERVICES = SERVICES | KNOWN


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one service gave.

    Attributes
    ----------
    stars, found : int
        Stars that were looked for, and those that the service knows.
    unanswered : int
        Stars for which it never answered.
    labels, parameters : int
        What was stored, by target.
    asked_at : float or None
        Unix time [s] of the oldest answer used.
    problem : str
        Why something is old or unanswered, empty when all went well.
    """

    service: str
    stars: int
    found: int = 0
    unanswered: int = 0
    labels: int = 0
    parameters: int = 0
    asked_at: float | None = None
    problem: str = ""

    @property
    def age_days(self) -> float | None:
        """Age of the oldest answer used [days]."""
        return None if self.asked_at is None else max(0.0, time.time() - self.asked_at) / 86400


@dataclass(frozen=True, slots=True, eq=False)
class Crossmatch:
    """What all services gave; `notes` are the stars to be careful with: tic, service, note."""

    outcomes: tuple[Outcome, ...]
    notes: pd.DataFrame


def crossmatch(
    workspace: Store,
    services: Sequence[str] = ("tic", "toi", "gaia", "simbad"),
    *,
    tics: Sequence[int] | None = None,
    addresses: dict[str, Archive] | None = None,
    tables: Mapping[str, Path] | None = None,
    refresh: bool = False,
    report: Report = quiet,
) -> Crossmatch:
    """Ask archives about observed stars, and store the answers by target id.

    Answers are kept in the workspace: a star is asked for once in half a year, and an archive that is down is replaced
    by what it said before. Gaia needs the identifiers of the TESS Input Catalog; where those are not to be had, it is
    asked by the position in the header of the light curve.

    Parameters
    ----------
    workspace : Store
    services : sequence of {"tic", "toi", "gaia", "simbad", "ctoi", "eb", "vsx", "gaia_variables"}
    tics : sequence of int, optional
        By default every observed star.
    addresses : dict of Archive, optional
        By default those of the manifest.
    tables : mapping of str to Path, optional
        Of a service (toi, ctoi, eb, vsx) the file that was downloaded from it, which is read in place of asking.
    refresh : bool
        Ask again for what is kept.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    ArchiveError
        When no service gave anything, or a file is not the table that it should be.
    WorkspaceError
        When there is no observed star.
    """
    files = dict(tables or {})
    for names, known in ((services, ALL_SERVICES), (files, FROM_FILE)):
        unknown = [name for name in names if name not in known]
        if unknown:
            raise WorkspaceError(f"no service {unknown[0]!r}: choose {', '.join(known)}")
    targets = _observed(workspace)
    everyone = set(targets["tic"])
    wanted = sorted(everyone if tics is None else everyone & set(tics))
    if not wanted:
        raise WorkspaceError(
            "no observed star of the TESS Input Catalog to look up: simulated ones are in no catalogue; clara fetch "
            "brings some"
        )
    query = CatalogueQuery(targets, ArchiveCache.of(workspace), addresses or archives(), refresh, report)
    contents = {name: FROM_FILE[name](query, wanted, read_file(path), path.name) for name, path in files.items()}
    outcomes, notes = [], []
    for name in dict.fromkeys([*services, *files]):
        service = ALL_SERVICES[name]
        report.stage(service.source)
        try:
            answer = contents[name] if name in contents else service.ask(query, wanted)
        except ArchiveError as error:
            outcomes.append(Outcome(name, len(wanted), unanswered=len(wanted), problem=str(error)))
            continue
        kept = query.cache.kept(name)
        stored = service.read(kept.table, sorted(kept.answered(everyone)))
        labels, parameters = _store(workspace, targets, service.source, stored)
        outcomes.append(
            Outcome(
                name,
                len(wanted),
                _count(answer, wanted),
                len(answer.unanswered),
                labels,
                parameters,
                answer.oldest,
                answer.problem,
            )
        )
        notes += [(tic, name, note) for tic, note in stored.notes.items() if tic in set(wanted)]
    workspace.failures.clear(CATALOGUE, [outcome.service for outcome in outcomes if not outcome.problem])
    workspace.failures.keep(CATALOGUE, {outcome.service: outcome.problem for outcome in outcomes if outcome.problem})
    if all(outcome.asked_at is None for outcome in outcomes):
        raise ArchiveError(outcomes[0].problem)
    return Crossmatch(tuple(outcomes), pd.DataFrame(notes, columns=["tic", "service", "note"]))


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What is kept of one service.

    Attributes
    ----------
    service, source : str
        Key, and the name for people.
    stars, answered, found : int
        Observed stars of the workspace, those that the service was asked about, and those that it knows.
    oldest, newest : float or None
        When it said so [Unix s]; None when it was never asked.
    problem : str
        Why it did not answer the last time, empty when it did.
    """

    service: str
    source: str
    stars: int
    answered: int
    found: int
    oldest: float | None
    newest: float | None
    problem: str


def service_states(workspace: Store) -> list[ServiceState]:
    """What is kept of every service; asks nobody."""
    everyone = sorted(set(_observed(workspace)["tic"]))
    cache = ArchiveCache.of(workspace)
    failures = workspace.failures.frame()
    problems = failures[failures["kind"] == CATALOGUE].set_index("name")["reason"]
    found = []
    for name, service in ALL_SERVICES.items():
        kept = cache.kept(name)
        found.append(
            ServiceState(
                name,
                service.source,
                len(everyone),
                len(kept.answered(everyone)),
                _count(kept, everyone),
                kept.oldest,
                kept.newest,
                str(problems.get(name, "")),
            )
        )
    return found


def kept_of(workspace: Store, tic: int) -> dict[str, tuple[pd.DataFrame, float]]:
    """What the workspace keeps of a star, without asking anybody: service to its rows and when it said so [Unix s].

    Parameters
    ----------
    workspace : Store
    tic : int
        Number of the star.
    """
    cache = ArchiveCache.of(workspace)
    found = {}
    for name in SERVICES:
        answer = cache.kept(name, [tic])
        if answer.oldest is not None:
            found[name] = (answer.table, answer.oldest)
    return found


def _observed(workspace: Store) -> pd.DataFrame:
    table = workspace.targets.frame()
    return table[~table["simulated"] & (table["tic"] > 0) & (table["catalogue"] == "TIC")]


def _count(answer: Answer, tics: list[int]) -> int:
    if answer.table.empty:
        return 0
    return len(set(answer.table.index) & set(tics))


def _store(workspace: Store, targets: pd.DataFrame, source: str, stored: Stored) -> tuple[int, int]:
    tic = targets.set_index("target_id")["tic"]
    labels = 0
    for family, values in stored.labels.items():
        known = tic[tic.isin(values.index)].map(values).dropna()
        labels += workspace.labels.add(family, known.to_dict(), source=source)
    table = stored.parameters
    table = table[table.index.isin(tic)].astype(float).reindex(tic[tic.isin(table.index)])
    table.index = tic.index[tic.isin(stored.parameters.index)]
    return labels, workspace.labels.add_parameters(table, source=source) if table.size else 0
