"""What the workspace holds: light curves, features, labels, catalogue parameters, and the room on the disk."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.panes.feature_files import FeatureFiles
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, TextInput
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.report.columns import PPM, column
from clara_engine.store.recent import recent, remember
from clara_engine.studies.extract import extract_features
from clara_engine.studies.inventory import Inventory, folder_sizes, inventory
from clara_engine.workspace import Workspace

__all__ = ["HoldingsPane", "WorkspacesPane", "holdings_html", "workspaces_html"]

EXTRACT, RETRY = "extract:", "retry:"
VALUES_SHOWN = 8
CSS = """
:host { padding: 0 10px 8px; }
progress { width: 60px; }
th.text { min-width: 14em; }
"""


def holdings_html(found: Inventory, sizes: dict[str, int]) -> str:
    """Tables of what there is, each with its numbers."""
    return render(
        "holdings",
        found=found,
        sizes=sizes,
        targets=found.targets.to_dict("records"),
        labels=_labels(found.labels),
        parameters=found.parameters.to_dict("records"),
        total=max(found.light_curves, 1),
        number=_number,
        unit=lambda name: column(name).unit.replace(PPM, "ppm"),
    )


def _labels(labels: pd.DataFrame) -> list[dict[str, object]]:
    """A line for each family and source, with its commonest values."""
    if labels.empty:
        return []
    return [
        {
            "family": family,
            "source": source,
            "values": ", ".join(f"{row.value} {row.targets:,}" for row in group.head(VALUES_SHOWN).itertuples()),
            "more": max(len(group) - VALUES_SHOWN, 0),
        }
        for (family, source), group in labels.groupby(["family", "source"])
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


class HoldingsPane(pn.viewable.Viewer):
    """The inventory; counted anew when something of it has changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.inventory: Inventory | None = None
        self.html = ActionText(self.on_action, sizing_mode="stretch_both", css=CSS)
        self._job = BackgroundJob(session, self._counted)
        self._stale = False
        self.files = FeatureFiles(session)
        self._view = pn.Column(self._job.line, self.html, self.files, sizing_mode="stretch_both", margin=0)
        session.follow(
            lambda *events: self.count(),
            "scored",
            "runs",
            "verdicts_changed",
            "features_changed",
            "failures_changed",
            "clusterings_changed",
            "maps_changed",
        )
        session.follow(self.shown, "area")
        self.count()

    def count(self) -> None:
        """Count what there is, in the background; when nobody looks or a count is under way, later."""
        self._stale = self._job.busy or self.session.area != "data"
        if self._stale:
            return
        self._job.start(JobKind.LOOK, "what the workspace holds", self._work, lane="looks", passing=True)

    def extract(self, name: str, *, retry: bool = False) -> None:
        """Queue the features that are missing."""
        workspace = self.session.server.workspace
        self.session.server.submit_once(
            JobKind.FEATURES,
            f"{name} features",
            lambda report: extract_features(workspace, name, report, retry=retry),
            author=self.session.signature(),
        )
        self.session.sync()

    def _work(self, report: Reporter) -> tuple[Inventory, dict[str, int]]:
        workspace = self.session.server.workspace
        return inventory(workspace, report), folder_sizes(workspace.folder, report)

    def _counted(self, result: tuple[Inventory, dict[str, int]]) -> None:
        self.inventory, sizes = result
        self.html.object = holdings_html(self.inventory, sizes)
        self.shown()

    def shown(self, *events: object) -> None:
        """Count anew if something has changed."""
        if self._stale:
            self.count()

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        known = [one.name for one in self.inventory.features] if self.inventory else []
        for start, retry in ((EXTRACT, False), (RETRY, True)):
            name = action.removeprefix(start)
            if action.startswith(start) and name in known:
                self.extract(name, retry=retry)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def workspaces_html(here: Path, others: list[Path] | None) -> str:
    """Which workspace is open, and how to open another; None where those of the server's account are not shown."""
    known = None if others is None else [(path, quote(str(path))) for path in others if path != here]
    return render("workspaces", here=here, others=known)


class WorkspacesPane(pn.viewable.Viewer):
    """The workspaces of this user, and a new one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.html = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self.path = TextInput(
            label="Folder of a new workspace, on the machine of the server",
            labelled=True,
            margin=(8, 10, 4, 10),
            sizing_mode="stretch_width",
        )
        self.button = Button(label="Create", margin=(0, 10), on_click=self.create)
        self.said = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            self.html,
            *(() if session.server.reach.restricted else (self.path, self.button)),
            self.said,
            sizing_mode="stretch_both",
            margin=0,
            scroll="y",
        )
        self._show()

    def create(self) -> None:
        """Make an empty workspace, or find that it is one already."""
        text = (self.path.value or "").strip()
        if not text:
            self.said.object = render("problem", words="type a folder first")
            return
        try:
            folder = Workspace.open(self.session.server.reach.to_create(text)).folder
        except ClaraError as error:
            self.said.object = render("problem", words=error)
            return
        remember(folder)
        self.said.object = render("workspace_made", quoted=quote(str(folder)))
        self._show()

    def _show(self) -> None:
        server = self.session.server
        self.html.object = workspaces_html(server.workspace.folder, None if server.reach.restricted else recent())

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
