"""All stars, strangest first; a click on a row shows the star."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import panel as pn

from clara_app.card import live_text
from clara_app.claim_words import LINE, kind_text
from clara_app.formatting import counted, star_name
from clara_app.paged_table import PagedTable
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Checkbox, FileDownload
from clara_engine.evaluate.completeness import completeness_text
from clara_engine.jobs import JobKind
from clara_engine.report.export import FORMATS, ranking, table_bytes

__all__ = ["COLUMNS", "RankingPane", "ranked", "texts"]

#: Cut off where there is no room; hovering shows all of it.
CLAIM = ":host { padding: 0 10px; opacity: .65; overflow: hidden; } "
CLAIM += "span { display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }"
PAGE = 100
PICTURES = 40


@dataclass(frozen=True, slots=True)
class Column:
    """How the ranking shows a column of `Session.table`."""

    title: str
    form: str
    help: str
    side: str = "right"
    picture: bool = False


COLUMNS = {
    "rank": Column("#", "{:.0f}", "rank, 1 is strangest: of the star, whose light curves stand together"),
    "tic": Column("TIC", "{:.0f}", "TESS Input Catalog number; numbers of other catalogues are named"),
    "anomaly_score": Column("score", "{:.3f}", "anomaly score, 0 to 1, by trees that never saw the star"),
    "star_p_value": Column("p", "{:.2g}", "how often a quiet star with as many light curves would score as high"),
    "kind": Column("kind", "{}", "what it most likely is, and how likely, among none and the injected kinds", "left"),
    "like": Column("like", "{}", "the label of the stars that it is most like, as Match found them", "left"),
    "rank_change": Column("Δ#", "{:+.0f}", "places gained since the run before"),
    "fold": Column("fold", "{}", "folded on its best period; against time where it has none", picture=True),
    "verdict": Column("verdict", "{}", "last standing verdict", "left"),
    "weirdness": Column("weird", "{:.3f}", "weirdness: 1 − mean share of real stars in the same leaves"),
    "wrss": Column(
        "WRSS", "{:.3f}", "joint score of two runs, kept from Compare: 0 to 1 within those both score above 0"
    ),
    "tmag": Column("T mag", "{:.2f}", "TESS magnitude"),
    "teff": Column("Teff K", "{:.0f}", "effective temperature"),
}
#: Columns that read best from low to high.
RISING = {"rank", "tic", "tmag", "teff", "verdict", "kind", "like"}


def ranked(
    table: pd.DataFrame, *, selection: list[str], unreviewed: bool, sort: str = "rank", ascending: bool = True
) -> pd.DataFrame:
    """The rows of the ranking, sorted."""
    rows = table
    if selection:
        rows = rows.loc[rows.index.isin(selection)]
    if unreviewed and "verdict" in rows:
        rows = rows[rows["verdict"].isna()]
    if sort == "rank" and "star_rank" in rows:  # light curves of one star are together, its strangest first
        first, _ = pd.factorize(rows["star"])  # numbered as they come
        rank, aside = rows["star_rank"].to_numpy(np.float64), rows.get("set_aside", pd.Series(False, rows.index))
        keys = (~rows["star_best"].to_numpy(bool), first, rank if ascending else -rank, aside.to_numpy(bool))
        return rows.iloc[np.lexsort(keys)]
    if sort not in rows or (sort == "rank" and ascending):
        return rows
    return rows.sort_values(sort, ascending=ascending, kind="stable")


def last_above_line(rows: pd.DataFrame, level: float = LINE) -> int:
    """Place of the last row, in order of rank, above which the share of chance findings is `level`; −1 for none."""
    if "star_q_value" not in rows:
        return -1
    above = (rows["star_q_value"] <= level).to_numpy().nonzero()[0]
    return int(above[-1]) if above.size else -1


def shown_columns(table: pd.DataFrame) -> list[str]:
    """Which columns the ranking shows of a table: none of which nothing is known."""

    def shown(name: str) -> bool:
        return name in table and (table.empty or name == "verdict" or bool(table[name].notna().any()))

    return [name for name in COLUMNS if COLUMNS[name].picture or shown(name)]


def texts(rows: pd.DataFrame, names: Sequence[str] | None = None) -> list[list[str]]:
    """Text of the cells of the ranking, in these of `COLUMNS`; a dash where a number is unknown."""
    columns = []
    for name in shown_columns(rows) if names is None else names:
        if COLUMNS[name].picture:
            columns.append([""] * len(rows))
            continue
        if name == "tic":
            named = [column for column in ("tic", "catalogue", "which") if column in rows]
            columns.append([star_name(star) for star in rows[named].to_dict("records")])
            continue
        if name == "kind":
            columns.append([kind_text(*found) for found in zip(rows["kind"], rows["kind_probability"], strict=True)])
            continue
        form, missing = COLUMNS[name].form, "" if name == "verdict" else "–"
        source = "star_rank" if name == "rank" and "star_rank" in rows else name
        columns.append([missing if pd.isna(value) else form.format(value) for value in rows[source]])
    return [list(row) for row in zip(*columns, strict=True)]


class RankingPane(pn.viewable.Viewer):
    """The ranking and its export."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._sort, self._ascending = "rank", True
        self._rows = session.table
        self.line = -1
        self.order: list[str] = []
        self.table = PagedTable(
            self.row_clicked, on_sort=self.sort_by, on_page=self._turn, sizing_mode="stretch_both", min_height=100
        )
        unreviewed = Checkbox.from_param(
            session.param.unreviewed,
            label="not vetted",
            description="",
            align="center",
            margin=0,
        )
        self.count = live_text(css=CLAIM, sizing_mode="stretch_width")
        downloads = [self._download(kind) for kind in FORMATS]
        bar = pn.Row(
            unreviewed,
            pn.layout.HSpacer(),
            *downloads,
            margin=(4, 8),
            height=26,
            sizing_mode="stretch_width",
            styles={"align-items": "center", "gap": "6px"},
        )
        self._view = pn.Column(bar, self.count, self.table, sizing_mode="stretch_both", margin=0)
        session.follow(self._show, "scored", "selection", "unreviewed")
        session.follow(self._said, "verdicts_changed")
        session.follow(self._follow, "target_id")
        session.follow(self._folds_made, "folds_made")
        session.follow(self._tell, "ended")
        session.follow(self._lead, "area")
        self._show()

    def export(self, kind: str) -> bytes:
        """The listed stars with all their columns as a file; `kind` is a key of `FORMATS`, e.g. ``".csv"``."""
        session = self.session
        return table_bytes(ranking(session.server.workspace, session.run, self.order), kind)

    def sort_by(self, name: str) -> None:
        """Sort by a column; the same column again reverses the order."""
        self._ascending = not self._ascending if name == self._sort else name in RISING
        self._sort = name
        self._show()

    def _download(self, kind: str) -> FileDownload:
        return FileDownload(
            partial(self.export, kind),
            filename=f"clara-ranking{kind}",
            label=FORMATS[kind].title,
            look="text",
            description="the listed stars with everything known of them",
            align="center",
            margin=0,
        )

    def _show(self, *events: object) -> None:
        session = self.session
        self._rows = ranked(
            session.table,
            selection=session.selection,
            unreviewed=session.unreviewed,
            sort=self._sort,
            ascending=self._ascending,
        )
        self.order = list(self._rows.index)
        self._lead()
        whole = self._sort == "rank" and self._ascending and not session.selection and not session.unreviewed
        self.line = last_above_line(self._rows) if whole else -1
        self._tell()
        self._follow(fresh=True)

    def _said(self, *events: object) -> None:
        """Show what was said of the stars that are listed; it may decide which are, and in which order."""
        if self.session.unreviewed or self._sort == "verdict":
            self._show()
        else:
            self._rows = self._rows.assign(verdict=self.session.table["verdict"])
            self._turn(self.table.page, fresh=True)

    def _tell(self, *events: object) -> None:
        session = self.session
        chosen = f"<span>{len(self._rows):,} of {counted(len(session.table), 'star')}</span>"
        self.count.object = chosen if session.selection else self._claim()

    def _claim(self) -> str:
        """Text about the false-discovery rate: down to which rank stars may be trusted."""
        run = self.session.run
        if run is None:
            return ""
        claims = self.session.server.claims(run)
        if claims is None:
            making = any(job.kind == JobKind.P_VALUES and job.state.active for job in self.session.jobs)
            more = "they come in by themselves" if making else "clara claims makes them"
            return f'<span title="{more}">{"p-values are being made" if making else "no p-values yet"}</span>'
        line = claims.line()
        short = "no p-values" if line is None else "no line for 1 in 10"
        if line is not None and line.stars:
            short = f"{line.stars:,} above the line, about 1 in 10 by chance"
        found = self.session.server.completeness(run)
        lines = [
            claims.sentence(),
            *(f"completeness ({name}): {completeness_text(part)}" for name, part in found.items()),
        ]
        return render("titled", title="\n".join(lines), words=short, css="")

    def _lead(self, *events: object) -> None:
        """Make next and previous follow this list, unless the vetting queue is in view."""
        if self.session.area != "vet":
            self.session.order = self.order

    def _follow(self, *events: object, fresh: bool = False) -> None:
        """Turn to the page of the selected star and mark its row."""
        order, target_id = self.order, self.session.target_id
        place = order.index(target_id) if target_id in order else -1
        page = place // PAGE if place >= 0 else 0 if fresh else self.table.page
        self._turn(page, fresh=fresh)

    def _turn(self, page: int, *, fresh: bool = False) -> None:
        order, target_id = self.order, self.session.target_id
        pages = max(1, -(-len(order) // PAGE))
        page = min(max(page, 0), pages - 1)
        first = page * PAGE
        place = order.index(target_id) - first if target_id in order else -1
        changes: dict[str, object] = {"selected": place if 0 <= place < PAGE else -1}
        if fresh or page != self.table.page or not self.table.rows:
            rows = self._rows.iloc[first : first + PAGE]
            columns = [(name, COLUMNS[name]) for name in shown_columns(self.session.table)]
            self.session.server.folds.request(rows.index[:PICTURES])
            changes |= {
                "columns": [
                    {"name": name, "title": c.title, "help": c.help, "side": c.side, "picture": c.picture}
                    for name, c in columns
                ],
                "pictures": self.pictures(page),
                "line": self.line - first if first <= self.line < first + PAGE else -1,
                "rows": texts(rows, [name for name, _ in columns]),
                "page": page,
                "pages": pages,
                "sort": self._sort,
                "ascending": self._ascending,
            }
        self.table.param.update(**changes)

    def pictures(self, page: int) -> dict[str, str]:
        """The folded light curves that have been made for a page."""
        ids = self.order[page * PAGE : (page + 1) * PAGE]
        known = self.session.server.folds.known(ids)
        return {str(place): known[target_id] for place, target_id in enumerate(ids) if target_id in known}

    def _folds_made(self, *events: object) -> None:
        self.table.pictures = self.pictures(self.table.page)

    def row_clicked(self, place: int) -> None:
        """Show what stands in a row."""
        here = self.table.page * PAGE + place
        if 0 <= here < len(self.order):
            self.session.show(self.order[here])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
