"""Where everything stands on the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from app.card import card, html
from app.controls.design import DesignControl
from app.controls.forest import ForestControl
from app.controls.retrain import RetrainControl
from app.keys import Keyboard, acts, help_html
from app.panes.facts import FactsPane
from app.panes.fold import FoldPane
from app.panes.jobs import JobsBar, JobsList
from app.panes.light_curve import LightCurvePane
from app.panes.map import MapPane
from app.panes.measures import MeasuresPane
from app.panes.periodogram import PeriodogramPane
from app.panes.ranking import RankingPane
from app.panes.similar import SimilarPane
from app.panes.steering import SteeringPane
from app.panes.sweep import SweepPane
from app.panes.verdict import VerdictPane
from app.panes.why import WhyPane
from app.session import Session
from app.theme import BORDER, THEME_CONFIG

__all__ = ["ExplorerPage", "failure_page"]

POLL_MS = 250
WHEEL_WIDTH = 272
GAP = "6px"
EMPTY = """
<h2>This workspace is empty</h2>
<p>In a terminal, either simulate a sector to play with:</p><pre>clara demo</pre>
<p>or register a folder of TESS light curves (SPOC, FITS):</p><pre>clara ingest FOLDER
clara features</pre>
<p>then reload this page.</p><p class="quiet">workspace: <code>{folder}</code></p>
"""
FAILURE_CSS = (
    ":host{padding:24px;font-size:14px} pre{padding:8px;border:1px solid var(--divider-color);border-radius:4px}"
)


class ExplorerPage:
    """One tab: header, wheel, map and ranking, star.

    Attributes
    ----------
    session : Session
    view : panel_material_ui.Page
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.help = pmui.Dialog(
            html(help_html()), title="Keys", title_variant="h6", width_option="sm", show_close_button=True,
            close_on_click=True,
        )  # fmt: skip
        self.jobs_bar, self.jobs_list = JobsBar(session), JobsList(session)
        self.verdict = VerdictPane(session)
        self.keyboard = Keyboard(self._key)
        self.keys = acts(session, self.verdict, self.show_help)
        empty = not len(session.server.catalogue())
        self.design, self.forest = DesignControl(session), ForestControl(session)
        self.retrain = RetrainControl(session, self.design, self.forest)
        self.map, self.ranking, self.measures = MapPane(session), RankingPane(session), MeasuresPane(session)
        self.light_curve, self.periodogram, self.fold = (
            LightCurvePane(session),
            PeriodogramPane(session),
            FoldPane(session),
        )
        self.steering, self.sweep = SteeringPane(session), SweepPane(session)
        self.why, self.similar = WhyPane(session), SimilarPane(session)
        unseen = pn.Column(
            self.keyboard, self.help, self.jobs_list, width=0, height=0, margin=0, styles={"position": "absolute"}
        )
        main = pn.Column(unseen, self._empty() if empty else self._main(), sizing_mode="stretch_both", margin=0)
        self.view = pmui.Page(
            title="CLARA", header=[self._header()], main=[main], sidebar=[] if empty else [self._wheel()],
            sidebar_width=WHEEL_WIDTH, sidebar_resizable=False, theme_config=THEME_CONFIG, busy_indicator=None,
            dark_theme=session.dark,
        )  # fmt: skip
        # Panel walks every model below a component that changes: a page that follows `busy` does so on each click.
        with edit_readonly(self.view):
            self.view.busy = False
        self.view.param.watch(lambda event: session.param.update(dark=event.new), "dark_theme")

    def start_polling(self) -> None:
        """Follow the job queue from when the page has arrived until its tab closes."""

        def start() -> None:
            pn.state.add_periodic_callback(self.session.poll, period=POLL_MS)

        pn.state.onload(start)

    def show_help(self) -> None:
        """Open the help sheet."""
        self.help.open = True

    def _key(self, key: str) -> None:
        if key in self.keys:
            self.keys[key]()

    def _header(self) -> pn.Row:
        session = self.session
        white = {"color": "inherit"}
        self.run_select = pmui.Select(
            options=self._run_options(), value=session.run_id or None, label="", size="small", width=300, margin=0,
            sx={
                "& .MuiSelect-select": {"padding": "3px 8px", "fontSize": "13px", "color": "white"},
                "& fieldset": {"borderColor": "rgba(255,255,255,.4)"}, "& svg": {"color": "white"},
            },
        )  # fmt: skip
        self.run_select.param.watch(self._run_chosen, "value")
        session.follow(self._runs_changed, "runs", "run_id")
        crumbs = html(
            pn.bind(self._crumbs, session.param.table),
            css=":host{white-space:nowrap}", margin=(0, 8), align="center", styles={"color": "white"},
        )  # fmt: skip
        return pn.Row(
            crumbs,
            self.run_select,
            pn.layout.HSpacer(),
            self.jobs_bar,
            pmui.IconButton(
                icon="list", description="jobs", sx=white, size="small", margin=0,
                on_click=lambda event: self.jobs_list.dialog.param.update(open=True),
            ),
            pmui.IconButton(
                icon="keyboard", description="keys  ?", sx=white, size="small", margin=0,
                on_click=lambda event: self.show_help(),
            ),
            sizing_mode="stretch_width", margin=0, styles={"align-items": "center", "gap": "6px", "color": "white"},
        )  # fmt: skip

    def _crumbs(self, table: object) -> str:
        session = self.session
        sectors = sorted(set(session.table["sector"])) if len(session.table) else []
        where = f"sector {sectors[0]}" if len(sectors) == 1 else f"{len(sectors)} sectors" if sectors else "no data"
        kind = f'<span class="chip">{session.origin}</span>' if session.origin else "real" if sectors else ""
        folder = escape(str(session.server.workspace.folder))
        return f'<span title="{folder}">▸ {where}, {kind} · {len(session.table):,} stars ▸ run</span>'

    def _run_title(self, run_id: str) -> str:
        return self.session.run.name if self.session.run else "no run yet"

    def _run_options(self) -> dict[str, str]:
        """Title to run id; runs of the same name are told apart by their id."""
        runs = self.session.runs
        names = [run.name for run in runs]
        return {run.name if names.count(run.name) == 1 else f"{run.name} ({run.id[9:15]})": run.id for run in runs}

    def _runs_changed(self, *events: object) -> None:
        self.run_select.param.update(options=self._run_options(), value=self.session.run_id or None)

    def _run_chosen(self, event: object) -> None:
        if self.run_select.value:
            self.session.run_id = self.run_select.value

    def _wheel(self) -> pn.Column:
        def heading(words: str) -> pn.pane.HTML:
            return html(f"<b>{words}</b>", margin=(6, 8, 2, 10))

        synthetic = pn.Column(heading("Synthetic set"), self.design, sizing_mode="stretch_width", margin=0)
        self.forest.param.watch(lambda event: synthetic.param.update(visible=event.new == "URF4"), "variant")
        settings = pn.Column(
            synthetic, heading("Forest"), self.forest, sizing_mode="stretch_both", margin=0, scroll="y", min_height=0
        )
        return pn.Column(
            settings,
            pn.Column(
                self.retrain, sizing_mode="stretch_width", margin=0, styles={"border-top": BORDER}
            ),
            sizing_mode="stretch_both", margin=0, styles={"height": "calc(100vh - 52px)"},
        )  # fmt: skip

    def _main(self) -> pn.Row:
        session = self.session
        shown = {"Ranking": self.ranking, "Measures": self.measures, "Sweep": self.sweep, "Steering": self.steering}
        bodies = [_part(pane, "1 1 0") for pane in shown.values()]
        self.tab = pmui.RadioButtonGroup(
            options=list(shown), value="Ranking", label="", size="small", margin=0, color="primary"
        )
        self.tab.param.watch(lambda event: _only(bodies, list(shown).index(event.new)), "value")
        _only(bodies, 0)
        below = card(
            pn.bind(self._run_title, session.param.run_id),
            *bodies, tools=(self.tab,), chip=session.param.origin,
        )  # fmt: skip
        middle = _column(_part(self.map, "1.15 1 0"), _part(below, "1 1 0"))
        pair = _row(_part(self.periodogram, "1 1 0"), _part(self.fold, "1.15 1 0"))
        views = {
            "period": ("Period", pair),
            "why": ("Why strange", self.why),
            "similar": ("Similar stars", self.similar),
        }
        star = _column(
            FactsPane(session),
            _part(self.light_curve, "1.1 1 0"),
            _part(self._star_tabs(views), "1.25 1 0"),
            _part(self.verdict, "0 0 172px"),
        )
        return _row(_part(middle, "1 1 0"), _part(star, "1.1 1 0"), styles={"padding": GAP, "box-sizing": "border-box"})

    def _star_tabs(self, views: Mapping[str, tuple[str, object]]) -> pn.Column:
        """One view of the star at a time; the hidden ones do nothing."""
        bodies = [_part(view, "1 1 0") for _, view in views.values()]
        tabs = pmui.RadioButtonGroup(
            options={title: name for name, (title, _) in views.items()}, value=self.session.star_tab, label="",
            size="small", margin=0, color="primary", sx={"& .MuiToggleButton-root": {"whiteSpace": "nowrap"}},
        )  # fmt: skip
        tabs.param.watch(lambda event: self.session.param.update(star_tab=event.new), "value")

        def show(*events: object) -> None:
            tabs.value = self.session.star_tab
            _only(bodies, list(views).index(self.session.star_tab))

        self.session.follow(show, "star_tab")
        show()
        return _column(pn.Row(tabs, margin=0, height=26), *bodies)

    def _empty(self) -> pn.pane.HTML:
        return html(EMPTY.format(folder=escape(str(self.session.server.workspace.folder))), css=FAILURE_CSS)


def _part(viewer: object, flex: str) -> pn.Column:
    """A share of a row or column that may shrink."""
    return pn.Column(
        viewer, sizing_mode="stretch_both", margin=0, styles={"flex": flex, "min-width": "0", "min-height": "0"}
    )


def _only(bodies: list[pn.Column], chosen: int) -> None:
    """Show one of several."""
    for place, body in enumerate(bodies):
        body.visible = place == chosen


def _column(*parts: object) -> pn.Column:
    return pn.Column(*parts, sizing_mode="stretch_both", margin=0, styles={"gap": GAP, "min-height": "0"})


def _row(*parts: object, styles: dict[str, str] | None = None) -> pn.Row:
    return pn.Row(*parts, sizing_mode="stretch_both", margin=0, styles={"gap": GAP, "min-width": "0"} | (styles or {}))


def failure_page(message: str) -> pmui.Page:
    """A page that says in one line why there is none."""
    text = f"<h2>The workspace can't be opened</h2><p>{escape(message)}</p>"
    return pmui.Page(title="CLARA", main=[html(text, css=FAILURE_CSS)], theme_config=THEME_CONFIG)
