"""The page: header, areas, and what stands where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import panel as pn
from tornado.ioloop import IOLoop

from clara_app.action_text import ActionText
from clara_app.address import Address, theme_of
from clara_app.areas.beginning import Beginning
from clara_app.areas.compare import CompareArea
from clara_app.areas.data import DataArea
from clara_app.areas.explore import ExploreArea
from clara_app.areas.parts import GAP, part, row
from clara_app.areas.star import StarArea
from clara_app.areas.vet import VetArea
from clara_app.areas.wheel import Wheel
from clara_app.card import html
from clara_app.dialog import Dialog
from clara_app.formatting import counted
from clara_app.glossary import GLOSSARY
from clara_app.kept_plot import KeptPlot, figures_later
from clara_app.keys import Keyboard, help_html, shortcuts
from clara_app.panes.jobs import JobsBar, JobsList
from clara_app.panes.python_lines import PythonLines
from clara_app.panes.run_card import RunCard
from clara_app.rendering import render
from clara_app.run_list import SWEEP, sweep_options
from clara_app.session import AREAS, Session
from clara_app.shell import Shell
from clara_app.sign_in import name_on_page, sign_in_of_server
from clara_app.tab import Tab
from clara_app.tour import Tour
from clara_app.widgets import Button, RadioButtonGroup, Select, TextInput
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import PLANS

__all__ = ["ExplorerPage"]

#: Areas that share the width with the selected star; the others have the whole width.
WITH_STAR = ("explore", "vet")
#: The queue is narrow, the light curve large.
QUEUE_WIDTH = "0 0 clamp(390px, 30%, 560px)"
GLOSSARY_CSS = """
.words { columns: 2; column-gap: 28px; margin-top: 10px; } dl { margin: 2px 0 10px; } dt { font-weight: 600; }
dd { margin: 0 0 4px; } dt, dd { break-inside: avoid; }
"""
NOTICE_CSS = """
.notice { display: flex; align-items: center; gap: 8px; padding: 4px 14px; font-size: 13px; background: var(--ground);
          border-top: 1px solid color-mix(in srgb, var(--text) 16%, transparent); }
