"""Commands about one star: fold, ephemerides."""

from __future__ import annotations

import contextlib
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.account import local_user
from clara_engine.cli.chosen_light_curve import ChosenLightCurve, chosen_light_curve, target_ids
from clara_engine.cli.options import AsJson, Cluster, ColumnNames, Folder, existing, filled, named_columns
from clara_engine.cli.output import complain, progress, say, show_json, show_line, show_table
from clara_engine.cli.where import Where, WhereRun, any_run, chosen_by
from clara_engine.errors import FeatureError, UnreadableLightCurve, WorkspaceError
from clara_engine.files import write_atomically
from clara_engine.text import counted, typed

if TYPE_CHECKING:
    from clara_engine.lightcurve import LightCurve
    from clara_engine.periods import Candidate, Detrending, Ephemeris, PeriodSearch, Transit
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS"]

PARTS = {"alternatives": "alternatives", "lomb_scargle": "Lomb–Scargle peaks", "box": "box least squares"}


def fold(
    star: Annotated[
        str | None, typer.Argument(metavar="TARGET|FILE", help="TIC, target id, or a light-curve file.")
    ] = None,
    period: Annotated[float | None, typer.Option(help="Fold on this instead of what is found [days].")] = None,
    epoch: Annotated[
        float | None,
        typer.Option(
            help="Middle of an event: BTJD, BKJD of a star of Kepler, a Julian date or a modified one; with --period."
        ),
    ] = None,
    detrend: Annotated[str, typer.Option(help="none, biweight, median or savgol.")] = "biweight",
    window: Annotated[float, typer.Option(help="Width of the detrending window [days].")] = 1.5,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep the ephemeris in the workspace.")] = None,
    keep_bad_intervals: Annotated[
        bool, typer.Option("--keep-bad-intervals", help="Search times that are known to be bad, too.")
    ] = False,
    moving_objects: Annotated[
        bool, typer.Option("--moving-objects", help="Ask SkyBoT for asteroids near a single event.")
    ] = False,
    without_saved: Annotated[
        bool, typer.Option("--without-saved", help="Leave out the events of the ephemerides saved for the star.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the fold, without detrending: .csv or .fits.")
    ] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    limit: Annotated[int, typer.Option(min=1, help="With --where: so many of them at most, strangest first.")] = 20,
    columns: ColumnNames = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Find the periods of a star, fold it on the best, and vet what repeats; with --where of one star after another.

    Several sectors are stitched. Of several light curves of one time, one is taken and named: SPOC before TESS-SPOC
    before TGLC before QLP, 2 min before 20 s.
    """
    from clara_engine.periods import Detrending

    if epoch is not None and period is None:
        raise typer.BadParameter("--epoch goes with --period: without a period nothing is folded on it")
    save = typed(save, "the name of an ephemeris") if save is not None else None
    chosen = Detrending(method=detrend, window_days=window)  # type: ignore[arg-type]
    named = named_columns(columns)
    asked = _Asked(chosen, period, epoch, keep_bad_intervals, moving_objects, without_saved, save, out)
    if (star is None) == (where is None):
        raise typer.BadParameter("name a star, or say with --where which light curves are meant; not both")
    if star is not None:
        answer, search, event = _folded(chosen_light_curve(star, named, workspace), asked)
        if as_json:
            show_json(answer)
        else:
            _print(answer, search, event)
        return
    if out is not None or columns is not None:
        raise typer.BadParameter("--out and --columns go with one star, not with --where")
    ws = filled(workspace)
    answers = []
    for target_id in (chosen_by(ws, where, any_run(ws, where_run)) or [])[:limit]:
        try:
            answer, *_ = _folded(ChosenLightCurve.alone(ws.targets.light_curve(target_id), (), ws), asked)
        except (FeatureError, UnreadableLightCurve) as error:
            complain(f"left out {target_id}: {error}")
            continue
        answers.append(answer)
        if not as_json:
            show_line(f"{answer['star']} ({target_id}): {answer['verdict']}")
    if as_json:
        show_json({"where": where, "stars": answers})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `fold` is asked for, of each star."""

    detrending: Detrending
    period: float | None
    epoch: float | None
    keep_bad_intervals: bool
    moving_objects: bool
    without_saved: bool
    save: str | None
    out: Path | None


def _folded(found: ChosenLightCurve, asked: _Asked) -> tuple[dict[str, Any], PeriodSearch, Transit | None]:
    """What a program is told of one star, and what a person is told of it."""
    from clara_engine.archives.intervals import bad_intervals
    from clara_engine.periods import (
        Ephemeris,
        find_flares,
        find_periods,
        measure_event,
        measure_transit,
        star_sentences,
        vet,
        without_known,
    )
    from clara_engine.periods.known_intervals import coverage_words
    from clara_engine.periods.transit import with_duration
    from clara_engine.readers.time_reference import epoch_in_btjd
    from clara_engine.studies.telescope import telescope_tests

    chosen, period = asked.detrending, asked.period
    curve, ws = found.curve, found.workspace
    for line in found.left_out:
        say(f"left out {line}; name it to fold it alone")
    say(found.line())
    table = bad_intervals(ws.folder if ws is not None else None)
    known = _saved(found) if asked.without_saved else []
    search = find_periods(curve, chosen, table=table, keep_bad_intervals=asked.keep_bad_intervals, without=known)
    curve = without_known(curve, known, chosen)  # and what is found is measured without them
    ephemeris: Ephemeris | None
    if period is not None:
        kind = "given"
        ephemeris = with_duration(curve, Ephemeris(period, float(curve.finite().time[0])), chosen)
        if asked.epoch is not None:
            ephemeris = replace(ephemeris, epoch_btjd=epoch_in_btjd(asked.epoch, curve.target.catalogue))
    else:
        ephemeris = search.best.ephemeris if search.best else None
        kind = search.best.kind if search.best else ""
    transit, event, problem = None, None, ""
    if ephemeris is not None and kind == "variation":
        with contextlib.suppress(FeatureError):  # it may have no minimum of its own
            event = measure_event(curve, ephemeris, chosen)
    elif ephemeris is not None:
        try:
            transit = measure_transit(curve, ephemeris, chosen)
            event = measure_event(curve, ephemeris, chosen, measured=transit)
        except FeatureError as error:
            problem = str(error)
    verdicts = vet(curve, event, chosen) if event and kind != "variation" else ()
    if ephemeris is not None and kind != "variation":
        verdicts += telescope_tests(ws, curve, ephemeris, event, ask=asked.moving_objects)
    measured = transit if kind == "given" else event  # a period that was given is not doubled
    fitted = measured.ephemeris if measured and measured.converged and kind != "variation" else ephemeris
    if asked.out is not None:
        _write_fold(curve, fitted, asked.out, found.line())
    if asked.save is not None:
        _save(ws, curve, fitted, kind, asked.save)
    answer = {
        "target": curve.target.id,
        "star": curve.target.name,
        **found.facts(),
        "verdict": search.summary,
        "sentences": star_sentences(search, find_flares(found.curve)),
        "intervals_left_out": [one.model_dump() for one in search.left_out],
        "intervals_known": coverage_words(curve, table),
        "searched_btjd": search.part,
        "folded_on": _ephemeris(ephemeris) | {"kind": kind} if ephemeris else None,
        "without": [_ephemeris(one) for one in search.without],
        "best": _candidate(search.best) if search.best else None,
        "alternatives": [_candidate(candidate) for candidate in search.alternatives],
        **_peaks(search),
        "transit": _transit(transit) if transit else None,
        "event": _event(event) if event else None,
        "problem": problem or None,
        "vetting": [asdict(verdict) for verdict in verdicts],
        **_neighbours(ws, curve, event),
    }
    return answer, search, event


def ephemerides(
    star: Annotated[str | None, typer.Argument(help="TIC or target id; by default every star.")] = None,
    remove: Annotated[int | None, typer.Option(help="Take back the ephemeris of this number.")] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the ephemerides that were saved."""
    ws = existing(workspace)
    if remove is not None:
        ws.ephemerides.remove(remove, author=local_user())
    table = ws.ephemerides.standing()
    if star is not None:
        table = ws.ephemerides.of(ws.targets.light_curve(target_ids(ws, star)[0]).target)
    table = table.reset_index()
    if as_json:
        show_json(table)
    else:
        show_table(table.drop(columns=["created", "note"]), "ephemerides")


def prepare_sector(
    sector: Annotated[int, typer.Argument(min=1, help="Of TESS.")],
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Make 30-minute means of every star of a sector, to see which ones dip together.

    `clara fold` and the page say of an event how many other stars dip at its moment. Up to 150 light curves are
    prepared when they are needed; of more that takes minutes, so it is done beforehand.
    """
    from clara_engine.studies import simultaneous

    ws = filled(workspace, cluster)
    with progress() as report:
        made = simultaneous.prepare_sector(ws, sector, report)
    if as_json:
        show_json({"sector": sector, "light_curves": made})
        return
    say(f"{counted(made, 'light curve')} of sector {sector} prepared")


def _saved(found: ChosenLightCurve) -> list[Ephemeris]:
    """The ephemerides saved for a star."""
    from clara_engine.store.ephemerides import EphemerisBook

    if found.workspace is None:
        raise WorkspaceError("--without-saved goes with a star of the workspace: ephemerides are kept there")
    saved = found.workspace.ephemerides.of(found.curve.target)
    if saved.empty:
        say("nothing is saved for this star, so nothing is left out: --save NAME keeps an ephemeris")
    return [EphemerisBook.ephemeris(row) for _, row in saved.iterrows()]


def _save(ws: Workspace | None, curve: LightCurve, ephemeris: Ephemeris | None, kind: str, name: str) -> None:
    if ws is None:
        raise WorkspaceError("an ephemeris is kept with a target of the workspace: `clara ingest FILE` first")
    if ephemeris is None:
        raise WorkspaceError(f"{curve.target.name}: no ephemeris to save; give one with --period")
    number = ws.ephemerides.save(
        curve.target, ephemeris, author=local_user(), name=name, kind=kind, source="clara fold"
    )
    say(f"saved as number {number}")


def _write_fold(curve: LightCurve, ephemeris: Ephemeris | None, out: Path, made: str) -> None:
    from clara_engine.report.curve_files import CURVE_ENDINGS, fold_bytes

    if (ending := out.suffix.lower()) not in CURVE_ENDINGS:
        raise WorkspaceError(f"{out.name}: the ending says the format; use one of {', '.join(CURVE_ENDINGS)}")
    if ephemeris is None:
        raise WorkspaceError(f"{curve.target.name}: no period to fold on; give one with --period")
    content = fold_bytes(curve, ephemeris, ending, made=[made])
    write_atomically(out.absolute(), lambda beside: beside.write_bytes(content))
    say(f"{out}: {curve.target.name}, folded")


def _ephemeris(ephemeris: Ephemeris) -> dict[str, Any]:
    return {
        "period_days": ephemeris.period_days,
        "epoch_btjd": ephemeris.epoch_btjd,
        "duration_hours": ephemeris.duration_days * 24,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {"kind": candidate.kind, **_ephemeris(candidate.ephemeris), "reason": candidate.reason}


def _peaks(search: PeriodSearch) -> dict[str, Any]:
    return {
        "lomb_scargle": [asdict(peak) for peak in search.lomb_scargle.peaks],
        "box": [
            {
                **_ephemeris(peak.ephemeris),
                "depth_ppm": peak.depth_ppm,
                "snr": peak.snr,
                "false_alarm": peak.false_alarm,
                "harmonic": peak.harmonic,
            }
            for peak in search.box.peaks
        ],
    }


def _transit(transit: Transit) -> dict[str, Any]:
    return {
        **_ephemeris(transit.ephemeris),
        "period_error_days": transit.period_error_days,
        "epoch_error_days": transit.epoch_error_days,
        "duration_error_hours": transit.duration_error_hours,
        "depth_ppm": transit.depth_ppm,
        "depth_error_ppm": transit.depth_error_ppm,
        "slope_share": transit.slope_share,
        "snr": transit.snr,
        "events": [asdict(event) for event in transit.events],
        "odd_ppm": transit.odd_even.first_ppm,
        "even_ppm": transit.odd_even.second_ppm,
        "odd_even_sigma": transit.odd_even.sigma,
        "secondary_ppm": transit.secondary_ppm,
        "secondary_error_ppm": transit.secondary_error_ppm,
    }


def _event(event: Transit) -> dict[str, Any]:
    """What repeats, on the period of the orbit: each value with its error, null where the fit says nothing."""
    values = {
        "period_days": (event.ephemeris.period_days, event.period_error_days),
        "epoch_btjd": (event.ephemeris.epoch_btjd, event.epoch_error_days),
        "duration_hours": (event.duration_hours, event.duration_error_hours),
        "depth_ppm": (event.depth_ppm, event.depth_error_ppm),
        "odd_depth_ppm": (event.odd_depth_ppm, event.odd_depth_error_ppm),
        "even_depth_ppm": (event.even_depth_ppm, event.even_depth_error_ppm),
        "secondary_depth_ppm": (event.secondary_depth_ppm, event.secondary_depth_error_ppm),
        "secondary_phase": (event.secondary_phase, event.secondary_phase_error),
    }
    flat: dict[str, Any] = {}
    for name, (value, error) in values.items():
        flat |= {name: value, f"{name}_error": error}
    return flat | {"snr": event.snr, "events_seen": len(event.events), "cut": event.cut, "varies": event.varies}


def _neighbours(ws: Workspace | None, curve: LightCurve, event: Transit | None) -> dict[str, Any]:
    """The sources around the star, where Gaia was asked for them, with what each would have to lose for the event."""
    from clara_engine.studies.neighbours import neighbours_of

    if ws is None or event is None:
        return {}
    found = neighbours_of(ws, curve.target, event.depth_ppm, at_btjd=event.ephemeris.epoch_btjd)
    return {} if found is None else {"neighbours": found.to_dict("records")}


def _print(answer: dict[str, Any], search: PeriodSearch, event: Transit | None) -> None:
    from clara_engine.periods import event_words

    show_line(f"{answer['star']} ({answer['target']})")
    if answer["folded_on"] and answer["folded_on"]["kind"] == "given":
        given = answer["folded_on"]
        show_line(f"folded on {given['period_days']:.6g} d, as given; epoch BTJD {given['epoch_btjd']:.5f}")
    for sentence in answer["sentences"]:
        show_line(sentence)
    if about := "; ".join(part for part in (search.left_out_words, answer["intervals_known"]) if part):
        show_line(about)
    for part, title in PARTS.items():
        if answer[part]:
            show_table([_legible(row) for row in answer[part]], title)
    wave = bool(answer["folded_on"]) and answer["folded_on"]["kind"] == "variation"
    if event and (event.varies or not wave):
        at = event.ephemeris
        epoch = f"epoch BTJD {_measured(at.epoch_btjd, event.epoch_error_days, '.5f')}"
        show_line(f"event: {epoch} · {' · '.join(event_words(event))}")
    elif answer["problem"]:
        show_line(answer["problem"])
    if answer["vetting"]:
        show_line("vetting, whether it is a planet")
    for test in answer["vetting"]:
        show_line(f"  {test['outcome']:8} {test['test']:14} {test['reason']}")


def _measured(value: float, error: float, digits: str) -> str:
    """A value with its error, where the fit gives one."""
    return f"{format(value, digits)} ± {format(error, digits)}" if math.isfinite(error) else format(value, digits)


def _legible(row: dict[str, Any]) -> dict[str, Any]:
    """Times with all the digits that they have."""
    digits = {"period_days": ".6g", "epoch_btjd": ".4f", "duration_hours": ".2f"}
    return {key: format(value, digits[key]) if key in digits else value for key, value in row.items()}


COMMANDS = (fold, ephemerides, prepare_sector)
