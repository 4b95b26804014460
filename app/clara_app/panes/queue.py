"""The vetting queue: who is to be looked at next, what was said of whom, and how far it is done."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.formatting import counted, star_name
from clara_app.group_line import group_line
from clara_app.paged_table import PagedTable
from clara_app.panes.export_bar import ExportBar
from clara_app.session import Session
from clara_app.theme import progress_css
from clara_app.widgets import Button, Checkbox, Select
from clara_engine.errors import ClaraError
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.active import learned_scores
from clara_engine.studies.vetting_queue import ORDERS, SHOWS, Progress, opinions_by_star, progress, queued

__all__ = ["QueuePane", "progress_line", "spoken"]


PAGE = 50
EVERYTHING = ""
BAR = progress_css("display: block; width: 100%; height: 5px; margin: 3px 0;")
SCORE = {"name": "score", "title": "score", "help": "anomaly score, 0 to 1", "side": "right", "picture": False}
LEARNED = SCORE | {"title": "learned", "help": "share of all stars that active learning puts below, 0 to 1"}
COLUMNS = [
    {"name": "place", "title": "#", "help": "place in the queue", "side": "right", "picture": False},
    {"name": "tic", "title": "TIC", "help": "TESS Input Catalog number", "side": "right", "picture": False},
    {
        "name": "fold",
        "title": "fold",
        "help": "folded on its best period; against time where it has none",
        "side": "left",
        "picture": True,
    },
    SCORE,
    {
        "name": "said",
        "title": "verdicts",
        "help": "everybody's standing verdicts; ≠ where they differ",
        "side": "left",
        "picture": False,
    },
]


def spoken(said: list[tuple[str, str]], author: str) -> str:
    """Verdicts on a star in a few words; others are named where they differ."""
    labels = list(dict.fromkeys(label for _, label in said))
    if len(labels) > 1:
        return "≠ " + ", ".join(f"{'me' if who == author else who}: {label}" for who, label in said)
    return f"{labels[0]}{f' ×{len(said)}' if len(said) > 1 else ''}" if labels else ""


def progress_line(found: Progress) -> str:
    """How far the queue is done."""
    share = found.reviewed / found.total if found.total else 0.0
    words = f"{found.reviewed:,} of {counted(found.total, 'star')} reviewed"
    return (
        f'<progress max="1" value="{share:.4f}" aria-label="{words}"></progress>'
        f"<div><b>{found.reviewed:,}</b> of {found.total:,} reviewed "
        f'<span class="quiet">· {found.today:,} today · {found.mine:,} by me</span></div>'
    )


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
            self._row_clicked,
            on_page=self._turn,
            columns=COLUMNS,
            sizing_mode="stretch_both",
            min_height=100,
            empty="No star here: choose other stars above.",
        )
        self.by = Select.from_param(
            session.param.queue_order,
            label="order of the queue",
            width=150,
            options={title: key for key, title in ORDERS.items()},
            description="active learning: stars like those called an anomaly come first, after every verdict anew",
        )
        self.shows = Select.from_param(
            session.param.queue_shows,
            label="which stars the queue lists",
            width=150,
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
        self.again = Button(
            symbol="↻",
            look="text",
            label="make the queue anew",
            on_click=self.make,
        )
        self._progress = live_text(sizing_mode="stretch_width", css=BAR)
        bar = {"align-items": "center", "gap": "6px"}
        self._view = pn.Column(
            pn.Row(
                self.by,
                self.shows,
                self.among,
                self.again,
                margin=(0, 8),
                height=30,
                sizing_mode="stretch_width",
                styles=bar,
            ),
            pn.Row(self._progress, self.advance, margin=(2, 8), height=36, sizing_mode="stretch_width", styles=bar),
            self.learning.line,
            group_line(session),
            self.table,
            self.export_bar,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.among.param.watch(lambda event: self.make(), "value")
        session.follow(self.make, "scored", "queue_shows", "author")
        session.follow(self._learn, "queue_order", "run_id", "verdicts_changed", "labels", "area")
        session.follow(self._choices_changed, "labels", "selection", "selections_changed", "clusterings_changed")
        session.follow(self._said, "verdicts_changed")
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
        self.order = queued(
            list(self._scores.index),
            self._opinions(),
            show=session.queue_shows,
            author=session.author,
            label=name if kind == "label" else "",
            among=self._members(kind, name),
        )
        self._page = -1
        self._lead()
        self._said()
        # Labels and stars added by others must not change the star on the screen.
        stays = any(event.name == "scored" for event in events) and session.target_id in session.table.index
        if session.area == "vet" and self.order and session.target_id not in self.order and not stays:
            session.show(self.order[0])
        self._mark()

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
        workspace = self.session.server.workspace
        try:
            if kind == "selection":
                return list(self.session.selection)
            if kind == "named":
                return list(workspace.selections.get(name).target_ids)
            if kind == "cluster":
                clustering, _, number = name.rpartition(":")
                table = workspace.clusterings.get(clustering).labels()
                return table.loc[table["cluster"] == int(number), "target_id"].tolist()
        except ClaraError as error:
            self.session.notice = str(error)
        return None

    def _choices_changed(self, *events: object) -> None:
        session = self.session
        workspace = session.server.workspace
        options = {"all stars": EVERYTHING}
        if session.selection:
            options[f"selected on the map ({len(session.selection):,})"] = "selection:"
        options |= {f"selection {kept.name}": f"named:{kept.name}" for kept in workspace.selections.list()}
        options |= {f"called {label.name}": f"label:{label.name}" for label in session.labels}
        for kept in workspace.clusterings.list()[:3]:
            options |= {
                f"{kept.request.title}: cluster {name}": f"cluster:{kept.id}:{number}"
                for number, name in kept.names().items()
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

    def _said(self, *events: object) -> None:
        """Show what has been said since."""
        opinions = self._opinions()
        self._verdicts = opinions_by_star(opinions)
        everything = list(self._scores.index) if not self.among.value else self.order
        self._progress.object = progress_line(progress(everything, opinions, self.session.author))
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
            score = SCORE if self.learned is None else LEARNED
            columns = [score if column["name"] == "score" else column for column in COLUMNS]
            changes |= {
                "columns": columns,
                "rows": self._rows(page, ids),
                "pictures": self._pictures(ids),
                "page": page,
                "pages": pages,
            }
        self._page = page
        self.table.param.update(**changes)

    def _rows(self, page: int, ids: list[str]) -> list[list[str]]:
        table, author = self.session.table, self.session.author
        return [
            [
                str(page * PAGE + place),
                star_name(table.loc[star]) if star in table.index else star,
                "",
                f"{self._scores[star]:.3f}",
                spoken(self._verdicts.get(star, []), author),
            ]
            for place, star in enumerate(ids, start=1)
        ]

    def _pictures(self, ids: list[str]) -> dict[str, str]:
        known = self.session.server.folds.known(ids)
        return {str(place): known[star] for place, star in enumerate(ids) if star in known}

    def _folds_made(self, *events: object) -> None:
        page = max(self._page, 0)
        self.table.pictures = self._pictures(self.order[page * PAGE : (page + 1) * PAGE])

    def _row_clicked(self, place: int) -> None:
        here = max(self._page, 0) * PAGE + place
        if 0 <= here < len(self.order):
            self.session.show(self.order[here])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
