"""The selection: how the next outline changes it, saved selections, and a run that finds more stars like it."""

from __future__ import annotations

import panel as pn

from clara_app.card import live_text, quiet
from clara_app.hiding import show
from clara_app.session import Session
from clara_app.widgets import Button, RadioButtonGroup, Select, TextInput
from clara_engine.store.selections import NamedSelection
from clara_engine.studies.subset import stars_where

__all__ = ["MODES", "SelectionBar", "combined"]

#: What the next outline does with the present selection.
MODES = {"new": "replace", "+": "add", "−": "subtract"}


def combined(before: list[str], drawn: list[str], mode: str) -> list[str]:
    """The selection after another outline: ``"replace"``, ``"add"`` or ``"subtract"``."""
    if mode == "add":
        return list(dict.fromkeys([*before, *drawn]))
    if mode == "subtract":
        gone = set(drawn)
        return [target_id for target_id in before if target_id not in gone]
    return drawn


class SelectionBar(pn.viewable.Viewer):
    """One line below the map."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.mode = RadioButtonGroup(
            label="what the next outline does",
            options=MODES,
            value="replace",
            description="what the next outline does: start anew, add, or subtract",
        )
        self.count = live_text(align="center", css=":host{white-space:nowrap}")
        self.clear = Button(label="clear", description="select nothing", on_click=lambda: self.choose([]), look="text")
        self.invert = Button(
            label="invert", description="select all others", on_click=self.invert_selection, look="text"
        )
        self.saved = Select(label="saved selections", options={}, width=120)
        self.title = TextInput(
            label="name of the selection",
            placeholder="name it …",
            width=76,
            max_length=60,
            kept=f"{session.server.workspace.folder} selection",
        )
        self.where = TextInput(
            label="select by a condition",
            placeholder="where teff < 4000 …",
            description="select the stars that meet a condition in SQL, such as anomaly_score > 0.3 and teff < 4000; "
            "it knows scores, WRSS, kind_planet …, cluster, labels, verdict and parameters",
            sizing_mode="stretch_width",
            min_width=60,
            max_width=260,
            max_length=400,
        )
        self.more = Button(
            label="find more like these",
            description="train a forest with these stars as the contrast set",
            on_click=session.more_like_these,
        )
        self._view = pn.Row(
            self.mode,
            self.count,
            self.clear,
            self.invert,
            self.where,
            self.saved,
            self.title,
            self.more,
            margin=(2, 8),
            height=28,
            sizing_mode="stretch_width",
            styles={"gap": "4px", "align-items": "center"},
        )
        self.saved.param.watch(self._recalled, "value")
        self.title.enter(self.save)
        self.where.enter(self.select_where)
        session.follow(self._show, "selection")
        session.follow(self._offer, "selections_changed")
        self._offer()
        self._show()

    def draw(self, drawn: list[str]) -> None:
        """Change the selection by the stars in an outline that was drawn."""
        self.choose(combined(self.session.selection, drawn, self.mode.value))

    def choose(self, target_ids: list[str]) -> None:
        """Select these targets."""
        self.saved.value = None
        self.session.selection = target_ids

    def invert_selection(self) -> None:
        """Select all stars that are not selected."""
        gone = set(self.session.selection)
        self.choose([target_id for target_id in self.session.table.index if target_id not in gone])

    def select_where(self) -> None:
        """Select the stars that meet the condition that was typed, strangest first."""
        session = self.session
        condition = (self.where.value_input or self.where.value or "").strip()
        if not condition:
            return
        workspace, run = session.server.workspace, session.run

        def done(found: list[str]) -> None:
            known = set(session.table.index)
            chosen = [target_id for target_id in found if target_id in known]
            session.notice = "" if chosen else f"no star here meets {condition}"
            if chosen:
                self.choose(chosen)

        session.compute(lambda: stars_where(workspace, condition, run), done)

    def save(self) -> None:
        """Save the selection under the name that was typed."""
        session = self.session
        name, chosen = self.title.value_input or self.title.value or "", list(session.selection)

        def done(kept: NamedSelection) -> None:
            self.title.clear()
            session.notice = f"selection {kept.name} is kept"

        book, author = session.server.workspace.selections, session.signature()
        session.write(lambda: book.save(name, chosen, author), done)

    def _recalled(self, event: object) -> None:
        if self.saved.value:
            known = set(self.session.table.index)
            kept = self.session.server.groups.selection(self.saved.value)
            self.session.selection = [target_id for target_id in kept.target_ids if target_id in known]

    def _offer(self, *events: object) -> None:
        kept = self.session.server.groups.selections()
        options = {"saved …": None} | {f"{one.name} ({len(one.target_ids):,})": one.name for one in kept}
        self.saved.options = options
        show(self.saved, bool(kept) and not self.session.selection)

    def _show(self, *events: object) -> None:
        count = len(self.session.selection)
        words = f"{count:,} selected" if count else "draw around stars to select"
        self.count.object = quiet(words)
        show(self.saved, not count and len(self.saved.options) > 1)
        show(self.where, not count)
        for one in (self.clear, self.invert, self.title, self.more):
            show(one, count > 0)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
