"""The dialog in which the labels of verdicts are named, given a key, and said to mean an anomaly or not."""

from __future__ import annotations

from collections.abc import Sequence

import panel as pn

from clara_app.background_job import problem_html
from clara_app.card import html, live_text
from clara_app.dialog import Dialog
from clara_app.session import Session
from clara_app.widgets import Button, Select, TextInput
from clara_engine.store.vocabulary import RESERVED_KEYS, VerdictLabel

__all__ = ["LabelEditor"]

MEANINGS: dict[str, bool | None] = {"anomaly": True, "not an anomaly": False, "says neither": None}
HELP = (
    "Keys are digits or small letters, but not "
    f"{', '.join(sorted(RESERVED_KEYS))}. Active learning learns from what is an anomaly and what is not. "
    "Verdicts that were given keep their label."
)


class _Line:
    """One label as it is being edited."""

    def __init__(self, label: VerdictLabel, remove: object) -> None:
        self.key = TextInput(label="key", value=label.key, placeholder="key", max_length=1, width=48)
        self.name = TextInput(
            label="label",
            value=label.name,
            placeholder="label",
            sizing_mode="stretch_width",
        )
        title = next(title for title, anomaly in MEANINGS.items() if anomaly is label.anomaly)
        self.meaning = Select(label="meaning", options=list(MEANINGS), value=title, width=140)
        gone = Button(
            symbol="✕",
            look="text",
            label=f"remove {label.name or 'this label'}",
            on_click=lambda: remove(self),  # type: ignore[operator]
        )
        self.row = pn.Row(
            self.key,
            self.name,
            self.meaning,
            gone,
            sizing_mode="stretch_width",
            margin=(2, 0),
            styles={"gap": "6px", "align-items": "center"},
        )

    def label(self) -> VerdictLabel:
        """The label as it is written now."""
        name, key = (field.value_input or field.value or "" for field in (self.name, self.key))
        return VerdictLabel(name, key, MEANINGS[self.meaning.value])


class LabelEditor(pn.viewable.Viewer):
    """A dialog; nothing changes before Save."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.lines: list[_Line] = []
        self._list = pn.Column(sizing_mode="stretch_width", margin=0)
        self.problem = live_text(sizing_mode="stretch_width")
        add = Button(label="Add a label", look="text", on_click=self.add)
        save = Button(label="Save", look="filled", on_click=self.save)
        self.dialog = Dialog(
            html(f"<p class='quiet'>{HELP}</p>"),
            self._list,
            self.problem,
            pn.Row(add, pn.layout.HSpacer(), save, sizing_mode="stretch_width", margin=(8, 0)),
            title="Labels",
            width=600,
            click_closes=False,
        )

    def open(self) -> None:
        """Show the labels of the workspace."""
        self.problem.object = ""
        self._set([_Line(label, self.remove) for label in self.session.labels])
        self.dialog.open = True

    def add(self, label: VerdictLabel | None = None) -> None:
        """Another label, empty by default."""
        self._set([*self.lines, _Line(label or VerdictLabel("", ""), self.remove)])

    def remove(self, line: _Line) -> None:
        """Take a label off the list."""
        self._set([one for one in self.lines if one is not line])

    def save(self) -> None:
        """Keep the labels and close, or say what is wrong."""
        labels, author = [line.label() for line in self.lines], self.session.signature()

        def done(kept: Sequence[VerdictLabel]) -> None:
            self.dialog.open = False

        def refused(why: str) -> None:
            self.problem.object = problem_html(why)

        self.session.write(lambda: self.session.server.workspace.vocabulary.save(labels, author), done, refused)

    def _set(self, lines: list[_Line]) -> None:
        self.lines = lines
        self._list.objects = [line.row for line in lines]

    def __panel__(self) -> pn.viewable.Viewable:
        return self.dialog.__panel__()
