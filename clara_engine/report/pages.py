"""A report on some stars that can be printed: one HTML file with everything in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clara_engine import __version__
from clara_engine.archives.intervals import bad_intervals
from clara_engine.errors import ClaraError, WorkspaceError, one_line
from clara_engine.periods import Transit, event_words, find_flares, find_periods, measure_event, star_sentences
from clara_engine.progress import Report, quiet
from clara_engine.report.pictures import fold_png, light_curve_png, periodogram_png, reason_png
from clara_engine.report.templates import rendered
from clara_engine.studies.reasons import explain_star
from clara_engine.text import counted

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
    stars = []
    for done, target_id in enumerate(target_ids):
        steps = iter(range(STEPS * done + 1, STEPS * (done + 1)))

        def step(steps: Iterator[int] = steps) -> None:
            report(next(steps), STEPS * len(target_ids))

        stars.append(_star(workspace, target_id, table.loc[target_id], run, scores, step))
        report(STEPS * (done + 1), STEPS * len(target_ids))
    simulated = table.loc[list(target_ids), "simulated"].astype(bool)
    return rendered(
        "stars.html",
        heading=title or ("One star" if len(target_ids) == 1 else counted(len(target_ids), "star")),
        origin="SIMULATED" if simulated.all() else "PARTLY SIMULATED" if simulated.any() else "",
        version=__version__,
        when=time.strftime("%Y-%m-%d %H:%M %Z"),
        workspace=workspace.folder.name,
        run=run,
        stars=stars,
    )


def _star(
    workspace: Store,
    target_id: str,
    row: pd.Series,
    run: Run | None,
    scores: pd.DataFrame,
    step: Callable[[], None],
) -> dict[str, Any]:
    """What the template says of a star."""
    labels = workspace.labels.frame()
    opinions = workspace.verdicts.opinions(target_id)
    return {
        "name": f"SIM {row['tic']}" if row["simulated"] else f"{row['catalogue']} {row['tic']}",
        "target_id": target_id,
        "sector": row["sector"],
        "product": row["product"],
        "simulated": row["simulated"],
        "score": {**scores.loc[target_id], "ranked": len(scores)} if target_id in scores.index else None,
        "facts": [(title, form.format(row[key])) for key, title, form in FACTS if pd.notna(row[key])],
        **_plots(workspace, target_id, step),
        "why": _why(workspace, run, target_id, scores),
        "labels": labels[labels["target_id"] == target_id].to_dict("records"),
        "verdicts": opinions.to_dict("records"),
        "opinions_differ": opinions["label"].nunique() > 1,
    }


def _plots(workspace: Store, target_id: str, step: Callable[[], None]) -> dict[str, Any]:
    """Sentences, measures, and pictures as addresses, as far as they can be had, and why not all of them can."""
    found: dict[str, Any] = dict.fromkeys(
        ("light_curve", "sentences", "event", "periodogram", "fold", "plot_problem"), ""
    )
    try:
        curve = workspace.targets.light_curve(target_id)
        found["light_curve"] = light_curve_png(curve)
        step()
        search = find_periods(curve, table=bad_intervals(workspace.folder))
    except (ClaraError, OSError) as error:
        return found | {"plot_problem": one_line(error)}
    step()
    ephemeris = search.best.ephemeris if search.best is not None else None
    found["sentences"] = star_sentences(search, find_flares(curve))
    if ephemeris is not None:
        with suppress(ClaraError):  # a variation without minima of its own
            event = measure_event(curve, ephemeris)
            found["event"] = _event(event)
            if event.converged and np.isfinite(ephemeris.duration_days):
                ephemeris = event.ephemeris
        found["fold"] = fold_png(curve, ephemeris)
    found["periodogram"] = periodogram_png(search, ephemeris.period_days if ephemeris else None)
    step()
    return found


def _event(event: Transit) -> str:
    at = event.ephemeris
    return f"epoch BTJD {at.epoch_btjd:.5f} · {' · '.join(event_words(event))}"


def _why(workspace: Store, run: Run | None, target_id: str, scores: pd.DataFrame) -> dict[str, Any] | None:
    """What made the score of a star; None without a run."""
    if run is None:
        return None
    try:
        reason = explain_star(workspace, run, target_id)
    except (ClaraError, OSError) as error:
        return {"problem": one_line(error)}
    ranked = float(scores["anomaly_score"].get(target_id, reason.score))
    return {
        "problem": "",
        "score": reason.score,
        "base": reason.base,
        "blocks": reason.by_block(),
        "ranked": ranked if abs(ranked - reason.score) > SAME_SCORE else None,
        "picture": reason_png(reason),
        "strongest": reason.strongest(STRONGEST).to_dict("records"),
    }
