"""The vetting queue: who is to be looked at next, what was said of whom, and how far it is done."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.group_line import group_line
from clara_app.paged_table import PagedTable
from clara_app.panes.export_bar import ExportBar
from clara_app.panes.queue_filters import QueueFilters
from clara_app.panes.queue_rows import line_of, progress_line, queue_columns, queue_rows
from clara_app.session import Session
from clara_app.theme import progress_css
from clara_app.widgets import Button, Checkbox, Select, Toggle
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.active import learned_scores
from clara_engine.studies.vetting_queue import ORDERS, SHOWS, blind_order, opinions_by_star, progress, queued

__all__ = ["QueuePane"]


PAGE = 50
EVERYTHING = ""
BAR = progress_css("display: block; width: 100%; height: 5px; margin: 3px 0;")


class QueuePane(pn.viewable.Viewer):
    """A list that stays as it is while one works through it: it is made anew when what it lists is chosen anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.order: list[str] = []
        self.learned: pd.Series | None = None
        self._asked = (-1, "")
        self.learning = BackgroundJob(session, self._has_learned, stopped="re-ranking was cancelled")
        self.export_bar = ExportBar(session, lambda: self.order)
        self._page = -1
        self.table = PagedTable(
            self.row_clicked,
            on_page=self._turn,
            columns=queue_columns(session.table),
            sizing_mode="stretch_both",
            min_height=100,
            empty="No star here: choose other stars above.",
        )
        self.by = Select.from_param(
            session.param.queue_order,
            label="order of the queue",
            sizing_mode="stretch_width",
            options={title: key for key, title in ORDERS.items()},
            description="active learning: stars like those called an anomaly come first, after every verdict anew",
        )
        self.shows = Select.from_param(
            session.param.queue_shows,
            label="which stars the queue lists",
            sizing_mode="stretch_width",
            options={title: key for key, title in SHOWS.items()},
        )
        self.among = Select(
            label="among",
            options={"all stars": EVERYTHING},
            value=EVERYTHING,
            sizing_mode="stretch_width",
            description="only stars of a selection, a cluster or a label",
        )
        self.advance = Checkbox.from_param(
            session.param.advance,
            label="next by itself",
            description="",
        )
        self.blind = Checkbox.from_param(
            session.param.blind,
            label="blind",
            description="hides scores, ranks and verdicts of others until you have given yours; the order is drawn",
        )
        self.filter = Toggle(label="filter", description="by label, kind, magnitude or a condition")
        self.filters: QueueFilters | None = None
        self._filter_row = pn.Column(sizing_mode="stretch_width", margin=0, visible=False)
        self.again = Button(
            symbol="↻",
            look="text",
            label="make the queue anew",
            on_click=self.make,
        )
        self.progress = live_text(sizing_mode="stretch_width", css=BAR)
        bar = {"align-items": "center", "gap": "6px"}
        self._view = pn.Column(
            pn.Row(
                self.by,
                self.shows,
                margin=(0, 8),
                height=30,
                sizing_mode="stretch_width",
                styles=bar,
            ),
            pn.Row(
                self.among,
                self.filter,
                self.again,
                margin=(0, 8),
                height=30,
                sizing_mode="stretch_width",
                styles=bar,
            ),
            self._filter_row,
            pn.Row(
                self.progress,
                self.blind,
                self.advance,
                margin=(2, 8),
                height=36,
                sizing_mode="stretch_width",
                styles=bar,
            ),
            self.learning.line,
            group_line(session),
            self.table,
            self.export_bar,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.among.param.watch(lambda event: self.make(), "value")
        self.filter.param.watch(self._show_filters, "value")
        session.follow(self.make, "scored", "queue_shows", "author", "blind")
        session.follow(self._learn, "queue_order", "run_id", "verdicts_changed", "labels", "area")
        session.follow(self._choices_changed, "labels", "selection", "selections_changed", "clusterings_changed")
        session.follow(self.said, "verdicts_changed")
        session.follow(self._mark, "target_id")
        session.follow(self._folds_made, "folds_made")
        session.follow(self._lead, "area")
        self._choices_changed()
        self.make()
        self._learn()

    def ranked(self) -> pd.Series:
        """What the queue is ordered by, the most interesting star first, by target id."""
        table = self.session.table
        if self.session.queue_order == "learned" and self.learned is not None:
            return self.learned[self.learned.index.isin(table.index)]
        return table["anomaly_score"] if "anomaly_score" in table else pd.Series(0.0, index=table.index)

    def make(self, *events: Any) -> None:
        """Put the queue together again."""
        session = self.session
        kind, _, name = str(self.among.value or "").partition(":")
        self._scores = self.ranked()
        passing = None if self.filters is None else self.filters.chosen
        ranked = [star for star in self._scores.index if passing is None or star in passing]
        self.order = queued(
            blind_order(ranked, session.author) if session.blind else ranked,
            self._opinions(),
            show=session.queue_shows,
            author=session.author,
            label=name if kind == "label" else "",
            among=self._members(kind, name),
        )
        self._page = -1
        self._lead()
        self.said()
        # Labels and stars added by others must not change the star on the screen.
        stays = any(event.name == "scored" for event in events) and session.target_id in session.table.index
        if session.area == "vet" and self.order and session.target_id not in self.order and not stays:
            session.show(self.order[0])
        self._mark()

    def _show_filters(self, *events: object) -> None:
        """Show the fields, made when first asked for; hidden, they leave out none."""
        if self.filters is None:
            self.filters = QueueFilters(self.session)
            self.filters.param.watch(self.make, "chosen")
            self._filter_row.append(self.filters)
        self._filter_row.visible = self.filter.value
        if not self.filter.value:
            self.filters.clear()

    def _learn(self, *events: object) -> None:
        """Let the order be learned from the verdicts, where that is wanted and not done yet."""
        session, run = self.session, self.session.run
        if session.queue_order != "learned":
            if self.learned is not None:
                self.learned = None
                self.make()
            self._asked = (-1, "")
            self.learning.show_text("")
            return
        if session.area != "vet" or self.learning.busy or self._asked == self._wanted():
            return
        if run is None:
            self.learning.show_text("Active learning needs a run: train one in Explore.", problem=True)
            return
        self._asked = self._wanted()
        workspace = session.server.workspace

        def work(report: Reporter) -> pd.Series:
            return learned_scores(workspace, run, report=report)

        self.learning.start(JobKind.LEARN, "re-ranking the queue", work, passing=True)

    def _wanted(self) -> tuple[int, str]:
        return self.session.verdicts_changed, self.session.run_id

    def _has_learned(self, learned: pd.Series) -> None:
        if self.session.queue_order == "learned" and self._asked[1] == self.session.run_id:
            self.learned = learned
            self.make()
        self._learn()

    def _opinions(self) -> pd.DataFrame:
        return self.session.server.verdicts.opinions()

    def _members(self, kind: str, name: str) -> list[str] | None:
        groups = self.session.server.groups
        try:
            if kind == "selection":
                return list(self.session.selection)
            if kind == "named":
                return list(groups.selection(name).target_ids)
            if kind == "cluster":
                clustering, _, number = name.rpartition(":")
                numbers = groups.clusters(groups.clustering(clustering))
                return [str(target_id) for target_id in numbers.index[numbers == int(number)]]
        except ClaraError as error:
            self.session.notice = str(error)
        return None

    def _choices_changed(self, *events: object) -> None:
        session = self.session
        groups = session.server.groups
        options = {"all stars": EVERYTHING}
        if session.selection:
            options[f"selected on the map ({len(session.selection):,})"] = "selection:"
        options |= {f"selection {kept.name}": f"named:{kept.name}" for kept in groups.selections()}
        options |= {f"called {label.name}": f"label:{label.name}" for label in session.labels}
        for kept in groups.clusterings()[:3]:
            options |= {
                f"{kept.request.title}: cluster {name}": f"cluster:{kept.id}:{number}"
                for number, name in groups.names(kept).items()
                if number >= 0
            }
        value = self.among.value if self.among.value in options.values() else EVERYTHING
        self.among.param.update(options=options, value=value)
        if str(value).startswith("selection:"):
            self.make()

    def _lead(self, *events: object) -> None:
        """Let next and previous follow the queue while it is in view."""
        if self.session.area == "vet":
            self.session.order = self.order

    def said(self, *events: object) -> None:
        """Show what has been said since."""
        opinions = self._opinions()
        self._verdicts = opinions_by_star(opinions)
        chosen = self.among.value or (self.filters is not None and self.filters.chosen is not None)
        everything = self.order if chosen else list(self._scores.index)
        self.progress.object = progress_line(progress(everything, opinions, self.session.author))
        self._draw(max(self._page, 0), fresh=True)

    def _mark(self, *events: object) -> None:
        target_id = self.session.target_id
        place = self.order.index(target_id) if target_id in self.order else -1
        self._draw(place // PAGE if place >= 0 else max(self._page, 0))

    def _turn(self, page: int) -> None:
        self._draw(page)

    def _draw(self, page: int, *, fresh: bool = False) -> None:
        session, pages = self.session, max(1, -(-len(self.order) // PAGE))
        page = min(max(page, 0), pages - 1)
        ids = self.order[page * PAGE : (page + 1) * PAGE]
        changes: dict[str, Any] = {"selected": ids.index(session.target_id) if session.target_id in ids else -1}
        if fresh or page != self._page:
            session.server.folds.request(ids)
            columns = queue_columns(session.table, learned=self.learned is not None)
            scored = self.learned is None and not session.blind
            line = line_of(self.order, session.table) - page * PAGE if scored else -1
            changes |= {
                "columns": columns,
                "line": line if 0 <= line < len(ids) else -1,
                "rows": queue_rows(
                    ids,
                    columns=columns,
                    first=page * PAGE + 1,
                    table=session.table,
                    scores=self._scores,
                    said=self._verdicts,
                    author=session.author,
                    blind=session.blind,
                ),
                "pictures": self.pictures(ids),
                "page": page,
                "pages": pages,
            }
        self._page = page
        self.table.param.update(**changes)

    def pictures(self, ids: list[str]) -> dict[str, str]:
        """The folded light curves of these stars that have been made, by place."""
        known = self.session.server.folds.known(ids)
        return {str(place): known[star] for place, star in enumerate(ids) if star in known}

    def _folds_made(self, *events: object) -> None:
        page = max(self._page, 0)
        self.table.pictures = self.pictures(self.order[page * PAGE : (page + 1) * PAGE])

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        here = max(self._page, 0) * PAGE + place
        if 0 <= here < len(self.order):
            self.session.show(self.order[here])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
