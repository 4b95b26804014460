"""Commands about the stars as a population: population, position, separation."""

from __future__ import annotations

from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing, filled
from clara_engine.cli.output import progress, say, show_json, show_table
from clara_engine.cli.runs import RunName, chosen_targets
from clara_engine.cli.where import Where, chosen_by
from clara_engine.errors import DesignError, WorkspaceError

__all__ = ["COMMANDS"]

PARTS = ("camera", "ccd", "sector")


def population(
    run: RunName = "latest",
    parameters: Annotated[str | None, typer.Option(help="E.g. teff_k,ruwe; by default the usual ones.")] = None,
    score: Annotated[str, typer.Option(help="anomaly_score, weirdness or wrss.")] = "anomaly_score",
    given: Annotated[
        str | None, typer.Option(help="Also partial correlations, given these: tmag,noise_ppm,crowdsap or none.")
    ] = None,
    where: Where = None,
    resamples: Annotated[int, typer.Option(min=20, max=100_000, help="Bootstrap samples.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Correlate the scores of a run with stellar parameters.

    With --given also at equal magnitude, noise and crowding: whether the correlation is more than what these make.
    """
    from clara_engine.evaluate.population import CORRELATED
    from clara_engine.studies import population as study

    if score not in study.SCORES:
        raise DesignError(f"no score {score!r}: choose {' or '.join(study.SCORES)}")
    ws = existing(workspace)
    found = ws.runs.get(run)
    names = tuple(name.strip() for name in parameters.split(",")) if parameters else CORRELATED
    known = set(ws.parameters.table())
    if parameters and known.isdisjoint(names):
        raise WorkspaceError(f"no star has {' or '.join(names)}; there are: {', '.join(sorted(known))}")
    held = tuple(name.strip() for name in given.split(",")) if given else ()
    targets = chosen_by(ws, where, found)
    with progress() as report:
        table = study.correlations(
            ws, found, names, score=score, resamples=resamples, seed=seed, given=held, targets=targets, report=report
        )
    if as_json:
        show_json({"run": found.id, "score": score, "correlations": table})
        return
    say("Spearman's rho with its 95 % interval (0 by chance); p_corrected: Holm, q_value: Benjamini–Hochberg")
    partial = [name for name in table if name.startswith("partial")]
    show_table(table.drop(columns=[*partial, "given"], errors="ignore"), f"{score} of run {found.name}")
    if held:
        shown = table["given"].iloc[0]
        unknown = [name for name in held if name not in shown.split(", ")]
        say(f"partial: Spearman's rho at given {shown}")
        if unknown:
            say(f"no star here has {' or '.join(unknown)}: not held")
        show_table(table[["parameter", *partial]], f"at given {shown}")


def detectors(
    run: RunName = "latest",
    by: Annotated[str, typer.Option(help="camera,ccd: which of camera, ccd and sector make a part.")] = "camera,ccd",
    score: Annotated[str, typer.Option(help="anomaly_score, weirdness or wrss.")] = "anomaly_score",
    where: Where = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the scores of a run by camera and CCD: whether one part of the instrument scores higher than the others."""
    from clara_engine.studies import population as study

    names = tuple(name.strip() for name in by.split(","))
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise DesignError(f"no part {unknown[0]!r}: choose of {', '.join(PARTS)}")
    if score not in study.SCORES:
        raise DesignError(f"no score {score!r}: choose {' or '.join(study.SCORES)}")
    ws = existing(workspace)
    found = ws.runs.get(run)
    table = study.detectors(ws, found, names, score=score, targets=chosen_by(ws, where, found))
    if as_json:
        show_json({"run": found.id, "score": score, "parts": table})
        return
    say(
        "top: share among the highest 5 % of all, with its 95 % interval; auc: chance to score above another part (0.5)"
    )
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


COMMANDS = (population, detectors, position, separation)
