"""What Gaia knows of the selected star, and where it stands among all stars of the workspace."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import panel as pn

from clara_app.areas.parts import part
from clara_app.background_job import problem_html
from clara_app.card import card, live_text, quiet
from clara_app.hiding import HIDDEN, show
from clara_app.in_thread import LatestRequest
from clara_app.panes.facts import number
from clara_app.panes.neighbours import NeighboursView
from clara_app.plot_view import PlotView, inside
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.widgets import Button, RadioButtonGroup, Select
from clara_engine import plots
from clara_engine.errors import FeatureError
from clara_engine.evaluate.population import colour_magnitude
from clara_engine.jobs import JobKind, Reporter
from clara_engine.plots.points import MOST_POINTS
from clara_engine.studies.findings import Found
from clara_engine.studies.population import GIVEN, correlations, detectors, separation
from clara_engine.workspace import Run

__all__ = ["GaiaPane", "correlations_html", "gaia_html", "subsets_html"]

CSS = """
:host { padding: 0 10px 4px; box-sizing: border-box; overflow-y: auto; }
td, th { padding: 1px 4px; } .wide { white-space: normal; line-height: 1.35; padding-top: 4px; }
"""
SINGLE_RUWE = 1.4
SIGNIFICANT = 0.05
FACTS = (
    ("parallax_mas", "parallax", "{:.3f}", "mas"),
    ("gaia_distance_pc", "distance (GSP-Phot)", "{:,.0f}", "pc"),
    ("ruwe", "RUWE", "{:.2f}", ""),
    ("vtan_kms", "tangential velocity", "{:.1f}", "km/s"),
    ("gaia_g", "G", "{:.2f}", "mag"),
    ("bp_rp", "BP − RP", "{:.2f}", "mag"),
    ("gaia_teff_k", "Teff (GSP-Phot)", "{:,.0f}", "K"),
    ("gaia_logg", "log g (GSP-Phot)", "{:.2f}", "dex"),
    ("gaia_mh", "[M/H] (GSP-Phot)", "{:+.2f}", "dex"),
)
FLAGS = {"gaia_variable": "variable in Gaia photometry", "gaia_non_single": "not a single star"}
NAMES = {
    "teff_k": "Teff",
    "ruwe": "RUWE",
    "vtan_kms": "v tan",
    "bp_rp": "BP − RP",
    "lum_lsun": "luminosity",
    "logg": "log g",
    "radius_rsun": "radius",
    "mh": "[M/H]",
}
SCORE_NAMES = {"anomaly_score": "anomaly score", "weirdness": "weirdness", "wrss": "WRSS"}
GIVEN_NAMES = {"tmag": "T magnitude", "noise_ppm": "noise", "crowdsap": "crowding"}
EMPTY = (
    "No Gaia data in this workspace yet: Catalogues in the area Data asks for them, or clara crossmatch in a terminal."
)
SIMULATED = "Simulated stars are in no catalogue: the diagram stays empty."
#: Parameters of the search for groups; those that too few stars have are left out.
SEPARATING = ("teff_k", "logg", "radius_rsun", "lum_lsun", "mh", "ruwe", "vtan_kms", "bp_rp")
LEAST_KNOWN = 0.5
SHOWN_SUBSETS = 8
#: How near to a star a click must be, as a share of the range in view.
REACH = 0.03


def gaia_html(row: pd.Series, place: pd.Series, flags: dict[str, str]) -> str:
    """Gaia data of a star, with reasons to distrust them.

    Parameters
    ----------
    row : Series
        Catalogue parameters.
    place : Series
        Its row of `colour_magnitude`.
    flags : dict
        Value of each family of `FLAGS` that the star has.
    """
    lines = []
    if pd.notna(place["abs_g"]):
        error = f" ± {place['abs_g_error']:.2f}" if pd.notna(place["abs_g_error"]) else ""
        lines.append(("M_G, no extinction", f"{place['abs_g']:.2f}{error} mag", ""))
    for column, title, form, unit in FACTS:
        if not pd.notna(row.get(column)):
            continue
        text, doubt = number(row[column], form, unit), ""
        error = row.get("parallax_error_mas")
        if column == "parallax_mas" and pd.notna(error):
            text = f"{form.format(row[column])} ± {error:.3f} mas"
        if column == "ruwe" and row[column] > SINGLE_RUWE:
            doubt = f", above {SINGLE_RUWE}: perhaps not single"
        lines.append((title, text, doubt))
    notes = [
        f"{title}: {value}" if value != "yes" else title
        for family, title in FLAGS.items()
        if (value := flags.get(family))
    ]
    return render("gaia", lines=lines, notes=notes + ([place["reason"]] if place["reason"] else []))


def correlations_html(table: pd.DataFrame, run: str, score: str = "anomaly_score") -> str:
    """Rank correlation of a run's score with each parameter, beside chance; and at equal magnitude, noise, crowding."""
    rows = [(NAMES.get(row.parameter, row.parameter), row) for row in table.itertuples()]
    held = table["given"].iloc[0].split(", ") if "given" in table else []
    given, unknown = (
        ", ".join(GIVEN_NAMES.get(name, name) for name in names)
        for names in (held, [name for name in GIVEN if held and name not in held])
    )
    score = SCORE_NAMES.get(score, score)
    return render(
        "correlations", rows=rows, run=run, significant=SIGNIFICANT, given=given, unknown=unknown, score=score
    )


