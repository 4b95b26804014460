"""The study behind the page of results: given stars, simulated stars, peers, published scores."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from clara_engine.errors import WorkspaceError
from clara_engine.evaluate.agreement import spearman
from clara_engine.evaluate.wrss import wrss
from clara_engine.files import write_atomically
from clara_engine.package_versions import package_versions
from clara_engine.progress import Report, Step, quiet
from clara_engine.results import labelled_stars
from clara_engine.results.goals import TARGETS
from clara_engine.results.known_events import demo_workspace, events_seen
from clara_engine.results.results_page import page
from clara_engine.results.sample import measure_sample
from clara_engine.setting import Range, Setting
from clara_engine.studies.peers import PeerPlan, PeerStudy
from clara_engine.studies.steer import BASELINES, OTHER_GENERATOR, SteeringPlan
from clara_engine.synthetic import UNSEEN_EVENTS, USUAL_EVENTS

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["SECTIONS", "StudyPlan", "plain", "published", "study", "with_section", "write_page"]

#: Sections that can be measured without the others, and their key.
SECTIONS = {"what-is-it": "what_is_it"}
GIVEN, SIMULATED = "real", "simulated"
#: Of the simulated stars only what needs them is measured: recalls, which need many quiet stars, and who is a host.
DEMO_EVENTS = tuple(TARGETS)


class StudyPlan(Setting):
    """What is measured.

    Attributes
    ----------
    demo : int
        About so many simulated stars train; the quiet ones of as many others are measured. 0 for none.
    events, baselines : tuple of str
        Of the given stars: what is injected, and the rows of the matrix that no event steers.
    seeds, curves, measured : int
        As of `SteeringPlan`.
    peers : int
        Injected light curves of each event that peers are asked. 0 for none.
    peer_seeds : int
        Of the seeds, the first so many are asked of peers.
    models : Path, optional
        Folder of downloaded models of peers.
    published : Path, optional
        Folder of published scores.
    seen : Path, optional
        Table of stars on which an event was seen that no catalogue knows; see `events_seen`.
    """

    demo: Annotated[int, Range(0, 100_000, "stars")] = 0
    events: tuple[str, ...] = USUAL_EVENTS
    baselines: tuple[str, ...] = BASELINES
    seeds: Annotated[int, Range(1, 100, "seeds")] = 5
    curves: Annotated[int, Range(10, 10_000, "curves")] = 300
    measured: Annotated[int, Range(10, 10_000, "curves")] = 200
    peers: Annotated[int, Range(0, 10_000, "curves")] = 0
    peer_seeds: Annotated[int, Range(1, 100, "seeds")] = 1
    models: Path | None = None
    published: Path | None = None
    seen: Path | None = None

    @property
    def demo_stars(self) -> int:
        """How many are simulated: a tenth more than twice, so that enough of the others are quiet in every seed."""
        return 2 * self.demo + self.demo // 5

    def given_plan(self) -> SteeringPlan:
        """The matrix, with the other generators of its events."""
        others = (event + OTHER_GENERATOR for event in self.events if event in UNSEEN_EVENTS)
        return SteeringPlan(
            contrasts=(*self.events, *self.baselines),
            events=(*self.events, *others),
            seeds=self.seeds,
            curves=self.curves,
            measured=self.measured,
        )

    def demo_plan(self) -> SteeringPlan:
        """Halves of the simulated stars."""
        return SteeringPlan(
            contrasts=DEMO_EVENTS,
            events=DEMO_EVENTS,
            seeds=self.seeds,
            curves=self.curves,
            measured=self.measured,
            most_stars=self.demo_stars,
            halves=True,
        )


def study(workspace: Store, plan: StudyPlan, command: str, report: Report = quiet) -> dict[str, Any]:
    """Measure all that `plan` asks for on the stars of a workspace; what is measured is kept there.

    Parameters
    ----------
    workspace : Store
    plan : StudyPlan
    command : str
        What a person types to have the same.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    dict
        Ready for JSON: command, versions, samples (by name, see `measure_sample`), and peers and published where they
        were asked for.

    Raises
    ------
    WorkspaceError
        When there are no stars.
    """
    found: dict[str, Any] = {
        "command": command,
        "versions": package_versions(),
        "samples": {},
    }
    if not len(workspace.targets) and not plan.demo:
        raise WorkspaceError("no light curves: `clara results FOLDER`, or --demo 1200 for simulated ones")
    if len(workspace.targets):
        seen = events_seen(workspace, plan.seen) if plan.seen is not None else {}
        found["samples"][GIVEN] = measure_sample(
            workspace, plan.given_plan(), name=f"{GIVEN} stars", seen=seen, report=report
        )
        if plan.peers:
            found["peers"] = _peers(workspace, plan, Step(report, "peers"))
    if plan.demo:
        demo = demo_workspace(workspace.folder, plan.demo_stars, Step(report, "simulated stars"))
        found["samples"][SIMULATED] = measure_sample(
            demo, plan.demo_plan(), name=f"{SIMULATED} stars", kinds=False, report=report
        )
    if plan.published is not None:
        found["published"] = published(plan.published)
    return dict(plain(found))


def with_section(name: str, tables: Sequence[Path], out: Path, report: Report = quiet) -> dict[str, Any]:
    """What a page holds, with one section measured anew: the rest stays as it was measured.

    Parameters
    ----------
    name : str
        Of `SECTIONS`.
    tables : sequence of Path
        What the section is measured on.
    out : Path
        The page; its facts lie beside it.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Raises
    ------
    WorkspaceError
        When there is no such section, no table, or no page yet.
    """
    if name not in SECTIONS:
        raise WorkspaceError(f"no section {name!r} is measured alone; there are: {', '.join(SECTIONS)}")
    beside = out.with_suffix(".json")
    if not tables:
        raise WorkspaceError("--only what-is-it needs --labels: a table with the columns file and class")
    try:
        found = json.loads(beside.read_text())
    except (OSError, ValueError):
        raise WorkspaceError(f"{beside} can't be read: --only adds to a page that `clara results` has made") from None
    return dict(plain(found | {SECTIONS[name]: labelled_stars.measure(tables, report)}))


def write_page(found: Mapping[str, Any], out: Path) -> None:
    """Write the page, and what it is made of beside it.

    Parameters
    ----------
    found : mapping of str to any
        From `study`.
    out : Path
        The page; the facts have the same name and end with ``.json``.
    """
    write_atomically(out.with_suffix(".json"), lambda beside: beside.write_text(json.dumps(found, indent=1) + "\n"))
    write_atomically(out, lambda beside: beside.write_text(page(found)))


def _peers(workspace: Store, plan: StudyPlan, report: Report) -> dict[str, Any]:
    asked = PeerPlan(curves=plan.curves, measured=plan.peers, seeds=plan.peer_seeds)
    peers = PeerStudy(workspace, asked, plan.models).table(report)
    return {
        "cells": peers.cells.to_dict("records"),
        "peers": peers.peers.to_dict("records"),
        "measured": plan.peers,
        "seeds": plan.peer_seeds,
    }


def published(folder: Path) -> dict[str, Any]:
    """How far the published P3 and P9 scores of two sectors agree as WRSS.

    Parameters
    ----------
    folder : Path
        With ``scores_sector1_p3.csv.gz`` and three others like it (columns tic, anomaly_score).
    """

    def of(sector: int) -> pd.DataFrame:
        tables = []
        for name in ("p3", "p9"):
            path = folder / f"scores_sector{sector}_{name}.csv.gz"
            try:
                table = pd.read_csv(path)
            except (OSError, ValueError):
                raise WorkspaceError(
                    f"{path} can't be read: --published takes the folder of published scores"
                ) from None
            tables.append(table.dropna(subset="tic").rename(columns={"tic": "target_id"}).drop_duplicates("target_id"))
        return wrss(*tables).table

    one, two = of(1), of(2)
    both = one.merge(two, on="target_id")
    return {
        "stars_1": len(one),
        "stars_2": len(two),
        "common": len(both),
        "spearman": float(spearman(both["wrss_x"], both["wrss_y"])),
    }


def plain(value: Any) -> Any:
    """The same with numbers that JSON knows: no NaN, no infinity, no numpy."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
