"""Command that says what a star is, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.chosen_light_curve import chosen_light_curve
from clara_engine.cli.options import AsJson, ColumnNames, Folder, named_columns
from clara_engine.cli.output import say, show_json, show_line, show_table
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.periods import FlareSearch, Possibility
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS"]

SHOWN_FLARES = 20


def what(
    star: Annotated[str, typer.Argument(metavar="TARGET|FILE", help="TIC, target id, or a light-curve file.")],
    every: Annotated[bool, typer.Option("--every", help="All kinds, not only the two likeliest.")] = False,
    run: Annotated[str, typer.Option(help="Run whose forest is asked, too; `latest` is the newest.")] = "latest",
    columns: ColumnNames = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Say what a star is: each kind with what speaks for it and against it, and its flares.

    A score is the sum of the points of the statements; it sorts kinds and is no probability. What a run's forest of
    many classes takes the star for stands beside, where `clara classify` has been run.
    """
    from clara_engine.archives.intervals import bad_intervals
    from clara_engine.periods import find_periods, gather_evidence, what_is_it
    from clara_engine.periods.known_intervals import intervals_of
    from clara_engine.studies.about_star import star_facts

    found = chosen_light_curve(star, named_columns(columns), workspace)
    curve = found.curve
    for line in found.left_out:
        say(f"left out {line}; name it to ask about it alone")
    say(found.line())
    ws = found.workspace
    table = bad_intervals(ws.folder if ws is not None else None)
    evidence = gather_evidence(
        curve,
        star_facts(ws, curve.target) if ws is not None else None,
        search=find_periods(curve, table=table),
        bad_intervals=intervals_of(curve, table),
    )
    kinds = what_is_it(evidence)
    chances = _forest(ws, [one.id for one in found.targets], run)
    if as_json:
        answer = {
            "target": curve.target.id,
            "star": curve.target.name,
            **found.facts(),
            "likeliest": kinds[0].kind,
            "runner_up": kinds[1].kind,
            "kinds": [asdict(kind) | {"score": kind.score} for kind in kinds],
            "flares": [asdict(flare) for flare in evidence.flares.flares],
            "flares_upside_down": evidence.flares.inverted,
            "catalogues": asdict(evidence.star),
            "forest": chances or None,
        }
        show_json(answer)
        return
    likely = [kinds[0], *(kind for kind in kinds[1:2] if kind.score > 0)]
    show_line(f"{curve.target.name}: {', or '.join(f'{kind.kind} ({kind.score:+.1f})' for kind in likely)}")
    for kind in kinds if every else kinds[:2]:
        _show(kind)
    _show_flares(evidence.flares)
    if chances:
        show_line("forest: " + ", ".join(f"{kind} {chance:.0%}" for kind, chance in chances.items()))


def _forest(ws: Workspace | None, ids: list[str], run: str) -> dict[str, float]:
    """What a run's forest says of the first of the light curves that it knows."""
    from clara_engine.studies.about_star import forest_chances

    if ws is None or (run == "latest" and not ws.runs.list()):
        return {}
    scores = ws.runs.get(run).scores().set_index("target_id")
    return next((forest_chances(scores.loc[one].to_dict()) for one in ids if one in scores.index), {})


def _show(kind: Possibility) -> None:
    show_line("")
    show_line(f"{kind.kind}, {kind.score:+.1f}")
    for statement in kind.statements:
        show_line(f"  {statement.points:+5.1f}  {statement.text}")


def _show_flares(search: FlareSearch) -> None:
    rows: list[dict[str, Any]] = [
        {
            "peak BTJD": f"{flare.peak_btjd:.4f}",
            "height ppm": f"{flare.height_ppm:,.0f}",
            "minutes": f"{flare.duration_minutes:.0f}",
            "equivalent duration s": f"{flare.equivalent_duration_s:.1f} ± {flare.equivalent_duration_error_s:.1f}",
            "S/N": f"{flare.snr:.0f}",
        }
        for flare in search.flares
    ]
    if not rows:
        return
    show_line("")
    upside = f"; upside down the light curve has {search.inverted}" if search.inverted else ""
    show_table(rows[:SHOWN_FLARES], f"{counted(len(rows), 'flare')} in {search.span_days:.1f} d{upside}")
    if len(rows) > SHOWN_FLARES:
        show_line(f"and {len(rows) - SHOWN_FLARES} more: --json has them all")


COMMANDS = (what,)
