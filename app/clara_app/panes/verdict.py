"""Verdicts on the selected star: labels with their keys, a note, undo and redo, and the history with authors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import panel as pn

from clara_app.action_text import ActionText, action_button
from clara_app.card import card, live_text, quiet
from clara_app.formatting import star_name
from clara_app.panes.label_editor import LabelEditor
from clara_app.panes.verdict_entry import ACTION_EVENT, GIVE, Given, VerdictEntry
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import TextInput

__all__ = ["VerdictPane", "agreement_html", "history_html"]

AUTHOR_LENGTH = 40
BAR_CSS = "div{display:flex;flex-wrap:wrap;gap:4px} button{line-height:20px}"
TOOLS_CSS = ":host{white-space:nowrap} button{border-color:transparent;padding:0 5px}"
TOOLS_HTML = "".join(
    action_button(action, f"{sign} {action}", label)
    for action, sign, label in (
        ("undo", "↶", "undo: take back my last verdict (u)"),
        ("redo", "↷", "redo: let it stand again (r)"),
        ("labels", "✎", "labels: their names, keys and meaning"),
        ("next", "→", "next star (j)"),
    )
)


def history_html(history: pd.DataFrame, runs: Mapping[str, str] | None = None) -> str:
    """Verdicts of one star, newest first, with the sector, run and period that were on the screen; notes are escaped.

    Parameters
    ----------
    history : DataFrame
        As `VerdictLog.history`.
    runs : mapping of str to str, optional
        Names of runs by their ids; of one that was removed the id is shown.
    """
    said = history[history["retracts"].isna()]
    said = said.reindex(columns=list(dict.fromkeys([*said, "run_id", "sector"])))
    names = [(runs or {}).get(run_id, run_id) if isinstance(run_id, str) else "" for run_id in said["run_id"]]
    said = said.assign(run=names)
    return render("verdicts", records=list(said.iloc[::-1].itertuples()))


def agreement_html(opinions: pd.DataFrame) -> str:
    """How far the authors agree on one star; empty for fewer than two authors."""
    if len(opinions) < 2:
        return ""
    said = list(zip(opinions["author"], opinions["label"], strict=True))
    return render("agreement", said=said, agree=opinions["label"].nunique() == 1)


class VerdictPane(pn.viewable.Viewer):
    """Vetting of the selected star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.bar = ActionText(
            self.on_action,
            as_event=ACTION_EVENT,
            sizing_mode="stretch_width",
            margin=(0, 8),
            css=BAR_CSS,
        )
        self.entry = VerdictEntry(
            self.on_action,
            self._came,
            self._joined,
            label="note",
            workspace=str(session.server.workspace.folder),
            sizing_mode="stretch_width",
        )
        self.author = TextInput.from_param(
            session.param.author,
            label="your name",
            placeholder="your name",
            description="",
            max_length=AUTHOR_LENGTH,
            width=110,
        )
        self.editor = LabelEditor(session)
        self._actions: dict[str, Callable[[], object]] = {
            "undo": session.undo_verdict,
            "redo": session.redo_verdict,
            "labels": self.editor.open,
            "next": partial(session.step, 1),
        }
        tools = ActionText(self.on_action, as_event=ACTION_EVENT, object=TOOLS_HTML, css=TOOLS_CSS)
        self.history = live_text(
            sizing_mode="stretch_both", min_height=18, styles={"overflow-y": "auto"}, css=":host{padding:0 2px}"
        )
        by = live_text("by", css=":host{opacity:.65}", align="center")
        self._view = card(
            "Verdict",
            self.bar,
            pn.Row(self.entry, margin=(6, 8, 2, 8), sizing_mode="stretch_width"),
            pn.Column(self.history, margin=(0, 8, 4, 8), sizing_mode="stretch_both", min_height=20),
            self.editor,
            tools=(by, self.author, tools),
            chip=session.param.star_origin,
        )
        session.follow(self._write_on, "target_id", "run_id", "period_days", "author", "table")
        session.follow(self._show, "target_id", "verdicts_changed", "labels", "blind", "area", "author")
        session.follow(self._logged_in, "login")
        self._logged_in()
        self._write_on()
        self._show()

    def give(self, label: str, note: str = "") -> None:
        """Give the verdict of this name to the star on the screen; then show the next star, if the queue advances."""
        target_id = self.session.target_id
        self.session.give_verdict(label, note, stored=lambda: self._go_on(target_id))

    def _came(self, given: Given) -> None:
        """Write a verdict; the browser keeps it until the server confirms that it is stored."""

        def stored() -> None:
            self.entry.stored(given.token)
            if not given.late:
                self._go_on(given.target_id)

        self.session.give_verdict(
            given.label,
            given.note,
            target_id=given.target_id,
            run_id=given.run_id,
            period_days=given.period_days,
            author=given.author,
            key=given.session,
            token=given.token,
            stored=stored,
            refused=partial(self.entry.refused, given.token),
        )

    def _go_on(self, target_id: str) -> None:
        session = self.session
        if session.advance and session.area == "vet" and session.requested == target_id:
            session.next_unreviewed()

    def _logged_in(self, *events: object) -> None:
        login = self.session.login
        description = "the name that you logged in with" if login else ""
        self.author.param.update(disabled=bool(login), description=description)

    def _joined(self, tab: str) -> None:
        self.session.key = tab

    def _write_on(self, *events: object) -> None:
        """Send the browser the star that the note belongs to."""
        session = self.session
        row = session.table.loc[session.target_id] if session.target_id in session.table.index else None
        self.entry.param.update(
            target_id=session.target_id,
            run_id=session.run_id,
            period_days=session.period_days,
            author=session.author,
            star_name=session.target_id if row is None else star_name(row),
        )

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        if action.startswith(GIVE):
            self.give(action.removeprefix(GIVE))
        else:
            self._actions[action]()

    def _show(self, *events: object) -> None:
        session = self.session
        there, verdicts = bool(session.target_id), session.server.verdicts
        mine = ""
        if there:
            opinions = verdicts.opinions(session.target_id)
            own = opinions.loc[opinions["author"] == session.author, "label"]
            mine = "" if own.empty else own.iloc[-1]
            hidden = session.hides_scores_of(session.target_id)
            self.history.object = (
                quiet("blind: what others said is shown after your verdict")
                if hidden
                else agreement_html(opinions)
                + history_html(verdicts.history(session.target_id), {run.id: run.name for run in session.runs})
            )
        else:
            self.history.object = ""
        self.bar.object = "".join(
            action_button(
                GIVE + label.name, f"{label.key} {label.name}", pressed=label.name == mine, disabled=not there
            )
            for label in session.labels
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
