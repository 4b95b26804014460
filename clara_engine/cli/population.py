"""Commands about the stars as a population: population, position, separation."""

from __future__ import annotations

from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing, filled
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_targets
from clara_engine.errors import DesignError, WorkspaceError

__all__ = ["COMMANDS"]


def population(
    run: RunName = "latest",
    parameters: Annotated[str | None, typer.Option(help="E.g. teff_k,ruwe; by default the usual ones.")] = None,
    score: Annotated[str, typer.Option(help="anomaly_score or weirdness.")] = "anomaly_score",
    resamples: Annotated[int, typer.Option(min=20, max=100_000, help="Bootstrap samples.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Correlate the scores of a run with stellar parameters."""
    from clara_engine.evaluate.population import CORRELATED
    from clara_engine.studies import population as study

    if score not in ("anomaly_score", "weirdness"):
        raise DesignError(f"no score {score!r}: choose anomaly_score or weirdness")
    ws = existing(workspace)
    found = ws.runs.get(run)
    names = tuple(name.strip() for name in parameters.split(",")) if parameters else CORRELATED
    known = set(ws.parameters.table())
    if parameters and known.isdisjoint(names):
        raise WorkspaceError(f"no star has {' or '.join(names)}; there are: {', '.join(sorted(known))}")
    with progress() as report:
        table = study.correlations(ws, found, names, score=score, resamples=resamples, seed=seed, report=report)
    if as_json:
        show_json({"run": found.id, "score": score, "correlations": table})
        return
    say("Spearman's rho with its 95 % interval (0 by chance); p_corrected: Holm, q_value: Benjamini–Hochberg")
    show_table(table, f"{score} of run {found.name}")


def position(
    target: Annotated[list[str], typer.Argument(help="TIC or target id.")],
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Place stars in the Gaia colour–magnitude diagram, or say why that can't be."""
    from clara_engine.studies import population as study

    ws = filled(workspace)
    table = study.star_colours(ws, chosen_targets(ws, target)).rename_axis("target_id").reset_index()
    if as_json:
        show_json(table)
    else:
        show_table(table, "colour–magnitude diagram [mag]")


def separation(
    parameters: Annotated[str, typer.Argument(help="Parameters to choose from, e.g. teff_k,logg,ruwe,bp_rp.")],
    by: Annotated[
        str | None, typer.Option(help="Groups to set apart: a clustering; by default k-means makes some.")
    ] = None,
    clusters: Annotated[int, typer.Option(min=2, max=50, help="Groups that k-means makes.")] = 3,
    top: Annotated[int, typer.Option(min=1)] = 15,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Search the two or three parameters that set groups of stars apart best, by silhouette."""
    from clara_engine.studies import population as study

    ws = filled(workspace)
    names = [name.strip() for name in parameters.split(",")]
    groups = ws.clusterings.get(by).labels().set_index("target_id")["cluster"] if by else None
    with progress() as report:
        table = study.separation(ws, names, groups, clusters=clusters, seed=seed, report=report)
    if as_json:
        show_json(table)
        return
    say("chance: the best silhouette of the whole search on shuffled stars")
    show_table(table.head(top), "silhouettes")


COMMANDS = (population, position, separation)
