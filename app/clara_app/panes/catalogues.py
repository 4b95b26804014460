"""What the archives know of the stars here: asked, kept with its time, asked again."""

from __future__ import annotations

import panel as pn

from clara_app.action_text import ActionText
from clara_app.background_job import BackgroundJob
from clara_app.card import live_text
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button
from clara_engine.jobs import JobKind, Reporter
from clara_engine.studies.crossmatch import ALL_SERVICES, Crossmatch, ServiceState, crossmatch, service_states

__all__ = ["CataloguesPane", "coverage_html", "outcome_html"]

ASK, AGAIN = "ask:", "again:"
GIVES = {
    "tic": "Tmag, Teff, log g, radius, mass, luminosity, distance",
    "toi": "dispositions of TESS Objects of Interest, with their ephemerides",
    "gaia": "parallax, proper motion, colour, RUWE, Teff, variability",
    "simbad": "types of objects",
    "ctoi": "planet candidates of the community, with their dispositions and periods",
    "eb": "TESS eclipsing binaries of sectors 1 to 26, with their ephemerides",
    "vsx": "variable stars within a pixel: type and period",
    "gaia_variables": "classes of variability; periods of binaries, rotators and RR Lyrae stars",
}


def coverage_html(services: list[ServiceState]) -> str:
    """A row a service: what is kept of it, since when, and what went wrong the last time."""
    return render("standing", services=services, gives=GIVES)


def outcome_html(result: Crossmatch) -> str:
    """What came of asking: found and not, stored, and the stars to be careful with."""
    notes = [
        (service, note, [f"{tic}" for tic in group["tic"]])
        for (service, note), group in result.notes.groupby(["service", "note"], sort=False)
    ]
    return render("crossmatch", result=result, services=ALL_SERVICES, notes=notes)


class CataloguesPane(pn.viewable.Viewer):
    """The services, and what they gave."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.services: list[ServiceState] = []
        self.table = ActionText(self.on_action, css=":host{padding:2px 10px}", sizing_mode="stretch_width")
        self.counting = BackgroundJob(session, self._counted)
        self.asking = BackgroundJob(session, self._asked, stopped="cancelled; what had come by then is kept")
        self.result = ActionText(self.on_action, css=":host{padding:6px 10px}", sizing_mode="stretch_both")
        everyone = Button(label="Ask all", margin=(2, 10), on_click=self.query)
        self._view = pn.Column(
            live_text(
                '<span class="quiet">Answers are kept in the workspace and are there when an archive is not. Simulated '
                "stars are in no catalogue.</span>",
                css=":host{padding:8px 10px 0}",
                sizing_mode="stretch_width",
            ),
            self.counting.line,
            self.table,
            everyone,
            self.asking.line,
            self.result,
            sizing_mode="stretch_both",
            margin=0,
        )
        self.refresh()

    def refresh(self) -> None:
        """Look again at what is kept."""
        workspace = self.session.server.workspace
        self.counting.start(
            JobKind.LOOK,
            "what the catalogues said",
            lambda report: service_states(workspace),
            lane="looks",
            passing=True,
        )

    def query(self, *services: str, refresh: bool = False) -> None:
        """Queue questions to some services, by default to all."""
        workspace = self.session.server.workspace
        names = services or tuple(GIVES)

        def work(report: Reporter) -> Crossmatch:
            return crossmatch(workspace, names, refresh=refresh, report=report)

        self.asking.start(
            JobKind.CROSSMATCH,
            f"ask {', '.join(names)}{' again' if refresh else ''}",
            work,
            lane="archives",
            share=True,
        )

    def on_action(self, action: str) -> None:
        """Do what a button says."""
        for start, refresh in ((ASK, False), (AGAIN, True)):
            name = action.removeprefix(start)
            if action.startswith(start) and name in GIVES:
                self.query(name, refresh=refresh)

    def _counted(self, services: list[ServiceState]) -> None:
        self.services = services
        self.table.object = coverage_html(services)

    def _asked(self, result: Crossmatch) -> None:
        self.result.object = outcome_html(result)
        self.refresh()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
