"""What people say about the selected star: labels on keys, a note, undo and redo, and who said what when."""

from __future__ import annotations

import time
from functools import partial
from html import escape

import pandas as pd
import panel as pn
import panel_material_ui as pmui

from app.card import card, live_text
from app.panes.label_editor import LabelEditor
from app.session import Session

__all__ = ["VerdictPane", "agreement_html", "history_html"]

NOTE_LENGTH = 2000
AUTHOR_LENGTH = 40
COMPACT = {"minWidth": "0", "padding": "1px 7px", "fontSize": "12px", "lineHeight": "1.5"}
FIELD = {"& input": {"padding": "3px 8px", "fontSize": "12px"}}


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
        self.buttons: list[pmui.Button] = []
        self._bar = pn.FlexBox(gap="4px", margin=(0, 8), sizing_mode="stretch_width")
        self.note = pmui.TextInput(
            placeholder="note (kept with the verdict)", max_length=NOTE_LENGTH, size="small", margin=0, label="",
            sizing_mode="stretch_width", sx=FIELD,
        )  # fmt: skip
        self.author = pmui.TextInput.from_param(
            session.param.author, placeholder="your name", label="", description="", max_length=AUTHOR_LENGTH,
            size="small", width=110, margin=0, sx=FIELD,
        )  # fmt: skip
        self.editor = LabelEditor(session)
        self.undo = self._tool("undo", "undo", "take back my last verdict  u", session.undo_verdict)
        self.redo = self._tool("redo", "redo", "let it stand again  r", session.redo_verdict)
        self.labels = self._tool("labels", "edit", "names, keys and meaning of the labels", self.editor.open)
        self.next = self._tool("next", "arrow_forward", "next star  j", partial(session.step, 1))
        self._history = live_text(
            sizing_mode="stretch_both", min_height=18, styles={"overflow-y": "auto"}, css=":host{padding:0 2px}"
        )
        by = live_text("by", css=":host{opacity:.65}", align="center")
        self._view = card(
            "Verdict",
            self._bar,
            pn.Row(self.note, margin=(6, 8, 2, 8), sizing_mode="stretch_width"),
            pn.Column(self._history, margin=(0, 8, 4, 8), sizing_mode="stretch_both", min_height=20),
            self.editor,
            tools=(by, self.author, self.undo, self.redo, self.labels, self.next),
            chip=session.param.star_origin,
        )
        session.follow(self._make_buttons, "labels")
        session.follow(self._show, "target_id", "verdicts_changed")
        self._make_buttons()

    def give(self, label: str) -> None:
        """The verdict of this name, with the note that is written; then the next star, if the queue moves on."""
        session = self.session
        if not session.target_id:
            return
        session.give_verdict(label, self.note.value_input or self.note.value or "")
        self.note.param.update(value="", value_input="")
        if session.advance and session.area == "vet":
            session.next_unreviewed()

    @staticmethod
    def _tool(label: str, icon: str, description: str, act: object) -> pmui.Button:
        return pmui.Button(
            label=label, description=description, icon=icon, size="small", variant="text", margin=0, sx=COMPACT,
            on_click=lambda event: act(),  # type: ignore[operator]
        )  # fmt: skip

    def _make_buttons(self, *events: object) -> None:
        self.buttons = [
            pmui.Button(
                label=f"{label.key} {label.name}", on_click=partial(self._pressed, label.name), variant="outlined",
                size="small", margin=0, sx=COMPACT,
            )
            for label in self.session.labels
        ]  # fmt: skip
        self._bar.objects = self.buttons
        self._show()

    def _pressed(self, label: str, event: object) -> None:
        self.give(label)

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
        for button, label in zip(self.buttons, session.labels, strict=True):
            button.param.update(disabled=not there, variant="contained" if label.name == mine else "outlined")

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
