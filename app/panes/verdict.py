"""What people say about the selected star: labels on keys, a note, undo and redo, and who said what when."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from html import escape

import pandas as pd
import panel as pn

from app.act_text import ActText, act_button
from app.card import card, live_text
from app.fields import TextField
from app.panes.label_editor import LabelEditor
from app.session import Session

__all__ = ["VerdictPane", "agreement_html", "history_html"]

NOTE_LENGTH = 2000
AUTHOR_LENGTH = 40
GIVE = "give:"
BAR_CSS = "div{display:flex;flex-wrap:wrap;gap:4px} button{line-height:20px}"
TOOLS_CSS = ":host{white-space:nowrap} button{border-color:transparent;padding:0 5px}"
TOOLS_HTML = "".join(
    act_button(act, f"{sign} {act}", label)
    for act, sign, label in (
        ("undo", "↶", "undo: take back my last verdict (u)"),
        ("redo", "↷", "redo: let it stand again (r)"),
        ("labels", "✎", "labels: their names, keys and meaning"),
        ("next", "→", "next star (j)"),
    )
)


def history_html(history: pd.DataFrame) -> str:
    """Verdicts of one star, newest first; whatever a person wrote is shown as text."""
    said = history[history["retracts"].isna()]
    if said.empty:
        return '<span class="quiet">no verdict yet</span>'
    lines = []
    for record in said.iloc[::-1].itertuples():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(record.created))
        period = f" · P {record.period_days:.6g} d" if pd.notna(record.period_days) else ""
        note = f" · “{escape(record.note)}”" if record.note else ""
        words = (
            f"<b>{escape(record.label)}</b>{note} <span class='quiet'>{escape(record.author)}, {when}{period}</span>"
        )
        lines.append(f"<div>{words}</div>" if record.standing else f"<div class='quiet'><s>{words}</s></div>")
    return "".join(lines)


def agreement_html(opinions: pd.DataFrame) -> str:
    """Whether several people say the same of one star; nothing for fewer than two."""
    if len(opinions) < 2:
        return ""
    said = " · ".join(
        f"{escape(author)}: <b>{escape(label)}</b>"
        for author, label in zip(opinions["author"], opinions["label"], strict=True)
    )
    agree = opinions["label"].nunique() == 1
    sign = "✓ agree" if agree else "≠ opinions differ"
    return f'<div><span class="chip">{sign}</span> {said}</div>'


class VerdictPane(pn.viewable.Viewer):
    """Vetting of the selected star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.bar = ActText(self._act, sizing_mode="stretch_width", margin=(0, 8), css=BAR_CSS)
        self.note = TextField(
            label="note", placeholder="note (kept with the verdict)", max_length=NOTE_LENGTH,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self.author = TextField.from_param(
            session.param.author, label="your name", placeholder="your name", description="", max_length=AUTHOR_LENGTH,
            width=110,
        )  # fmt: skip
        self.editor = LabelEditor(session)
        self._acts: dict[str, Callable[[], object]] = {
            "undo": session.undo_verdict, "redo": session.redo_verdict, "labels": self.editor.open,
            "next": partial(session.step, 1),
        }  # fmt: skip
        tools = ActText(self._act, object=TOOLS_HTML, css=TOOLS_CSS)
        self._history = live_text(
            sizing_mode="stretch_both", min_height=18, styles={"overflow-y": "auto"}, css=":host{padding:0 2px}"
        )
        by = live_text("by", css=":host{opacity:.65}", align="center")
        self._view = card(
            "Verdict",
            self.bar,
            pn.Row(self.note, margin=(6, 8, 2, 8), sizing_mode="stretch_width"),
            pn.Column(self._history, margin=(0, 8, 4, 8), sizing_mode="stretch_both", min_height=20),
            self.editor,
            tools=(by, self.author, tools),
            chip=session.param.star_origin,
        )
        session.follow(self._show, "target_id", "verdicts_changed", "labels")
        self._show()

    def give(self, label: str) -> None:
        """The verdict of this name, with the note that is written; then the next star, if the queue moves on."""
        session = self.session
        if not session.target_id:
            return
        session.give_verdict(label, self.note.value_input or self.note.value or "")
        self.note.clear()
        if session.advance and session.area == "vet":
            session.next_unreviewed()

    def _act(self, act: str) -> None:
        if act.startswith(GIVE):
            self.give(act.removeprefix(GIVE))
        else:
            self._acts[act]()

    def _show(self, *events: object) -> None:
        session = self.session
        there, verdicts = bool(session.target_id), session.server.workspace.verdicts
        mine = ""
        if there:
            opinions = verdicts.opinions(session.target_id)
            own = opinions.loc[opinions["author"] == session.author, "label"]
            mine = "" if own.empty else own.iloc[-1]
            self._history.object = agreement_html(opinions) + history_html(verdicts.history(session.target_id))
        else:
            self._history.object = ""
        self.bar.object = "".join(
            act_button(GIVE + label.name, f"{label.key} {label.name}", pressed=label.name == mine, disabled=not there)
            for label in session.labels
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
