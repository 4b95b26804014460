"""What the workspace holds: light curves, features, labels, catalogue parameters, and the room on the disk."""

from __future__ import annotations

from html import escape
from pathlib import Path
from shlex import quote

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText, action_button
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text, origin_chip
from clara_app.fields import Button, TextField
from clara_app.formatting import counted, format_bytes
from clara_app.session import Session
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.store.recent import recent, remember
from clara_engine.studies.extract import extract_features
from clara_engine.studies.inventory import FeatureCount, Inventory, folder_sizes, inventory
from clara_engine.workspace import Workspace

__all__ = ["HoldingsPane", "WorkspacesPane", "holdings_html", "workspaces_html"]

EXTRACT, RETRY = "extract:", "retry:"
VALUES_SHOWN = 8
CSS = """
:host { padding: 0 10px 8px; }
progress { width: 60px; }
"""


def holdings_html(found: Inventory, sizes: dict[str, int]) -> str:
    """Tables of what there is, each with its numbers."""
    parts = ", ".join(f"{escape(name)} {format_bytes(number)}" for name, number in list(sizes.items())[:6])
    low = ' class="problem"' if found.free_bytes < 2e9 else ""
    space = (
        f"<p><code>{escape(str(found.folder))}</code><br>{format_bytes(sum(sizes.values()))} ({parts})<br>"
        f"<span{low}>{format_bytes(found.free_bytes)} left on its disk</span></p>"
    )
    numbers = (
        f"{counted(found.runs, 'run')}, {counted(found.maps, 'map')}, {counted(found.verdicts, 'star')} with a verdict"
    )
    return (
        f"<h3>Workspace</h3>{space}<p>{numbers}</p><h3>Light curves</h3>{_targets(found)}"
        f"<h3>Features</h3>{_features(found.features)}<h3>Labels</h3>{_labels(found.labels)}"
        f"<h3>Catalogue parameters</h3>{_parameters(found.parameters, found.light_curves)}"
    )


def _targets(found: Inventory) -> str:
    if not found.light_curves:
        return '<p class="quiet">None yet: “Files” registers those of a folder, “Fetch” brings some from MAST.</p>'
    rows = "".join(
        f"<tr><td>{escape(str(row['product']))} {origin_chip('SIMULATED') if row['simulated'] else ''}</td>"
        f"<td>{row['sector'] or '–'}</td><td>{row['cadence_s']:.0f}</td><td>{row['light_curves']:,}</td>"
        f"<td>{row['stars']:,}</td></tr>"
        for row in found.targets.to_dict("records")
    )
    head = "<tr><th>product</th><th>sector</th><th>cadence [s]</th><th>light curves</th><th>stars</th></tr>"
    gone = (
        f'<p class="problem">{counted(found.gone, "file")} no longer where they were registered: put them back, or '
        "register them at their new place.</p>"
        if found.gone
        else ""
    )
    return f"<table>{head}{rows}</table>{gone}"


def _features(features: tuple[FeatureCount, ...]) -> str:
    rows = ""
    for one in features:
        actions = action_button(EXTRACT + one.name, "Compute", f"compute {one.name} features") if one.missing else ""
        if one.failed:
            actions += " " + action_button(RETRY + one.name, "Try again", f"try the failed {one.name} features again")
        rows += (
            f"<tr><td>{escape(one.name)}</td><td>{one.size:,}</td><td>{one.stored:,}</td><td>{one.missing:,}</td>"
            f"<td>{one.failed:,}</td><td>{actions}</td></tr>"
        )
    head = (
        "<tr><th>feature set</th><th>numbers a star</th><th>computed</th><th>missing</th><th>failed</th><th></th></tr>"
    )
    return f"<table>{head}{rows}</table>"


def _labels(labels: pd.DataFrame) -> str:
    if labels.empty:
        return '<p class="quiet">None yet: upload a table under “Files”, or ask “Catalogues”.</p>'
    rows = ""
    for (family, source), group in labels.groupby(["family", "source"]):
        values = [f"{escape(str(row.value))} {row.targets:,}" for row in group.head(VALUES_SHOWN).itertuples()]
        more = f" and {len(group) - VALUES_SHOWN} more values" if len(group) > VALUES_SHOWN else ""
        rows += (
            f'<tr><td>{escape(str(family))}</td><td class="text">{", ".join(values)}{more}</td>'
            f'<td class="text">{escape(str(source))}</td></tr>'
        )
    head = '<tr><th>family</th><th class="text">values, and how many targets</th><th class="text">source</th></tr>'
    return f"<table>{head}{rows}</table>"


