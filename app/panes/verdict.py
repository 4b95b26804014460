"""What people say about the selected star: labels on keys, a note, undo, and who said what when."""

from __future__ import annotations

import time
from functools import partial
from html import escape

import pandas as pd
import panel as pn
import panel_material_ui as pmui

from app.card import card, live_text
from app.session import Session

__all__ = ["LABELS", "VerdictPane", "history_html"]

#: In the order of the keys 1 to 9.
LABELS = (
    "planet", "eclipsing binary", "flare", "pulsator", "rotator", "dipper", "single event", "instrument", "nothing",
)  # fmt: skip
NOTE_LENGTH = 2000


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


class VerdictPane(pn.viewable.Viewer):
    """Vetting of the selected star."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        compact = {"minWidth": "0", "padding": "1px 7px", "fontSize": "12px", "lineHeight": "1.5"}
        self.buttons = [
            pmui.Button(
                label=f"{key} {label}", on_click=partial(self._pressed, label), variant="outlined", size="small",
                margin=0, sx=compact,
            )
            for key, label in enumerate(LABELS, start=1)
        ]  # fmt: skip
        self.note = pmui.TextInput(
            placeholder="note (kept with the verdict)", max_length=NOTE_LENGTH, size="small", margin=0, label="",
            sizing_mode="stretch_width", sx={"& input": {"padding": "3px 8px", "fontSize": "12px"}},
        )  # fmt: skip
        self.undo = pmui.Button(
            label="undo", description="take back my last verdict  u", icon="undo", size="small", variant="text",
            margin=0, sx=compact, on_click=lambda event: session.undo_verdict(),
        )  # fmt: skip
        self.next = pmui.Button(
            label="next", description="next in the ranking  j", end_icon="arrow_forward", size="small", variant="text",
            margin=0, sx=compact, on_click=lambda event: session.step(1),
        )  # fmt: skip
        self._history = live_text(
            sizing_mode="stretch_both", min_height=18, styles={"overflow-y": "auto"}, css=":host{padding:0 2px}"
        )
        self._view = card(
            "Verdict",
            pn.FlexBox(*self.buttons, gap="4px", margin=(0, 8), sizing_mode="stretch_width"),
            pn.Row(self.note, margin=(6, 8, 2, 8), sizing_mode="stretch_width"),
            pn.Column(self._history, margin=(0, 8, 4, 8), sizing_mode="stretch_both", min_height=20),
            tools=(self.undo, self.next),
            chip=session.param.star_origin,
        )
        session.follow(self._show, "target_id", "verdicts_changed")
        self._show()

    def give(self, key: int) -> None:
        """The verdict on a key, 1 to 9, with the note that is written."""
        self.session.give_verdict(LABELS[key - 1], self.note.value_input or self.note.value or "")
        self.note.param.update(value="", value_input="")

    def _pressed(self, label: str, event: object) -> None:
        self.give(LABELS.index(label) + 1)

    def _show(self, *events: object) -> None:
        there = bool(self.session.target_id)
        for button in self.buttons:
            button.disabled = not there
        self._history.object = (
            history_html(self.session.server.workspace.verdicts.history(self.session.target_id)) if there else ""
        )
        latest = self.session.table["verdict"].get(self.session.target_id) if "verdict" in self.session.table else None
        for button, label in zip(self.buttons, LABELS, strict=True):
            button.variant = "contained" if label == latest else "outlined"

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
