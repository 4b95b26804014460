"""What failed and why, kept over restarts, with a way to try again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import BackgroundJob
from clara_app.formatting import counted
from clara_app.reach import Reach
from clara_app.rendering import render
from clara_app.session import Session
from clara_engine.jobs import JobKind, Reporter
from clara_engine.store.failures import CATALOGUE, DOWNLOAD, FEATURES, FILE, STAR
from clara_engine.studies.crossmatch import crossmatch
from clara_engine.studies.extract import extract_features
from clara_engine.studies.fetch import Fetcher
from clara_engine.studies.ingest import ingest
from clara_engine.workspace import Workspace

__all__ = ["FailuresPane", "failures_html"]

AGAIN, FORGET = "again:", "forget:"
SHOWN = 200
UNFOLDED = 20
TITLES = {
    FILE: "Files that can't be read",
    DOWNLOAD: "Files that did not come from the archive",
    STAR: "Stars without a light curve in the archive",
    CATALOGUE: "Catalogues that did not answer",
}
#: Kinds that can be removed from the list by hand; the others disappear when they succeed.
FORGOTTEN = (FILE, DOWNLOAD, STAR, CATALOGUE)


def failures_html(table: pd.DataFrame) -> str:
    """A table a kind, each with its buttons."""
    groups = []
    for kind, group in table.groupby("kind", sort=False):
        groups.append(
            {
                "title": TITLES.get(str(kind)) or f"Targets without {str(kind).removeprefix(f'{FEATURES} ')} features",
                "count": len(group),
                "again": AGAIN + str(kind) if kind != STAR else "",
                "forget": FORGET + str(kind) if kind in FORGOTTEN else "",
                "unfolded": len(group) <= UNFOLDED,
                "rows": [
                    (_short(str(row["name"])), _reason(row), row["created"])
                    for row in group.head(SHOWN).to_dict("records")
                ],
            }
        )
    return render("failures", groups=groups)


def _reason(row: dict[Any, Any]) -> str:
    """Why, without the name that stands beside it."""
    name, reason = str(row["name"]), str(row["reason"])
    plain = reason.removeprefix(f"{name}: ").removeprefix(f"{name.rsplit('/', 1)[-1]}: ")
    return re.sub(r"^(?:TIC|KIC|EPIC|SIM) -?\d+: ", "", plain)


def _short(name: str) -> str:
    """The end of a long path."""
    return name if len(name) <= 90 else f"…{name[-88:]}"


class FailuresPane(pn.viewable.Viewer):
    """The list, and what tries again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.table = pd.DataFrame()
        self.job = BackgroundJob(
            session, lambda result: self.refresh(), stopped="cancelled; what succeeded by then is kept"
        )
        self.list = ActionText(self.on_action, css=":host{padding:4px 10px}", sizing_mode="stretch_both")
        self._view = pn.Column(self.job.line, self.list, sizing_mode="stretch_both", margin=0)
        session.follow(lambda *events: self.refresh(), "failures_changed", "features_changed")
        self.refresh()

    def refresh(self) -> None:
        """Look again at what has failed."""
        self.table = self.session.server.workspace.failures.frame()
        self.list.object = failures_html(self.table)

    def again(self, kind: str) -> None:
        """Queue what failed once more."""
        names = self.table.loc[self.table["kind"] == kind, "name"].tolist()
        job, title, lane = _JOBS.get(kind, (JobKind.FEATURES, kind, ""))
        workspace = self.session.server.workspace
        self.job.start(
            job,
            f"{title} again: {counted(len(names), 'failure')}",
            _work(workspace, self.session.server.reach, kind, names),
            lane=lane,
            share=True,
        )

    def forget(self, kind: str) -> None:
        """Take a kind off the list."""
        workspace = self.session.server.workspace
        names = self.table.loc[self.table["kind"] == kind, "name"].tolist()

        def forget() -> None:
            if kind == FILE:
                workspace.targets.forget_unreadable(names)
            else:
                workspace.failures.clear(kind, names)

        self.session.write(forget, lambda nothing: self.refresh())

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        kinds = set(self.table["kind"]) if len(self.table) else set()
        for start, do in ((AGAIN, self.again), (FORGET, self.forget)):
            if action.startswith(start) and action.removeprefix(start) in kinds:
                do(action.removeprefix(start))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


#: Kind of failure to the kind of job that tries again, its title, and its lane.
_JOBS = {
    FILE: (JobKind.INGEST, "register", ""),
    DOWNLOAD: (JobKind.FETCH, "fetch", "archives"),
    CATALOGUE: (JobKind.CROSSMATCH, "ask", "archives"),
}


def _work(workspace: Workspace, reach: Reach, kind: str, names: list[str]) -> Any:
    def work(report: Reporter) -> object:
        if kind == FILE:
            report.stage("reading headers")
            return ingest(workspace, [Path(name) for name in names], report, readable=reach.readable())
        if kind == DOWNLOAD:
            fetcher = Fetcher(workspace, report=report)
            return fetcher.run(fetcher.pending())
        if kind == CATALOGUE:
            return crossmatch(workspace, names, report=report)
        return extract_features(workspace, kind.removeprefix(f"{FEATURES} "), report, retry=True)

    return work
