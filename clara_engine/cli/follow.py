"""Commands about what is known, what people said, and what comes next: known, agreement, followup."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Folder, existing, filled, output
from clara_engine.cli.output import progress, say, show_json, show_line, show_table
from clara_engine.cli.runs import chosen_targets
from clara_engine.text import counted

__all__ = ["COMMANDS"]

SHOWN = {
    "name": "star",
    "label": "label",
    "kind": "kind",
    "tmag": "Tmag",
    "period_days": "period [d]",
    "depth_ppm": "depth [ppm]",
    "next_event_utc": "next event (UTC)",
    "next_event_error_hours": "± [h]",
    "sectors_to_come": "sectors to come",
    "known_as": "known as",
}
LONGEST = 40


def known(
    stars: Annotated[list[str], typer.Argument(metavar="TIC…", help="TICs or target ids.")],
    period: Annotated[float | None, typer.Option(min=1e-4, help="Period that was found, to compare [days].")] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Say what TOI, CTOI, EB catalogues, VSX and Gaia's classes know of stars, from kept tables; asks nobody."""
    from clara_engine.studies.known import known_of

    ws = filled(workspace)
    answers: list[dict[str, Any]] = []
    for target_id in _one_a_star(chosen_targets(ws, stars)):
        target = ws.targets.light_curve(target_id).target
        found = known_of(ws, target, period)
        answers.append(
            {
                "star": target.name,
                "tic": target.tic,
                "entries": [asdict(entry) | {"neighbour": entry.is_neighbour} for entry in found.entries],
                "asked": found.asked,
                "not_asked": list(found.missing),
                "sentences": found.sentences(),
            }
        )
    if as_json:
        show_json(answers)
        return
    for answer in answers:
        for sentence in answer["sentences"]:
            show_line(f"{answer['star']}: {sentence}")
        for reference in dict.fromkeys(_cited(entry) for entry in answer["entries"]):
            show_line(f"  {reference}")


def agreement(workspace: Folder = None, as_json: AsJson = False) -> None:
    """Say how far the people who vetted the same stars agree, by Cohen's kappa, and on which stars they differ."""
    from clara_engine.studies.opinions import opinions

    found = opinions(existing(workspace))
    if as_json:
        show_json({"stars": found.stars, "pairs": found.pairs, "differing": found.differing})
        return
    if found.pairs.empty:
        say("no two people have vetted the same star yet")
        return
    say(
        f"{counted(found.stars, 'star')} with verdicts of two people or more. kappa: 0 is chance, 1 is full agreement; "
        "low and high are its 95 % interval, by drawing stars anew"
    )
    show_table(found.pairs.rename(columns={"count": "stars"}))
    if len(found.differing):
        show_table(found.differing[["star", "said"]], f"they differ on {counted(len(found.differing), 'star')}")


def followup(
    label: Annotated[
        list[str] | None, typer.Option(help="Only stars vetted as this; by default as any anomaly. May be repeated.")
    ] = None,
    sort: Annotated[str, typer.Option(help="brightness, error or time: what comes first.")] = "brightness",
    run: Annotated[str, typer.Option(help="Run that says the kind of each star.")] = "latest",
    out: Annotated[Path | None, output("Also write the list: .csv, .parquet or .vot.", "--out", "-o")] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the stars that were vetted as what the search is for, with their next events and the sectors to come.

    Each is measured on the light curve of its last verdict, once. Times are barycentric, in UTC.
    """
    from clara_engine.report.export import write_table
    from clara_engine.studies.follow_up import follow_up

    ws = existing(workspace)
    found = ws.runs.get(run) if run != "latest" or ws.runs.list() else None
    with progress() as report:
        table = follow_up(ws, label, run=found, order=sort, report=report)  # type: ignore[arg-type]
    if out is not None:
        write_table(table, out)
        say(f"{counted(len(table), 'star')} written to {out}")
    if as_json:
        show_json(table)
    elif table.empty:
        say("no star was vetted as such yet")
    elif out is None:
        shown = [name for name in SHOWN if name != "kind" or table["kind"].any()]
        rows = table[shown].assign(next_event_utc=table["next_event_utc"].str.slice(0, 16))
        rows["known_as"] = [word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…" for word in rows["known_as"]]
        show_table(rows.rename(columns=SHOWN), f"{len(table)} to follow up")
        for row in table[table["problem"] != ""].itertuples():
            say(f"{row.name}: {row.problem}")


def _one_a_star(target_ids: list[str]) -> list[str]:
    from clara_engine.lightcurve import star_of

    return list({star_of(target_id): target_id for target_id in reversed(target_ids)}.values())[::-1]


def _cited(entry: dict[str, Any]) -> str:
    parts = [entry["reference"], entry["bibcode"], f"doi:{entry['doi']}" if entry["doi"] else ""]
    return "; ".join(part for part in parts if part)


COMMANDS = (known, agreement, followup)
