"""What the selected star is like: the labelled star that it resembles most, and how far to trust that."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import panel as pn

from clara_app.card import live_text
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.jobs import JobKind, Reporter
from clara_engine.similarity import HeldOut
from clara_engine.studies.similar import (
    LabelMatches,
    calibrated_similarity,
    keep_matches,
    match_title,
    published_similarity,
)

__all__ = ["LabelMatchPane", "held_out_html", "match_html"]

CALIBRATED, PUBLISHED = "calibrated", "published"
HINT = (
    "calibrated: standardised features, the nearest references vote, with a probability that was tested on held-out "
    "references. published: cosine after a PCA of 50 components, threshold 0.6, four groups."
)
CSS = """
:host { padding: 2px 10px 4px; box-sizing: border-box; overflow-y: auto; }
.matrix { width: auto; } .matrix td { border: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.own { font-weight: 700; } p { margin: 2px 0; }
"""


def match_html(row: pd.Series, matches: LabelMatches) -> str:
    """The label of one star, with its probability or similarity.

    Parameters
    ----------
    row : Series
        Its row of `LabelMatches.table`.
    """
    shares = [(name[2:], float(row[name])) for name in row.index if name.startswith("p_")]
    return render(
        "match",
        row=row,
        matches=matches,
        shares=sorted(shares, key=lambda pair: -pair[1])[:4],
        nearest=row["reference_label"] if isinstance(row["reference_label"], str) else "",
    )


def held_out_html(held_out: HeldOut) -> str:
    """How well references are recognised by the others, as numbers beside chance and as a confusion matrix."""
    share, table = held_out.correct / held_out.total, held_out.confusion
    return render(
        "held_out",
        held_out=held_out,
        share=share,
        error=np.sqrt(share * (1 - share) / held_out.total),
        names=list(table.columns),
        rows=[(label, list(counts.items())) for label, counts in table.iterrows()],
    )


class LabelMatchPane(pn.viewable.Viewer):
    """Matching to the stars that carry a label of a family. The work is done once for all stars, as a job."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        families = session.server.workspace.families.families()
        self.family = Select(
            label="labels to match with",
            options=families,
            width=120,
            description="labels to match with: a catalogue's, or your own verdicts",
        )
        self.mode = Select(
            label="way of matching",
            options=[CALIBRATED, PUBLISHED],
            value=CALIBRATED,
            width=110,
            description=HINT,
        )
        self.button = Button(
            label="Match",
            align="center",
            on_click=self.press,
            description="match every star with the labelled ones",
        )
        self.see = Button(
            label="see that star",
            look="text",
            align="center",
            visible=False,
            on_click=self.see_reference,
            description="show the labelled star that it is most like",
        )
        self._reference: str | None = None
        self.html = live_text(css=CSS, sizing_mode="stretch_both")
        self._view = pn.Column(
            pn.Row(
                self.family,
                self.mode,
                self.button,
                self.see,
                margin=(0, 10),
                height=28,
                styles={"gap": "6px", "align-items": "center"},
            ),
            self.html,
            sizing_mode="stretch_both",
            margin=0,
        )
        for choice in (self.family, self.mode):
            choice.param.watch(self._show, "value")
        session.follow(self._show, "star", "jobs", "studies_changed", "views")
        session.follow(self._families_changed, "verdicts_changed", "labels_changed")
        self._show()

    def press(self) -> None:
        """Queue the matching."""
        if self.family.value:
            server, title = self.session.server, self._title
            work = server.storing_result(JobKind.MATCH, title, partial(self._match, self.family.value, self.mode.value))
            server.submit_once(JobKind.MATCH, title, work, author=self.session.signature())
            self.session.sync()

    def see_reference(self) -> None:
        """Show the labelled star that the selected one is most like."""
        if self._reference:
            self.session.show(self._reference)

    @property
    def _title(self) -> str:
        return match_title(self.family.value or "", published=self.mode.value == PUBLISHED)

    def _match(self, family: str, mode: str, report: Reporter) -> LabelMatches:
        report.stage("matching")
        workspace = self.session.server.workspace
        found = (published_similarity if mode == PUBLISHED else calibrated_similarity)(workspace, family)
        keep_matches(workspace, family, found)
        return found

    def _families_changed(self, *events: object) -> None:
        families = self.session.server.workspace.families.families()
        if families != self.family.options:
            kept = self.family.value if self.family.value in families else next(iter(families), None)
            self.family.param.update(options=families, value=kept)

    def _show(self, *events: object) -> None:
        session = self.session
        if "similar" not in session.views:
            return
        title = self._title
        busy = any(job.kind == JobKind.MATCH and job.title == title and job.state.active for job in session.jobs)
        matches: LabelMatches | None = session.server.finding(JobKind.MATCH, title)
        self.button.param.update(
            disabled=busy or not self.family.value,
            label="being matched" if busy else "Match" if matches is None else "Match again",
        )
        self._reference = None
        if not self.family.value:
            words = "No labels yet: give verdicts, add a table with <code>clara label</code>, or ask the catalogues."
            self.html.object = f'<span class="quiet">{words}</span>'
        elif matches is None:
            words = "Match tells which labelled stars each star is like, in the features of its light curve."
            self.html.object = f'<span class="quiet">{words}</span>'
        else:
            self.html.object = self._words(matches)
        self.see.visible = self._reference is not None

    def _words(self, matches: LabelMatches) -> str:
        rows = matches.table[matches.table["target_id"] == self.session.target_id]
        tested = held_out_html(matches.held_out) if matches.held_out is not None else ""
        if rows.empty:
            return f'<p class="quiet">This star has no features yet.</p>{tested}'
        row = rows.iloc[0]
        self._reference = row["reference_id"] if isinstance(row["reference_id"], str) else None
        return match_html(row, matches) + tested

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
