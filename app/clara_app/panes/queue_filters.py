"""Which stars the queue lists: of a magnitude, a kind, a label of a catalogue, or a condition."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn
import param

from clara_app.background_job import problem_html
from clara_app.card import live_text
from clara_app.formatting import label_options
from clara_app.in_thread import LatestRequest
from clara_app.session import Session
from clara_app.widgets import FloatInput, Select, TextInput
from clara_engine.studies.subset import stars_where

__all__ = ["QueueFilters"]

ANY = ""


class QueueFilters(pn.viewable.Viewer):
    """Fields that each leave stars out; empty ones leave out none.

    Attributes
    ----------
    chosen : frozenset of str, or None
        Target ids that pass; None where nothing is asked.
    """

    chosen = param.Parameter(None)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._ask = LatestRequest(session)
        named: dict[str, Any] = {"labelled": True, "margin": (7, 3, 2, 3)}
        self.label = Select(label="label", options={"any": ANY}, sizing_mode="stretch_width", **named)
        self.kind = Select(label="kind", options={"any": ANY}, width=90, **named)
        self.bright, self.faint = (
            FloatInput(label=words, value=None, width=64, step=0.5, placeholder="mag", **named)
            for words in ("T from", "T to")
        )
        for end in (self.bright, self.faint):
            end.more = {"optional": True}
            end.tell()
        self.where = TextInput(
            label="condition",
            placeholder="teff < 4000 and wrss > 0.9 …",
            description="in SQL; it knows scores, WRSS, kind_planet …, cluster, labels, verdict and parameters",
            max_length=400,
            sizing_mode="stretch_width",
            **named,
        )
        self.why = live_text(css=":host{padding:0 8px}", sizing_mode="stretch_width")
        fields: tuple[Any, ...] = (self.label, self.kind, self.bright, self.faint, self.where)
        self._view = pn.Column(
            pn.Row(*fields[:-1], margin=0, sizing_mode="stretch_width"),
            self.where,
            self.why,
            sizing_mode="stretch_width",
            margin=(0, 5),
        )
        for field in fields:
            field.param.watch(self._changed, "value")
        session.follow(self._offer, "scored", "labels_changed")
        self._offer()

    def clear(self) -> None:
        """Leave out none."""
        self.label.value = self.kind.value = ANY
        self.bright.value = self.faint.value = None
        self.where.clear()

    def _offer(self, *events: object) -> None:
        table = self.session.table
        self._members = self.session.server.labels.members(table.index)
        kinds = sorted(table["kind"].dropna().unique()) if "kind" in table else []
        for field, options in (
            (self.label, {words: "/".join(label) for words, label in label_options(self._members).items()}),
            (self.kind, {kind: kind for kind in kinds}),
        ):
            value = field.value if field.value in options.values() else ANY
            field.param.update(options={"any": ANY} | options, value=value)
        self.kind.visible = bool(kinds)
        self._changed()

    def _changed(self, *events: object) -> None:
        self.where.mark("")
        self.why.object = ""
        condition = (self.where.value or "").strip()
        if not condition:
            self._ask.cancel()
            self._choose(None)
            return
        workspace, run = self.session.server.workspace, self.session.run
        self._ask(lambda: stars_where(workspace, condition, run), self._choose, self._refuse)

    def _refuse(self, why: str) -> None:
        self.where.mark(why)
        self.why.object = problem_html(why)
        self._choose([])

    def _choose(self, meeting: list[str] | None) -> None:
        table = self.session.table
        passes = pd.Series(True, table.index)
        if meeting is not None:
            passes &= table.index.isin(meeting)
        if self.label.value != ANY:
            family, _, value = str(self.label.value).partition("/")
            passes &= self._members[family, value]
        if self.kind.value != ANY:
            passes &= table["kind"] == self.kind.value
        if self.bright.value is not None:
            passes &= table["tmag"] >= self.bright.value
        if self.faint.value is not None:
            passes &= table["tmag"] <= self.faint.value
        self.chosen = None if passes.all() and meeting is None else frozenset(table.index[passes])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
