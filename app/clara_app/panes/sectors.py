"""What carries over to another sector: designs trained and measured on each, and a new sector seen by an old run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import panel as pn

from clara_app.areas.parts import column, part, row
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text, quiet
from clara_app.compared_runs import ComparedRuns, ComparedRunsBar
from clara_app.formatting import counted, star_name
from clara_app.paged_table import PagedTable
from clara_app.plot_view import PlotView
from clara_app.session import Session
from clara_app.widgets import Button, Select
from clara_engine.jobs import JobKind, Reporter
from clara_engine.plots.sector_matrix import SECTOR_MEASURES, sector_matrix
from clara_engine.studies import sector_matrix as study
from clara_engine.studies.findings import Found, of_sector
from clara_engine.studies.new_sector import NewSector, new_sector
from clara_engine.workspace import Run, RunSpec

__all__ = ["SectorsPane", "new_sector_words"]

CSS = ":host{padding:0 10px}"
ALONE = "All light curves are of one sector: fetch or ingest another, and designs can be trained on each."
NOT_YET = "Train on each sector trains the designs of runs A and B on every sector and measures each on each."
COLUMNS: list[dict[str, Any]] = [
    {"name": "tic", "title": "TIC", "help": "target", "side": "right"},
    {"name": "score", "title": "score", "help": "anomaly score in the new sector, 0 to 1", "side": "right"},
    {"name": "place", "title": "place", "help": "its rank among the light curves from before", "side": "right"},
    {"name": "change", "title": "change", "help": "of the score since it was last seen; new for a star never seen"},
    {"name": "why", "title": "why", "help": "features that changed the score most: before → now", "side": "left"},
]
MOST = 100


def new_sector_words(found: NewSector, run: str) -> str:
    """What a new sector changed, in a sentence.

    Parameters
    ----------
    found : NewSector
    run : str
        Name of the run.
    """
    words = (
        f"{run}: {counted(len(found.stars), 'new light curve')} beside {found.earlier:,}; of stars that were known: "
        f"{found.seen_before:,}"
    )
    if found.shift == found.shift:
        words += f"; score change {found.shift:+.3f} ({found.shift_low:+.3f} to {found.shift_high:+.3f}) in the median"
    taught = f"; {found.trained:,} of them trained the run" if found.trained else ""
    return f"{words}{taught}. {len(found.new()):,} new in the top 5 %, {len(found.changed()):,} changed unusually."


class SectorsPane(pn.viewable.Viewer):
    """The matrix that was measured last, and what the sector that is chosen changed for run A.

    Parameters
    ----------
    shown : callable
        Whether the pane is in view.
    """

    def __init__(self, session: Session, compared: ComparedRuns, shown: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.session, self.compared, self._in_view = session, compared, shown
        self.listed: list[str] = []
        self.measure = Select(
            label="measure",
            options={title: name for name, (title, _) in SECTOR_MEASURES.items()},
            value="auc",
            width=250,
        )
        self.train = Button(
            label="Train on each sector",
            on_click=self.press,
            description="train the designs of runs A and B on every sector, and measure each on each",
        )
        self.sector = Select(label="new sector", options={}, width=120)
        self.look = Button(
            label="What is new",
            on_click=self.compare,
            description="score this sector with run A: what is new, what changed its place, and why",
        )
        self.job = BackgroundJob(session, self.measured, stopped="measuring was cancelled")
        self.note, self._words = (live_text(css=CSS, sizing_mode="stretch_width") for _ in range(2))
        self.plot = PlotView(sector_matrix)
        self.figure = part(self.plot, "1 1 0")
        self.stars = PagedTable(
            self.row_clicked,
            columns=COLUMNS,
            sizing_mode="stretch_both",
            empty="Nothing is new here, and no star changed unusually.",
        )
        bar = {"align-items": "center", "gap": "8px"}
        left = column(pn.Row(self.measure, self.train, margin=(2, 10), styles=bar), self.note, self.figure)
        right = column(pn.Row(self.sector, self.look, margin=(2, 10), styles=bar), self._words, self.stars)
        self._view = pn.Column(
            pn.Row(ComparedRunsBar(compared), margin=(2, 10), height=32, styles=bar),
            self.job.line,
            row(part(left, "1 1 0"), part(right, "1 1 0")),
            sizing_mode="stretch_both",
            margin=0,
        )
        self.measure.param.watch(self.refresh, "value")
        self.sector.param.watch(self.refresh, "value")
        compared.param.watch(self.refresh, "changed")
        session.follow(self.refresh, "area", "scored", "studies_changed")
        session.follow(lambda event: self.plot.paint(event.new), "dark")
        self.refresh()

    def specs(self) -> list[RunSpec]:
        """The designs of runs A and B, each once."""
        found: dict[str, RunSpec] = {}
        for run in (self.compared.first, self.compared.second):
            if run is not None:
                bare = run.spec.model_copy(update={"name": "", "training_sectors": ()})
                found.setdefault(bare.model_dump_json(), run.spec)
        names = [spec.name for spec in found.values()]
        return [
            spec if names.count(spec.name) == 1 else spec.model_copy(update={"name": f"{spec.name[:70]} ({number})"})
            for number, spec in enumerate(found.values(), start=1)
        ]

    def press(self) -> None:
        """Queue the matrix."""
        specs = self.specs()
        if not specs:
            return
        kept = self.session.server.storing_result(JobKind.SECTORS, "", partial(self._measure, specs))
        self.job.start(JobKind.SECTORS, f"{', '.join(spec.name for spec in specs)} on each sector", kept)

    def compare(self) -> None:
        """Queue the comparison of the new sector with what run A knew."""
        run, sector = self.compared.first, self.sector.value
        if run is None or sector is None:
            return
        work = partial(self._compare, run, sector)
        kept = self.session.server.storing_result(JobKind.NEW_SECTOR, of_sector(run, sector), work)
        self.job.start(JobKind.NEW_SECTOR, f"sector {sector} by {run.name}", kept)

    def _measure(self, specs: list[RunSpec], report: Reporter) -> Found:
        family = self.session.family_value
        label = family if all(family) else None
        return Found(study.sector_matrix(self.session.server.workspace, specs, label=label, report=report))

    def _compare(self, run: Run, sector: int, report: Reporter) -> NewSector:
        return new_sector(self.session.server.workspace, run, sector, report=report)

    def measured(self, result: object) -> None:
        """Show what was measured."""
        self.session.refresh()
        self.refresh()

    def refresh(self, *events: object) -> None:
        """Show what is known, if the pane is in view."""
        if not self._in_view():
            return
        sectors = sorted({int(sector) for sector in self.session.server.catalogue()["sector"].dropna()})
        if list(self.sector.options.values()) != sectors:
            options = {f"sector {sector}": sector for sector in sectors}
            self.sector.param.update(options=options, value=sectors[-1] if sectors else None)
        several = len(sectors) > 1
        self.train.disabled = self.look.disabled = not several or self.compared.first is None
        self._show_matrix(several)
        self._show_stars()

    def _show_matrix(self, several: bool) -> None:
        found: Found | None = self.session.server.finding(JobKind.SECTORS)
        self.figure.visible = found is not None
        if found is None:
            self.note.object = quiet(NOT_YET if several else ALONE)
            return
        label = found.table["label"].iloc[0].replace("/", " ")
        self.note.object = quiet(
            f"finding {label}; framed: measured on the sector that trained it; point at a cell for its interval and "
            "the change against the run of that sector. Stars are scored by trees that saw none of their light curves."
        )
        self.plot.draw(table=found.table, measure=self.measure.value, dark=self.session.dark)

    def _show_stars(self) -> None:
        run, sector = self.compared.first, self.sector.value
        found: NewSector | None = None
        if run is not None and sector is not None:
            found = self.session.server.finding(JobKind.NEW_SECTOR, of_sector(run, sector))
        self.stars.visible = found is not None
        if found is None or run is None:
            self._words.object = quiet("What is new scores this sector with run A, and tells which stars changed.")
            self.listed, self.stars.rows = [], []
            return
        self._words.object = quiet(new_sector_words(found, run.name))
        changed = pd.concat([found.new(), found.changed()]).drop_duplicates("target_id").head(MOST)
        self.listed = changed["target_id"].tolist()
        stars = self.session.server.catalogue().reindex(self.listed)[["tic", "catalogue", "which"]].to_dict("records")
        self.stars.rows = [
            [
                star_name(star),
                f"{one.anomaly_score:.3f}",
                f"{one.place:,}",
                "new" if pd.isna(one.before_id) else f"{one.change:+.3f}",
                _reason(found.reasons, one.target_id),
            ]
            for star, one in zip(stars, changed.itertuples(), strict=True)
        ]

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        if 0 <= place < len(self.listed):
            self.session.show(self.listed[place])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _reason(reasons: pd.DataFrame, target_id: str) -> str:
    mine = reasons[(reasons["target_id"] == target_id) & (reasons["feature"] != "all others")].head(2)
    return "; ".join(f"{one.feature} {one.before:.3g} → {one.now:.3g}" for one in mine.itertuples())
