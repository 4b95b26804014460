"""A report on some stars that can be printed: one HTML file with everything in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from clara_engine import __version__
from clara_engine.errors import ClaraError, WorkspaceError
from clara_engine.lightcurve import LightCurve
from clara_engine.periods import Ephemeris, PeriodSearch, find_periods, fold
from clara_engine.progress import Report, quiet
from clara_engine.report.pictures import fold_png, light_curve_png, periodogram_png, reason_png
from clara_engine.studies.reasons import explain_star

if TYPE_CHECKING:
    from clara_engine.store.runs import Run
    from clara_engine.store.store import Store

__all__ = ["MOST_STARS", "report_html"]

#: A star takes about 150 kB and a second.
MOST_STARS = 200
#: Of a star, as progress counts them: light curve, periods, their pictures, and why it is strange.
STEPS = 4

FACTS = (
    ("tmag", "TESS magnitude", "{:.2f} mag"),
    ("teff", "effective temperature", "{:.0f} K"),
    ("radius", "radius", "{:.2f} R☉"),
    ("logg", "log g (cgs)", "{:.2f}"),
    ("ra", "right ascension", "{:.5f}°"),
    ("dec", "declination", "{:+.5f}°"),
    ("pmra", "proper motion α", "{:.2f} mas/yr"),
    ("pmdec", "proper motion δ", "{:.2f} mas/yr"),
    ("cadence_s", "cadence", "{:.0f} s"),
)
STRONGEST = 5
SAME_SCORE = 0.0005
NOTHING = "<div class='quiet'>none</div>"
CSS = """
body { font: 12px/1.45 system-ui, Helvetica, Arial, sans-serif; color: #2b3138; max-width: 190mm;
       margin: 12mm auto; }