def _parameters(parameters: pd.DataFrame, total: int) -> str:
    if parameters.empty:
        return '<p class="quiet">None yet: “Catalogues” asks the TESS Input Catalog and Gaia.</p>'
    rows = "".join(
        f"<tr><td>{escape(str(row['name']))}</td><td>{row['targets']:,}</td>"
        f'<td><progress max="{max(total, 1)}" value="{row["targets"]}" aria-label="coverage"></progress> '
        f"{row['targets'] / max(total, 1):.0%}</td>"
        f"<td>{_number(row['least'])} to {_number(row['most'])}</td>"
        f'<td class="text">{escape(str(row["source"]))}</td></tr>'
        for row in parameters.to_dict("records")
    )
    head = '<tr><th>parameter</th><th>targets</th><th>coverage</th><th>range</th><th class="text">source</th></tr>'
    return f"<table>{head}{rows}</table>"


def _number(value: float) -> str:
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


class HoldingsPane(pn.viewable.Viewer):
    """The inventory; counted anew when something of it has changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.inventory: Inventory | None = None
        self._html = ActionText(self._on_action, sizing_mode="stretch_both", css=CSS)
        self._job = BackgroundJob(session, self._counted)
        self._stale = False
        self._view = pn.Column(self._job.line, self._html, sizing_mode="stretch_both", margin=0)
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
        session.follow(self._shown, "area")
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
            JobKind.FEATURES, f"{name} features", lambda report: extract_features(workspace, name, report, retry=retry)
        )
        self.session.sync()

    def _work(self, report: Reporter) -> tuple[Inventory, dict[str, int]]:
        workspace = self.session.server.workspace
        return inventory(workspace, report), folder_sizes(workspace.folder, report)

    def _counted(self, result: tuple[Inventory, dict[str, int]]) -> None:
        self.inventory, sizes = result
        self._html.object = holdings_html(self.inventory, sizes)
        self._shown()

    def _shown(self, *events: object) -> None:
        if self._stale:
            self.count()

    def _on_action(self, action: str) -> None:
        known = [one.name for one in self.inventory.features] if self.inventory else []
        for start, retry in ((EXTRACT, False), (RETRY, True)):
            name = action.removeprefix(start)
            if action.startswith(start) and name in known:
                self.extract(name, retry=retry)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def workspaces_html(here: Path, others: list[Path]) -> str:
    """Which workspace is open, and how to open another."""
    rows = "".join(
        f'<tr><td class="text">{escape(str(path))}</td>'
        f'<td class="text"><code>clara serve --workspace {escape(quote(str(path)))}</code></td></tr>'
        for path in others
        if path != here
    )
    listed = (
        f'<table><tr><th>opened lately</th><th class="text">open it with</th></tr>{rows}</table>'
        if rows
        else '<p class="quiet">No other workspace was opened lately.</p>'
    )
    return (
        f"<p>Open here: <code>{escape(str(here))}</code></p>"
        "<p>A server shows one workspace. Another one is opened by its own server, in a terminal; several run side by "
        f"side on different ports (<code>--port 5007</code>).</p>{listed}"
    )


class WorkspacesPane(pn.viewable.Viewer):
    """The workspaces of this user, and a new one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._html = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self.path = TextField(
            label="Folder of a new workspace, on the machine of the server",
            labelled=True,
            margin=(8, 10, 4, 10),
            sizing_mode="stretch_width",
        )
        self.button = Button(label="Create", margin=(0, 10), on_click=self.create)
        self._said = live_text(css=":host{padding:4px 10px}", sizing_mode="stretch_width")
        self._view = pn.Column(
            self._html, self.path, self.button, self._said, sizing_mode="stretch_both", margin=0, scroll="y"
        )
        self._show()

    def create(self) -> None:
        """Make an empty workspace, or find that it is one already."""
        text = self.path.value.strip()
        if not text:
            self._said.object = '<span class="problem">type a folder first</span>'
            return
        try:
            folder = Workspace.open(Path(text).expanduser()).folder
        except ClaraError as error:
            self._said.object = f'<span class="problem">{escape(str(error))}</span>'
            return
        remember(folder)
        self._said.object = (
            f"It is there. Open it with <code>clara serve --workspace {escape(quote(str(folder)))} --port 5007</code>"
        )
        self._show()

    def _show(self) -> None:
        self._html.object = workspaces_html(self.session.server.workspace.folder, recent())

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
