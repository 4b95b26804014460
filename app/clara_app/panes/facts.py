"""Who the selected star is: catalogue facts, labels, and where the run puts it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import numpy as np
import pandas as pd
import panel as pn
from markupsafe import Markup

from clara_app.card import live_text
from clara_app.claim_words import claim_words
from clara_app.panes.known_line import KnownLine
from clara_app.rendering import render
from clara_app.session import Session
from clara_app.theme import BORDER
from clara_engine.lightcurve import sector_word
from clara_engine.studies.grouping import notes_on

__all__ = ["FactsPane", "facts_html", "links_html", "number"]

CSS = """
:host { padding: 6px 10px; box-sizing: border-box; }
.name { font-size: 15px; font-weight: 700; margin-right: 8px; user-select: all; }
.line { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; }
.label { border: 1px solid var(--accent); color: var(--accent); border-radius: 8px;
         padding: 0 6px; font-size: 11px; }
.mark { display: var(--mark, inline); }
.said { line-height: 1.3; margin-top: 1px; }
.links { margin-left: auto; font-size: 11px; white-space: nowrap; }
.links a { color: var(--accent); text-decoration: none; margin-left: 6px; }
.links a:hover, .links a:focus { text-decoration: underline; }
"""
FACTS = (
    ("tmag", "T", "{:.2f}", "mag"),
    ("teff", "Teff", "{:.0f}", "K"),
    ("radius", "R", "{:.2f}", "R☉"),
    ("logg", "log g", "{:.2f}", ""),
    ("ra", "α", "{:.4f}", "°"),
    ("dec", "δ", "{:+.4f}", "°"),
)


def links_html(row: pd.Series | None) -> str:
    """Where else to read about a star; nothing for simulated ones, which are in no catalogue."""
    if row is None or row.get("simulated", True) or not row.get("tic", 0) > 0:
        return ""
    name = f"{row.get('catalogue', 'TIC')} {row['tic']:.0f}"
    places = {
        "ExoFOP": f"https://exofop.ipac.caltech.edu/tess/target.php?id={row['tic']:.0f}" if name[0] == "T" else "",
        "SIMBAD": f"https://simbad.cds.unistra.fr/simbad/sim-id?Ident={quote(name)}",
        "Gaia": "",
        "MAST": f"https://mast.stsci.edu/portal/Mashup/Clients/Mast/Portal.html?searchQuery={quote(name)}",
    }
    if np.isfinite(row.get("ra", np.nan)) and np.isfinite(row.get("dec", np.nan)):
        place = quote(f"{row['ra']:.6f}{row['dec']:+.6f}")
        places["Gaia"] = f"https://vizier.cds.unistra.fr/viz-bin/VizieR-4?-source=I/355/gaiadr3&-c={place}&-c.rs=10"
    return render("links", name=name, places=[(title, address) for title, address in places.items() if address])


def number(value: object, form: str, unit: str = "") -> str:
    """A formatted number with its unit, or a dash when it is unknown."""
    if not isinstance(value, int | float | np.number) or not np.isfinite(value):
        return "–"
    return f"{form.format(value)}{' ' if unit and unit != '°' else ''}{unit}"


def facts_html(
    name: str,
    row: pd.Series | None,
    labels: pd.DataFrame,
    targets: int,
    origin: str = "",
    note: str = "",
    sentences: Sequence[str] = (),
    *,
    all_are: bool = False,
    hidden: bool = False,
) -> str:
    """The facts of one star.

    Parameters
    ----------
    row : pandas.Series or None
        Its row of `Session.table`.
    labels : DataFrame
        Columns family and value.
    targets : int
        Light curves that have a rank in this run.
    note : str
        Why it has none.
    sentences : sequence of str
        What the period search says of it.
    all_are : bool
        Whether all stars are of that origin, which the header of the page says.
    hidden : bool
        Whether rank and score are kept from somebody who judges blindly.
    """
    facts = (
        [(title, number(row.get(column), form, unit)) for column, title, form, unit in FACTS] if row is not None else []
    )
    return render(
        "facts",
        name=name,
        sector=sector_word(name),
        row=row,
        labels=list(labels.itertuples()),
        targets=targets,
        origin=origin,
        all_are=all_are,
        note=note,
        facts=facts,
        links=Markup(links_html(row)),
        sentences=sentences,
        claims=[] if row is None or hidden else claim_words(row),
        hidden=hidden,
    )


class FactsPane(pn.viewable.Viewer):
    """The head of the star column."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._hidden = False
        self.html = live_text(css=CSS, sizing_mode="stretch_width")
        self.known = KnownLine(session)
        self._view = pn.Column(
            self.html,
            self.known,
            sizing_mode="stretch_width",
            margin=0,
            min_height=102,
            styles={
                "background": "var(--ground)",
                "border": BORDER,
                "border-radius": "6px",
            },
        )
        session.follow(self._show, "star", "scored")
        session.follow(self._show_again, "blind", "area", "author", "verdicts_changed")
        self._show()

    def _show_again(self, *events: object) -> None:
        """What is hidden from a blind judge comes and goes with the verdict."""
        if self._hidden != self.session.hides_scores_of(self.session.target_id):
            self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        self._hidden = session.hides_scores_of(session.target_id)
        if not session.target_id:
            self.html.object = "Choose a star: click a point of the map or a row of the ranking."
            return
        curve, catalogue, note = session.star.light_curve, session.server.catalogue(), ""
        row = next(
            (table.loc[session.target_id] for table in (session.table, catalogue) if session.target_id in table.index),
            None,
        )
        if session.run is not None and curve is not None and session.target_id not in session.table.index:
            note = notes_on(session.server.workspace, session.run, [curve.target])[0]
        name = session.star.name or session.target_id
        labels = session.server.labels.of(session.target_id)
        self.html.object = facts_html(
            name,
            row,
            labels,
            len(session.table),
            session.star_origin,
            note,
            session.star.sentences,
            all_are=session.origin == "SIMULATED",
            hidden=self._hidden,
        )

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