h1 { font-size: 20px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 0 0 4px; }
h3 { font-size: 12px; margin: 8px 0 2px; }
.chip { border: 1px solid; border-radius: 8px; padding: 0 6px; font-size: 10px; letter-spacing: .04em;
        color: #b34700; }
.quiet { color: #68717b; } .problem { color: #b34700; }
.star { border-top: 1px solid #c9ced4; padding-top: 8px; margin-top: 14px; }
.pair { display: flex; gap: 8px; } .pair img { width: 50%; } img { max-width: 100%; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 1px 10px 1px 0; font-weight: 400; }
th { color: #68717b; } .facts { columns: 3; }
@page { margin: 14mm; }
@media print { body { margin: 0; max-width: none; } .star { break-before: page; border: none; }
  .star.first { break-before: auto; }
  h2, h3, img, table { break-inside: avoid; } }
"""


def report_html(
    workspace: Store,
    target_ids: Sequence[str],
    run: Run | None = None,
    *,
    title: str = "",
    report: Report = quiet,
) -> str:
    """Facts, light curve, periods, fold, reasons, labels and verdicts of some stars; prints one star a page.

    Parameters
    ----------
    workspace : Store
    target_ids : sequence of str
        In the order of the report, at most `MOST_STARS`.
    run : Run, optional
        Whose scores and reasons are given.
    title : str
        Of the page; by default how many stars it is about.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    str
        HTML that needs no other file; whatever people or archives wrote is text.

    Raises
    ------
    WorkspaceError
        When there are no stars, too many, or unknown ones.
    """
    table = workspace.targets.frame().set_index("target_id")
    unknown = [target_id for target_id in target_ids if target_id not in table.index]
    if unknown or not target_ids:
        raise WorkspaceError(f"no target {unknown[0]}" if unknown else "a report needs a star: select some first")
    if len(target_ids) > MOST_STARS:
        raise WorkspaceError(f"a report takes {MOST_STARS} stars, not {len(target_ids):,}: select fewer")
    scores = run.scores().set_index("target_id") if run is not None else pd.DataFrame()
    report.stage("writing the report")
    parts = []
    for done, target_id in enumerate(target_ids):
        steps = iter(range(STEPS * done + 1, STEPS * (done + 1)))

        def step(steps: Iterator[int] = steps) -> None:
            report(next(steps), STEPS * len(target_ids))

        parts.append(_star(workspace, target_id, table.loc[target_id], run, scores, step, first=done == 0))
        report(STEPS * (done + 1), STEPS * len(target_ids))
    simulated = table.loc[list(target_ids), "simulated"].astype(bool)
    origin = "SIMULATED" if simulated.all() else "PARTLY SIMULATED" if simulated.any() else ""
    heading = title or ("One star" if len(target_ids) == 1 else f"{len(target_ids)} stars")
    when = time.strftime("%Y-%m-%d %H:%M %Z")
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>CLARA: {escape(heading)}</title>"
        f"<style>{CSS}</style></head><body><h1>{escape(heading)} {_chip(origin)}</h1>"
        f"<p class='quiet'>CLARA {escape(__version__)} · {escape(when)} · workspace "
        f"{escape(workspace.folder.name)}</p>{_run(run)}{''.join(parts)}</body></html>"
    )


def _chip(words: str) -> str:
    return f"<span class='chip'>{escape(words)}</span>" if words else ""


def _run(run: Run | None) -> str:
    if run is None:
        return "<p class='quiet'>No run: the stars have no scores.</p>"
    spec = run.spec
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
    words = (
        f"<p>Run <b>{escape(run.name)}</b> ({escape(run.id)}): {escape(spec.variant)}, "
        f"{spec.forest.n_estimators:,} trees, features {escape(spec.feature_set)}, {run.trained:,} of "
        f"{run.targets:,} light curves trained the forest; seed {spec.seed}; {when}.</p>"
    )
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td>{values['positives']} of {values['targets']}</td>"
        f"<td>{_rate(values['roc_auc'])}</td><td>0.50</td><td>{_rate(values['average_precision'])}</td>"
        f"<td>{values['positives'] / values['targets']:.3f}</td></tr>"
        for label, values in run.measures.items()
    )
    head = (
        "<tr><th>label</th><th>stars</th><th>ROC-AUC (95 %)</th><th>by chance</th><th>average precision (95 %)</th>"
        "<th>by chance</th></tr>"
    )
    return words + (f"<table>{head}{rows}</table>" if rows else "")


def _rate(rate: dict[str, float]) -> str:
    return f"{rate['value']:.3f} ({rate['low']:.3f}–{rate['high']:.3f})"


def _star(
    workspace: Store,
    target_id: str,
    row: pd.Series,
    run: Run | None,
    scores: pd.DataFrame,
    step: Callable[[], None],
    *,
    first: bool,
) -> str:
    name = f"SIM {row['tic']}" if row["simulated"] else f"{row['catalogue']} {row['tic']}"
    place = f"sector {row['sector']} · {escape(str(row['product']))} · <span class='quiet'>{escape(target_id)}</span>"
    score = ""
    if target_id in scores.index:
        one = scores.loc[target_id]
        score = (
            f" · rank <b>{one['rank']:.0f}</b> of {len(scores):,} · anomaly score <b>{one['anomaly_score']:.3f}</b> ± "
            f"{one['anomaly_spread']:.3f} (0 to 1) · weirdness {one['weirdness']:.3f}"
        )
    facts = "".join(
        f"<div><span class='quiet'>{title}</span> {form.format(row[key])}</div>"
        for key, title, form in FACTS
        if pd.notna(row[key])
    )
    head = f"<h2>{escape(name)} {_chip('SIMULATED' if row['simulated'] else '')}</h2><p>{place}{score}</p>"
    body = [
        head,
        f"<div class='facts'>{facts}</div>",
        _plots(workspace, target_id, step),
        _why(workspace, run, target_id, scores),
    ]
    body += [_labels(workspace, target_id), _verdicts(workspace, target_id)]
    return f"<section class='star{' first' if first else ''}'>{''.join(body)}</section>"


def _plots(workspace: Store, target_id: str, step: Callable[[], None]) -> str:
    try:
        curve = workspace.targets.light_curve(target_id)
        shown = f"<h3>Light curve</h3>{_image(light_curve_png(curve), 'light curve')}"
    except (ClaraError, OSError) as error:
        return _problem(error)
    step()
    try:
        search = find_periods(curve)
        ephemeris = _ephemeris(curve, search)
    except ClaraError as error:
        return shown + _problem(error)
    step()
    pictures = [_image(periodogram_png(search, ephemeris.period_days if ephemeris else None), "periodogram")]
    if ephemeris is not None:
        pictures.append(_image(fold_png(curve, ephemeris), "folded light curve"))
    step()
    return f"{shown}<h3>Period</h3><p>{escape(search.verdict)}</p><div class='pair'>{''.join(pictures)}</div>"


def _ephemeris(curve: LightCurve, search: PeriodSearch) -> Ephemeris | None:
    if search.best is not None:
        return search.best.ephemeris
    peaks = search.lomb_scargle.peaks
    return Ephemeris(peaks[0].period_days, fold(curve, peaks[0].period_days).epoch_btjd) if peaks else None


def _why(workspace: Store, run: Run | None, target_id: str, scores: pd.DataFrame) -> str:
    if run is None:
        return ""
    try:
        reason = explain_star(workspace, run, target_id)
    except (ClaraError, OSError) as error:
        return f"<h3>Why it is strange</h3>{_problem(error)}"
    strongest = "".join(
        f"<tr><td>{escape(str(one.feature))}</td><td>{one.value:.4g}</td><td>{one.contribution:+.4f}</td></tr>"
        for one in reason.strongest(STRONGEST).itertuples()
    )
    ranked = float(scores["anomaly_score"].get(target_id, reason.score))
    other = (
        f"<p class='quiet'>The ranking says {ranked:.3f}: this star trained every tree here, and is scored there by "
        "other trees.</p>"
        if abs(ranked - reason.score) > SAME_SCORE
        else ""
    )
    words = " · ".join(f"{escape(block)} {added:+.3f}" for block, added in reason.by_block().items())
    return (
        f"<h3>Why it is strange</h3><p>Anomaly score {reason.score:.3f} = {reason.base:.3f} before any feature · "
        f"{words}</p>{other}{_image(reason_png(reason), 'contribution of each feature to the anomaly score')}"
        f"<table><tr><th>feature</th><th>its value</th><th>added to the score</th></tr>{strongest}</table>"
    )


def _labels(workspace: Store, target_id: str) -> str:
    table = workspace.labels.frame()
    found = table[table["target_id"] == target_id]
    rows = "".join(
        f"<div>{escape(str(one.family))}: <b>{escape(str(one.value))}</b> <span class='quiet'>{escape(str(one.source))}"
        "</span></div>"
        for one in found.itertuples()
    )
    return f"<h3>Catalogue labels</h3>{rows or NOTHING}"


def _verdicts(workspace: Store, target_id: str) -> str:
    found = workspace.verdicts.opinions(target_id)
    lines = "".join(_verdict(one) for one in found.itertuples())
    split = " <span class='chip'>opinions differ</span>" if found["label"].nunique() > 1 else ""
    return f"<h3>Verdicts{split}</h3>{lines or NOTHING}"


def _verdict(one: Any) -> str:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.created))
    period = f" · period {one.period_days:.6g} d" if pd.notna(one.period_days) else ""
    note = f" · “{escape(one.note)}”" if one.note else ""
    return (
        f"<div><b>{escape(one.label)}</b>{note} <span class='quiet'>{escape(one.author)}, {when}{period}</span></div>"
    )


def _image(address: str, what: str) -> str:
    return f"<img alt='{escape(what, quote=True)}' src='{address}'>"


def _problem(error: Exception) -> str:
    return f"<p class='problem'>{escape(str(error).splitlines()[0])}</p>"
