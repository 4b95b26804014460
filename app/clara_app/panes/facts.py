"""Who the selected star is: catalogue facts, labels, and where the run puts it."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import numpy as np
import pandas as pd
import panel as pn

from clara_app.card import live_text
from clara_app.session import Session
from clara_app.theme import BORDER
from clara_engine.studies.grouping import notes_on

__all__ = ["FactsPane", "facts_html", "links_html", "number"]

CSS = """
:host { padding: 6px 10px; box-sizing: border-box; }
.name { font-size: 15px; font-weight: 700; margin-right: 8px; user-select: all; }
.line { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; }
.label { border: 1px solid var(--accent); color: var(--accent); border-radius: 8px;
         padding: 0 6px; font-size: 11px; }
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
    return " ".join(
        f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer" '
        f'title="{escape(name)} in {title}, in a new tab">{title}</a>'
        for title, address in places.items()
        if address
    )


def number(value: object, form: str, unit: str = "") -> str:
    """A formatted number with its unit, or a dash when it is unknown."""
    if not isinstance(value, int | float | np.number) or not np.isfinite(value):
        return "–"
    return f"{form.format(value)}{' ' if unit and unit != '°' else ''}{unit}"


def facts_html(
    name: str, row: pd.Series | None, labels: pd.DataFrame, targets: int, origin: str = "", note: str = ""
) -> str:
    """The facts of one star.

    Parameters
    ----------
    row : pandas.Series or None
        Its row of `Session.table`.
    labels : DataFrame
        Columns family and value.
    targets : int
        Stars that have a rank in this run.
    note : str
        Why it has none.
    """
    chip = f' <span class="chip">{escape(origin)}</span>' if origin else ""
    tags = " ".join(
        f'<span class="label" title="from {escape(str(label.source))}">{escape(str(label.family))} · '
        f"{escape(str(label.value))}</span>"
        for label in labels.itertuples()
    )
    links = f'<span class="links">{links_html(row)}</span>'
    head = f'<div class="line"><span class="name">{escape(name)}</span>{chip}{tags}{links}</div>'
    if row is None:
        return head
    facts = [
        f'<span><span class="quiet">{title}</span> {number(row.get(column), form, unit)}</span>'
        for column, title, form, unit in FACTS
    ]
    sector = f"sector {row['sector']}" if row.get("sector") else "no sector"
    facts.append(f'<span class="quiet">{sector} · {escape(str(row["product"]))} · {row["cadence_s"]:.0f} s</span>')
    if "rank" in row:
        trained = ' · <span title="it trained this forest; scored by trees that never saw it">trained</span>'
        facts.insert(
            0,
            f"<span><b>rank {row['rank']:,.0f}</b> <span class='quiet'>of {targets:,}</span> · score "
            f"<b>{row['anomaly_score']:.3f}</b> ± {row['anomaly_spread']:.3f} · weirdness {row['weirdness']:.3f}"
            f"{trained if row['trained'] else ''}</span>",
        )
    elif note:
        facts.insert(0, f"<span><b>not ranked</b> <span class='quiet'>{escape(note)}</span></span>")
    return f'{head}<div class="line">{"".join(facts)}</div>'


class FactsPane(pn.viewable.Viewer):
    """The head of the star column."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._html = live_text(css=CSS, sizing_mode="stretch_width")
        self._view = pn.Column(
            self._html,
            sizing_mode="stretch_width",
            margin=0,
            min_height=64,
            styles={
                "background": "var(--ground)",
                "border": BORDER,
                "border-radius": "6px",
            },
        )
        session.follow(self._show, "star", "scored")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if not session.target_id:
            self._html.object = "Choose a star: click a point of the map or a row of the ranking."
            return
        curve, catalogue, note = session.star.light_curve, session.server.catalogue(), ""
        row = next(
            (table.loc[session.target_id] for table in (session.table, catalogue) if session.target_id in table.index),
            None,
        )
        if session.run is not None and curve is not None and session.target_id not in session.table.index:
            note = notes_on(session.server.workspace, session.run, [curve.target])[0]
        name = session.star.name or session.target_id
        labels = session.server.workspace.labels.of(session.target_id)
        self._html.object = facts_html(name, row, labels, len(session.table), session.star_origin, note)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
