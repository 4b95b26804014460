"""Command that measures other programs and methods on the light curves of the steering matrix: peers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, filled, input_folder
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.text import counted

__all__ = ["COMMANDS"]


def peers(
    peer: Annotated[list[str] | None, typer.Option(help="A peer; may be repeated. All when not given.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="An event; may be repeated. All when not given.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Splits and draws, as of `clara steer`.")] = 1,
    curves: Annotated[int, typer.Option(min=10, help="Light curves of a contrast set.")] = 300,
    measured: Annotated[int, typer.Option(min=10, help="Injected light curves that are measured.")] = 200,
    stars: Annotated[int, typer.Option(min=12, help="Stars of the workspace that are used at most.")] = 600,
    least: Annotated[
        float, typer.Option("--least-snr", min=0, help="Only events of this signal-to-noise at least.")
    ] = 0.0,
    models: Annotated[
        Path | None, input_folder("Folder with downloaded models (stella); WORKSPACE/peers when not given.")
    ] = None,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Measure peers (TLS, stella, BLS, gradient boosting, …) on the very light curves of `clara steer`; resumes."""
    from clara_engine.studies.peers import PeerPlan, PeerStudy

    everything = PeerPlan()
    plan = PeerPlan(
        peers=tuple(peer or everything.peers),
        events=tuple(event or everything.events),
        seeds=seeds,
        curves=curves,
        measured=measured,
        most_stars=stars,
    )
    study = PeerStudy(filled(workspace, cluster), plan, models)
    with progress() as report:
        found = study.table(report, least_signal_to_noise=least)
    if as_json:
        show_json(
            {
                "plan": plan.model_dump(mode="json"),
                "least_signal_to_noise": least,
                "peers": found.peers,
                "cells": found.cells,
            }
        )
        return
    for name in plan.events:
        here = found.cells[found.cells["event"] == name] if len(found.cells) else found.cells
        if not len(here):
            continue
        first = here.iloc[0]
        say(
            f"{name}: {counted(first['curves'], 'light curve')} of {counted(first['stars'], 'star')} against "
            f"{first['quiet']} untouched ones"
        )
        show_table([_row(cell) for cell in here.to_dict("records")])
    say("95 % intervals over stars; chance is .5, .01 and .05. s: processor time of one light curve.")
    for one in found.peers.to_dict("records"):
        if one["absent"]:
            say(f"{one['peer']} did not run: {one['absent']}")
        else:
            say(f"{one['peer']} ranks by {one['ranks_by']} ({one['package']} {one['version']})")


def _row(cell: dict[str, Any]) -> dict[str, Any]:
    def text(measure: str) -> str:
        return f"{cell[measure]:.3f} ({cell[f'{measure}_low']:.3f}–{cell[f'{measure}_high']:.3f})"

    return {
        "peer": cell["peer"],
        "ROC-AUC": text("auc"),
        "recall at 1 %": text("recall_1"),
        "recall at 5 %": text("recall_5"),
        "s": f"{cell['seconds']:.3g}",
    }


COMMANDS = (peers,)
