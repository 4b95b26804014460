"""Who the selected star is: catalogue facts, labels, and where the run puts it."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
import panel as pn

from app.card import live_text
from app.session import Session
from app.theme import BORDER

__all__ = ["FactsPane", "facts_html", "number"]

CSS = """
:host { padding: 6px 10px; box-sizing: border-box; }
.name { font-size: 15px; font-weight: 700; margin-right: 8px; user-select: all; }
.line { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; }
.label { border: 1px solid var(--panel-primary-color); color: var(--panel-primary-color); border-radius: 8px;
         padding: 0 6px; font-size: 11px; }
"""
FACTS = (
    ("tmag", "T", "{:.2f}", "mag"),
    ("teff", "Teff", "{:.0f}", "K"),
    ("radius", "R", "{:.2f}", "R☉"),
    ("logg", "log g", "{:.2f}", ""),
    ("ra", "α", "{:.4f}", "°"),
    ("dec", "δ", "{:+.4f}", "°"),
)


def number(value: object, form: str, unit: str = "") -> str:
    """A formatted number with its unit, or a dash when it is unknown."""
    if not isinstance(value, int | float | np.number) or not np.isfinite(value):
        return "–"
    return f"{form.format(value)}{' ' if unit and unit != '°' else ''}{unit}"


def facts_html(name: str, row: pd.Series | None, labels: pd.DataFrame, targets: int, origin: str = "") -> str:
    """The facts of one star.

    Parameters
    ----------
    row : pandas.Series or None
        Its row of `Session.table`.
    labels : DataFrame
        Columns family and value.
    targets : int
        Stars that have a score in this run.
    """
    chip = f' <span class="chip">{escape(origin)}</span>' if origin else ""
    tags = " ".join(
        f'<span class="label" title="from {escape(str(label.source))}">{escape(str(label.family))} · '
        f"{escape(str(label.value))}</span>"
        for label in labels.itertuples()
    )
    head = f'<div class="line"><span class="name">{escape(name)}</span>{chip}{tags}</div>'
    if row is None:
        return head
    facts = [
        f'<span><span class="quiet">{title}</span> {number(row.get(column), form, unit)}</span>'
        for column, title, form, unit in FACTS
    ]
    sector = f"sector {row['sector']}" if row.get("sector") else "no sector"
    facts.append(f'<span class="quiet">{sector} · {escape(str(row["product"]))} · {row["cadence_s"]:.0f} s</span>')
    if "rank" in row:
        trained = ' · <span title="it helped to train this forest; its score is out of bag">trained</span>'
        facts.insert(
            0,
            f"<span><b>rank {row['rank']:,.0f}</b> <span class='quiet'>of {targets:,}</span> · score "
            f"<b>{row['anomaly_score']:.3f}</b> ± {row['anomaly_spread']:.3f} · weirdness {row['weirdness']:.3f}"
            f"{trained if row['trained'] else ''}</span>",
        )
    return f'{head}<div class="line">{"".join(facts)}</div>'


class FactsPane(pn.viewable.Viewer):
    """The head of the star column."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._html = live_text(css=CSS, sizing_mode="stretch_width")
        self._view = pn.Column(
            self._html, sizing_mode="stretch_width", margin=0, min_height=64,
            styles={
                "background": "var(--panel-surface-color)", "border": BORDER,
                "border-radius": "6px",
            },
        )  # fmt: skip
        session.follow(self._show, "star", "scored")
        self._show()

    def _show(self, *events: object) -> None:
        session = self.session
        if not session.target_id:
            self._html.object = "Choose a star: click a point of the map or a row of the ranking."
            return
        row = session.table.loc[session.target_id] if session.target_id in session.table.index else None
        curve = session.star.light_curve
        name = curve.target.name if curve is not None else session.target_id
        labels = session.server.workspace.labels.of(session.target_id)
        self._html.object = facts_html(name, row, labels, len(session.table), session.star_origin)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view
