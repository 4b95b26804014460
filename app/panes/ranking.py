"""All stars, strangest first; a click on a row shows the star."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import panel as pn
import panel_material_ui as pmui
from bokeh.models import NumberFormatter

from app.card import html
from app.session import Session

__all__ = ["RankingPane", "ranking_frame"]

PAGE = 100
COLUMNS = {
    "rank": "#",
    "tic": "TIC",
    "anomaly_score": "score",
    "anomaly_spread": "±",
    "rank_change": "Δ#",
    "weirdness": "weird",
    "tmag": "T mag",
    "teff": "Teff K",
    "verdict": "verdict",
}
WIDTHS = {
    "rank": 48, "tic": 92, "anomaly_score": 56, "anomaly_spread": 50, "rank_change": 52, "weirdness": 56, "tmag": 54,
    "teff": 58,
}  # fmt: skip
FORMATS = {
    "rank": "0", "tic": "0", "anomaly_score": "0.000", "anomaly_spread": "0.000", "rank_change": "+0",
    "weirdness": "0.000", "tmag": "0.00", "teff": "0",
}  # fmt: skip
STYLE = """
.tabulator { font-size: 12px; font-variant-numeric: tabular-nums; border: none; background: transparent; }
.tabulator .tabulator-header, .tabulator .tabulator-header .tabulator-col { background: var(--panel-surface-color);
  color: var(--panel-on-surface-color); border-color: var(--divider-color); font-weight: 500; }
.tabulator .tabulator-header .tabulator-col .tabulator-col-content { padding: 3px 6px; }
.tabulator .tabulator-tableholder .tabulator-table { background: transparent; color: inherit; }
.tabulator-row, .tabulator-row.tabulator-row-even { background: transparent; min-height: 22px;
  color: var(--panel-on-surface-color); border-bottom: 1px solid var(--divider-color); cursor: pointer; }
.tabulator-row .tabulator-cell { padding: 2px 6px; height: 22px; border-right: none; }
.tabulator-row:hover { background: color-mix(in srgb, var(--panel-primary-color) 12%, transparent) !important; }
.tabulator-row.tabulator-selected { background: color-mix(in srgb, var(--panel-primary-color) 28%, transparent) !important;
  color: var(--panel-on-surface-color) !important; }