.notice span { min-width: 0; overflow-wrap: anywhere; }
"""


class ExplorerPage:
    """One tab: header, wheel, map and ranking, star.

    Parameters
    ----------
    session : Session
    at_once : bool
        Whether all of it is made now; else whoever wants it goes through its steps.

    Attributes
    ----------
    session : Session
    address : Address
    shell : Shell
    view : panel.Column
        What is served, after the last step.
    steps : iterator of bool
        Makes the page part after part.
    """

    def __init__(self, session: Session, *, at_once: bool = True) -> None:
        self.session = session
        self.address = Address(session)
        self.areas: dict[str, pn.viewable.Viewer] = {}
        self.shown: dict[str, pn.Column | pn.Row] = {}
        self.keyboard = Keyboard()
        self.steps = self._make()
        if at_once:
            for _ in self.steps:
                pass

    def _make(self) -> Iterator[bool]:
        session = self.session
        self.help = Dialog(title="Keys and words", width=960)
        self.tour = Tour(session, self.place)
        self.jobs_bar, self.jobs_list = JobsBar(session), JobsList(session)
        self.wheel = Wheel(session)
        self.run_card = RunCard(session, self.wheel.load)
        self.python = PythonLines(session, self.wheel.retrain.spec)
        yield True
        with figures_later() as waiting:
            self.star = StarArea(session)
        yield True
        yield from _figures(waiting)
        session.follow(self._labels_changed, "labels")
        self._labels_changed()
        empty = not len(session.server.catalogue())
        self.beginning = Beginning(session, self.tour.begin) if empty else None
        self._frame()
        session.follow(self._show_area, "area")
        with figures_later() as waiting:
            self._show_area()
        yield True
        yield from _figures(waiting)

    def _frame(self) -> None:
        """Put what there is into the frame of the page."""
        session = self.session
        self.tab = Tab(
            {"went": self.address.go, "key": self.keyboard.press, "dark": self._look_of_system, "wide": self._room},
            query=self.address.param.query,
            keys=self.keyboard.param.keys,
            events=self.keyboard.param.events,
            trouble=session.param.trouble,
            wide=session.param.wide,
        )
        unseen = pn.Column(
            self.tab,
            self.help,
            self.jobs_list,
            self.run_card,
            self.python,
            self.tour,
            width=0,
            height=0,
            margin=0,
            styles={"position": "absolute"},
        )
        self._star = part(self.star, "1.1 1 0")
        self._row = row(self._star, padding=GAP, **{"box-sizing": "border-box"})
        first = [self.beginning] if self.beginning else []
        self.shell = Shell(
            [pn.Column(unseen, *first, self._row, sizing_mode="stretch_both", margin=0)],
            [self._header()],
            [self.wheel],
            [self._notice()],
            dark=session.dark,
        )
        self.tab.param.update(known=self.shell.param.known, theme=self.shell.param.chosen, dark=self.shell.param.dark)
        self.view = self.shell.view
        self.shell.param.watch(lambda event: session.param.update(dark=event.new), "dark")

    def go(self, query: str, remembered: str = "", system: str = "") -> None:
        """Show what an address names.

        Parameters
        ----------
        query : str
            What follows its question mark.
        remembered : str
            The theme that was chosen in this browser, light or dark.
        system : str
            The theme that the system of this browser preferred last.
        """
        if theme := theme_of(query, remembered):
            self.shell.set_theme(theme)
        else:
            self._look_of_system(system == "dark")
        self.session.log_in(name_on_page())
        self.address.go(query)
        if self.beginning and not self.beginning.ended:
            self.session.area = "data"
        self.session.awake = True

    def _look_of_system(self, is_dark: bool) -> None:
        self.shell.dark = is_dark

    def _room(self, wide: bool) -> None:
        self.session.wide = bool(wide)

    def parts(self) -> list[pn.Column | pn.Row]:
        """The boxes that hold most of it; they can be filled one after the other."""
        return [*self.shell.parts(), *self.shown.values(), *self.star.parts()]

    def listen(self) -> None:
        """Follow changes of the workspace from when the page has arrived until its tab is closed."""
        document, session = pn.state.curdoc, self.session
        if document is None:
            return

        def start() -> None:
            leave = session.server.watcher.listen(session, document, IOLoop.current())
            document.on_session_destroyed(lambda context: leave())
            session.sync()

        pn.state.onload(start)

    def show_help(self) -> None:
        """Open the help sheet."""
        self.help.open = True

    def _labels_changed(self, *events: object) -> None:
        listed = shortcuts(self.session, self.star.verdict.give, self.show_help, self.python.open)
        self.keyboard.listen(listed)
        tour = Button(label="Take the tour: five steps", on_click=self._begin_tour, margin=(4, 0, 8, 0))
        self.help.fill(tour, html(help_html(listed)), html(render("glossary", glossary=GLOSSARY), css=GLOSSARY_CSS))

    def _begin_tour(self) -> None:
        self.help.open = False
        self.tour.begin()

    def place(self, place: str) -> pn.viewable.Viewable:
        """The box that a step of the tour outlines, once its area is shown."""
        if place in ("map", "ranking"):
            area = self.areas["explore"]
            assert isinstance(area, ExploreArea)
            return area.map.__panel__() if place == "map" else area.below
        if place == "wheel":
            self.shell.side_open = True
            return self.wheel.__panel__()
        return self._star if place == "star" else self.shown[place]

    def _header(self) -> pn.Row:
        session = self.session
        self.run_select = Select(
            label="run",
            options=self._run_options(),
            value=session.run_id or None,
            classes="header",
            styles={"flex": "0 1 300px", "min-width": "90px"},
        )
        self.run_select.param.watch(self._run_chosen, "value")
        about_run = Button(
            symbol="i", look="text", classes="header", label="about this run", on_click=self.run_card.open
        )
        session.follow(self._runs_changed, "runs", "run_id", "studies_changed")
        self.area_buttons = RadioButtonGroup.from_param(
            session.param.area,
            label="area",
            options={name.capitalize(): name for name in AREAS},
            margin=(0, 0, 0, 16),
            classes="header",
        )
        self.search = TextInput(
            label="star to find",
            placeholder="TIC …",
            description="a TIC number or the id of a light curve; / goes here",
            classes="header",
            styles={"flex": "0 1 96px", "min-width": "56px"},
        )
        self.search.enter(self._searched)
        crumbs = html(
            pn.bind(self._crumbs, session.param.table),
            css=":host{white-space:nowrap} @media (max-width: 1150px) { .more { display: none } }",
            margin=(0, 8),
            align="center",
            styles={"color": "white"},
        )
        return pn.Row(
            self.area_buttons,
            crumbs,
            self.run_select,
            about_run,
            self.search,
            pn.layout.HSpacer(),
            html(
                pn.bind(_signed_in, session.param.login),
                css=":host{white-space:nowrap} a{color:white}",
                visible=session.param.login.rx.bool(),
                align="center",
            ),
            self.jobs_bar,
            Button(
                symbol="☰",
                look="text",
                classes="header",
                label="jobs",
                on_click=lambda: self.jobs_list.dialog.param.update(open=True),
            ),
            Button(
                symbol="</>",
                look="text",
                classes="header",
                label="copy as Python",
                description="the lines that make what is on the screen",
                on_click=self.python.open,
            ),
            Button(
                symbol="?",
                look="text",
                classes="header",
                label="keys, words, tour",
                on_click=self.show_help,
            ),
            sizing_mode="stretch_width",
            margin=0,
            align="center",
            styles={"align-items": "center", "gap": "6px", "color": "white", "min-width": "0"},
        )

    def _notice(self) -> ActionText:
        """What happened last, in one line below the page, until it is dismissed or something else happens."""
        session = self.session
        return ActionText(
            lambda action: session.notify(""),
            object=pn.bind(_notice, session.param.notice, session.param.trouble),
            css=NOTICE_CSS,
            styles={"flex": "none"},
        )

    def _crumbs(self, table: object) -> str:
        session = self.session
        sectors = sorted(set(session.table["sector"])) if len(session.table) else []
        where = (
            f"sector {sectors[0]}" if len(sectors) == 1 else counted(len(sectors), "sector") if sectors else "no data"
        )
        return render(
            "crumbs",
            folder=session.server.workspace.folder,
            where=where,
            origin=session.origin,
            known=bool(sectors),
            stars=len(session.table),
        )

    def _run_options(self) -> dict[str, str]:
        session = self.session
        return sweep_options(session.runs, {*PLANS, *Sweeps(session.server.workspace).names()}, session.run_id)

    def _runs_changed(self, *events: object) -> None:
        self.run_select.param.update(options=self._run_options(), value=self.session.run_id or None)

    def _run_chosen(self, event: object) -> None:
        chosen = str(self.run_select.value or "")
        if chosen.startswith(SWEEP):
            self.run_select.value = self.session.run_id or None
            self.session.param.update(sweep=chosen.removeprefix(SWEEP), area="compare")
        elif chosen:
            self.session.run_id = chosen

    def _searched(self) -> None:
        words = (self.search.value_input or "").strip()
        if words:
            self.session.find(words)

    def _show_area(self, *events: object) -> None:
        """Show the area of the session; it is made when it is first shown."""
        session, name = self.session, self.session.area
        if name not in self.areas:
            made: dict[str, Callable[[Session], pn.viewable.Viewer]] = {
                "explore": ExploreArea,
                "compare": CompareArea,
                "vet": VetArea,
                "data": DataArea,
            }
            self.areas[name] = made[name](session)
            self.shown[name] = part(self.areas[name], QUEUE_WIDTH if name == "vet" else "1 1 0")
            self._row.insert(len(self.shown) - 1, self.shown[name])
        for other, body in self.shown.items():
            body.visible = other == name
        self._star.visible = name in WITH_STAR
        self.shell.side_open = name == "explore"


def _signed_in(name: str) -> str:
    sign_in = sign_in_of_server()
    return render("signed_in", name=name, can_sign_out=sign_in is not None and sign_in.can_sign_out)


def _notice(words: str, trouble: str) -> str:
    return "" if trouble else render("notice", words=words)  # the tab tells of trouble, in the same place


def _figures(waiting: Iterable[KeptPlot]) -> Iterator[bool]:
    """Make the figures of plots, one a step."""
    for plot in waiting:
        plot.make()
        yield True