def detectors_html(table: pd.DataFrame, run: str, score: str) -> str:
    """Scores of a run by camera and detector, beside chance."""
    return render(
        "detectors",
        rows=list(table.itertuples()),
        run=run,
        score=SCORE_NAMES.get(score, score),
        chance=float(table["top_chance"].iloc[0]),
        significant=SIGNIFICANT,
    )


def subsets_html(table: pd.DataFrame) -> str:
    """The subsets of parameters that set groups of stars apart best, as `Population.separation` found them."""

    def names(parameters: str) -> str:
        return ", ".join(NAMES.get(name, name) for name in parameters.split(","))

    rows = [(names(row.parameters), row) for row in table.head(SHOWN_SUBSETS).itertuples()]
    return render("subsets", rows=rows)


class GaiaPane(pn.viewable.Viewer):
    """Colour–magnitude diagram, Gaia's facts, and the score against stellar parameters. Works only while in view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plot = PlotView(plots.colour_magnitude, tapped=self.tapped, outlined=self.drawn_around)
        self.places = pd.DataFrame(columns=["bp_rp", "abs_g", "abs_g_error", "reason"])
        self._drawn = -1
        self.views = RadioButtonGroup(
            label="view of Gaia",
            options=["star", "sky", "population", "camera", "subsets"],
            value="star",
            description="what Gaia says of the star; which stars beside it could make its signal; how the score goes "
            "with stellar parameters; with camera and CCD; which few parameters set groups of stars apart",
        )
        self.score = Select(
            label="score",
            options={title: name for name, title in SCORE_NAMES.items()},
            value="anomaly_score",
            width=120,
        )
        show(self.score, False)
        self._counting = LatestRequest(session)
        self.button = Button(
            label="Correlate",
            margin=(4, 10),
            on_click=self.press,
            description="correlate the score of the run with Teff, RUWE, velocity, colour and luminosity",
        )
        self.note = live_text(css=":host{padding:0 10px 4px}", styles=HIDDEN)
        self.html = live_text(css=CSS, sizing_mode="stretch_both")
        self.sky = NeighboursView(session)
        self.figure = part(self.plot, "1 1 0")
        self.diagram = pn.Row(
            self.figure,
            part(
                pn.Column(pn.Row(self.button, self.score, margin=0), self.html, sizing_mode="stretch_both", margin=0),
                "1.1 1 0",
            ),
            sizing_mode="stretch_both",
            margin=0,
        )
        self.sky_box = part(self.sky, "1 1 0")
        show(self.sky_box, False)
        self._view = card(
            "Gaia",
            self.note,
            self.diagram,
            self.sky_box,
            tools=(self.views,),
            chip=session.param.star_origin,
        )
        self.views.param.watch(self._show, "value")
        self.score.param.watch(self._show, "value")
        session.follow(self._show, "star", "scored", "selection", "jobs", "studies_changed", "views", "run_id")
        session.follow(self._paint, "dark")
        self._show()
        self._paint()

    def press(self) -> None:
        """Queue what the view asks for: the correlations of the run on the screen, or the search of subsets."""
        run, server, author = self.session.run, self.session.server, self.session.signature()
        if self.views.value == "subsets":
            work = server.storing_result(JobKind.SUBSETS, "", self._separate)
            server.submit_once(JobKind.SUBSETS, "subsets of parameters", work, author=author)
        elif run is not None:
            score = self.score.value
            work = server.storing_result(JobKind.POPULATION, self._asked(run), partial(self._correlate, run, score))
            of = "" if score == "anomaly_score" else f", {SCORE_NAMES[score]}"
            server.submit_once(JobKind.POPULATION, f"population of {run.name}{of}", work, author=author)
        self.session.sync()

    def _separate(self, report: Reporter) -> Found:
        names = self.names()
        if len(names) < 2:
            raise FeatureError(f"fewer than two of {', '.join(SEPARATING)} are known: ask the catalogues, in Data")
        return Found(separation(self.session.server.workspace, names, report=report))

    def names(self) -> list[str]:
        """Catalogue parameters that are known of enough stars."""
        known = self.session.server.workspace.parameters.table().reindex(columns=list(SEPARATING)).notna().mean()
        return [name for name in SEPARATING if known[name] >= LEAST_KNOWN]

    def _correlate(self, run: Run, score: str, report: Reporter) -> Found:
        workspace = self.session.server.workspace
        return Found(correlations(workspace, run, score=score, given=GIVEN, report=report))

    def _asked(self, run: Run) -> str:
        """What tells the correlations of one score of a run from others."""
        return run.id if self.score.value == "anomaly_score" else f"{run.id} {self.score.value}"

    def _show(self, *events: object) -> None:
        session = self.session
        self.sky.shown = "gaia" in session.views and self.views.value == "sky"
        show(self.sky_box, self.views.value == "sky")
        show(self.diagram, self.views.value != "sky")
        if "gaia" not in session.views:
            return
        if self.sky.shown:
            show(self.note, False)
            self.sky.look()
            return
        if self._drawn != session.scored:
            self._drawn = session.scored
            self.places = colour_magnitude(session.server.catalogue())
            self.plot.crowded = len(self.places) > MOST_POINTS
            self.plot.draw(places=self.places, selection=session.selection, target=session.target_id)
        else:
            self.plot.draw(selection=session.selection, target=session.target_id)
        here = session.target_id if session.target_id in self.places.index else None
        empty = not self.places["abs_g"].notna().any()
        self.note.object = quiet(SIMULATED if session.origin == "SIMULATED" else EMPTY)
        show(self.note, empty)
        show(self.figure, not empty)
        show(self.button, False)
        show(self.score, self.views.value in ("population", "camera"))
        self._counting.cancel()
        if self.views.value == "subsets":
            self._show_subsets()
        elif self.views.value == "camera":
            self._show_detectors()
        elif self.views.value == "population":
            self._show_population()
        elif here is None:
            self.html.object = quiet("Choose a star on the map or in the ranking.")
        else:
            labels = session.server.labels.of(here)
            flags = dict(zip(labels["family"], labels["value"], strict=True))
            self.html.object = gaia_html(session.server.catalogue().loc[here], self.places.loc[here], flags)

    def _last(self, kind: JobKind, asked: str) -> tuple[pd.DataFrame | None, bool]:
        """What the last job of a kind found, and whether one goes on."""
        found: Found | None = self.session.server.finding(kind, asked)
        busy = any(job.kind == kind and job.state.active for job in self.session.jobs)
        return None if found is None else found.table, busy

    def _show_subsets(self) -> None:
        table, busy = self._last(JobKind.SUBSETS, "")
        label = "being searched" if busy else "Search" if table is None else "Search again"
        self.button.param.update(disabled=busy, label=label)
        show(self.button)
        if table is not None:
            self.html.object = subsets_html(table)
            return
        words = (
            "being searched …"
            if busy
            else (
                "Search tries every two or three stellar parameters, and lists those in which the stars fall into "
                "groups."
            )
        )
        self.html.object = quiet(words)

    def _show_population(self) -> None:
        session = self.session
        table, busy = self._last(JobKind.POPULATION, "" if session.run is None else self._asked(session.run))
        label = "being computed" if busy else "Correlate" if table is None else "Correlate again"
        self.button.param.update(disabled=busy or session.run is None, label=label)
        show(self.button)
        if table is not None and session.run is not None:
            self.html.object = correlations_html(table, session.run.name, self.score.value)
            return
        self.html.object = quiet(
            "No run yet: set the wheel and press Retrain."
            if session.run is None
            else "being computed …"
            if busy
            else "Correlate tells whether strange stars are hot, fast, bright or not single more often than others."
        )

    def _show_detectors(self) -> None:
        run, score, workspace = self.session.run, self.score.value, self.session.server.workspace
        if run is None:
            self.html.object = quiet("No run yet: set the wheel and press Retrain.")
            return

        def draw(table: pd.DataFrame) -> None:
            self.html.object = detectors_html(table, run.name, score)

        def refused(why: str) -> None:
            self.html.object = problem_html(why)

        self._counting(partial(detectors, workspace, run, score=score), draw, refused)

    def _placed(self) -> pd.DataFrame:
        """Stars of the ranking that stand in the diagram."""
        placed = self.places[self.places["abs_g"].notna()]
        return placed[placed.index.isin(self.session.table.index)]

    def tapped(self, x: float, y: float) -> None:
        """Choose the star nearest to a place, where one is near."""
        placed = self._placed()
        (left, right), (bottom, top) = self.plot.ends
        across, up = placed["bp_rp"].to_numpy(float), placed["abs_g"].to_numpy(float)
        away = np.hypot((across - x) / (right - left), (up - y) / (top - bottom))
        if away.size and away.min() < REACH:
            self.session.show(str(placed.index[int(np.argmin(away))]))

    def drawn_around(self, corners_x: np.ndarray, corners_y: np.ndarray) -> None:
        """Select the stars that were drawn around, strangest first, here, on the map and in the ranking."""
        placed = self._placed()
        found = inside(placed["bp_rp"].to_numpy(float), placed["abs_g"].to_numpy(float), corners_x, corners_y)
        chosen = set(placed.index[found])
        self.session.selection = [target_id for target_id in self.session.table.index if target_id in chosen]

    def _paint(self, *events: object) -> None:
        self.plot.paint(self.session.dark)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