.tabulator .tabulator-footer { background: transparent; color: inherit; border-color: var(--divider-color); padding: 0; }
.tabulator .tabulator-footer .tabulator-footer-contents { padding: 1px 4px; }
.tabulator .tabulator-footer .tabulator-page { color: inherit; background: transparent; padding: 0 6px; }
"""


def ranking_frame(table: pd.DataFrame, *, selection: list[str], unreviewed: bool) -> pd.DataFrame:
    """The rows and columns that the ranking shows, by target id."""
    rows = table
    if selection:
        rows = rows.loc[rows.index.isin(selection)]
    if unreviewed and "verdict" in rows:
        rows = rows[rows["verdict"].isna()]
    frame = rows[[name for name in COLUMNS if name in rows]].copy()
    if "verdict" in frame:
        frame["verdict"] = frame["verdict"].fillna("")
    return frame


class RankingPane(pn.viewable.Viewer):
    """The ranking, a search by TIC, and its export."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._moving = False
        self.table = pn.widgets.Tabulator(
            self._frame(), titles=COLUMNS, widths=WIDTHS, layout="fit_columns", pagination="remote", page_size=PAGE,
            selectable=1, show_index=False, disabled=True, theme="simple", sizing_mode="stretch_both", min_height=120,
            margin=0, stylesheets=[STYLE], header_align="right", text_align={"verdict": "left"},
            formatters={name: NumberFormatter(format=form, nan_format="–") for name, form in FORMATS.items()},
        )  # fmt: skip
        self.search = pmui.TextInput(
            placeholder="TIC …", label="", size="small", width=120, margin=0,
            sx={"& input": {"padding": "2px 8px", "fontSize": "12px"}},
        )  # fmt: skip
        self.unreviewed = pmui.Checkbox.from_param(
            session.param.unreviewed, label="without verdict", size="small", margin=0,
            sx={"& .MuiTypography-root": {"fontSize": "12px"}, "padding": "0 4px"},
        )  # fmt: skip
        self.downloads = [self._download(name) for name in ("csv", "parquet", "vot")]
        self._count = html(css=":host{opacity:.65}", align="center")
        bar = pn.Row(
            self.search, self.unreviewed, self._count, pn.layout.HSpacer(), *self.downloads, margin=(4, 8),
            height=26, sizing_mode="stretch_width", styles={"align-items": "center", "gap": "6px"},
        )  # fmt: skip
        self._view = pn.Column(bar, self.table, sizing_mode="stretch_both", margin=0)
        self.search.param.watch(self._searched, "enter_pressed")
        self.table.param.watch(self._picked, "selection")
        self.table.param.watch(self._sorted, "sorters")
        session.param.watch(self._show, ["table", "selection", "unreviewed"])
        session.param.watch(self._follow, "target_id")
        self._show()

    def export(self, kind: str) -> io.BytesIO:
        """The rows on show, every column, as a file: ``"csv"``, ``"parquet"`` or ``"vot"``."""
        session = self.session
        rows = session.table.loc[session.order] if session.order else session.table
        return FORMATS_OF_EXPORT[kind](rows.drop(columns=["path", "bytes", "modified_ns"], errors="ignore"))

    def _download(self, kind: str) -> pmui.FileDownload:
        titles = {"csv": "CSV", "parquet": "Parquet", "vot": "VOTable"}
        return pmui.FileDownload(
            callback=lambda: self.export(kind), filename=f"clara-ranking.{kind}", label=titles[kind], icon="download",
            size="small", variant="text", margin=0, auto=True, embed=False,
            sx={"minWidth": "0", "padding": "0 4px", "fontSize": "12px"},
        )  # fmt: skip

    def _frame(self) -> pd.DataFrame:
        session = self.session
        return ranking_frame(session.table, selection=session.selection, unreviewed=session.unreviewed)

    def _show(self, *events: object) -> None:
        frame = self._frame()
        self._moving = True
        try:
            self.table.selection = []
            self.table.value = frame
        finally:
            self._moving = False
        self._count.object = f"{len(frame):,} stars"
        self._sorted()
        self._follow()

    def _sorted(self, *events: object) -> None:
        self.session.order = list(self.table.current_view.index)

    def _follow(self, *events: object) -> None:
        """Select the row of the selected star and turn to its page."""
        order = self.session.order
        target_id = self.session.target_id
        self._moving = True
        try:
            if target_id in order:
                self.table.page = order.index(target_id) // PAGE + 1
                self.table.selection = [self.table.value.index.get_loc(target_id)]
            else:
                self.table.selection = []
        finally:
            self._moving = False

    def _picked(self, event: object) -> None:
        if not self._moving and self.table.selection:
            self.session.target_id = self.table.value.index[self.table.selection[0]]

    def _searched(self, event: object) -> None:
        if self.search.value_input.strip():
            self.session.find(self.search.value_input)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view


def _csv(table: pd.DataFrame) -> io.BytesIO:
    return io.BytesIO(table.to_csv().encode())


def _parquet(table: pd.DataFrame) -> io.BytesIO:
    file = io.BytesIO()
    table.reset_index().to_parquet(file, index=False)
    file.seek(0)
    return file


def _votable(table: pd.DataFrame) -> io.BytesIO:
    from astropy.io.votable import from_table, writeto
    from astropy.table import Table

    plain = table.reset_index()
    for name in plain.select_dtypes(["object", "string"]):
        plain[name] = plain[name].fillna("").astype(str)
    file = io.BytesIO()
    writeto(from_table(Table.from_pandas(plain)), file)
    file.seek(0)
    return file


FORMATS_OF_EXPORT: dict[str, Callable[[pd.DataFrame], io.BytesIO]] = {
    "csv": _csv,
    "parquet": _parquet,
    "vot": _votable,
}
