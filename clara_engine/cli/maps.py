"""The command that places targets on a plane: map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.options import AsJson, Folder, filled, output
from clara_engine.cli.output import progress, say, show_json
from clara_engine.cli.where import Where, WhereRun, any_run, chosen_by
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.sources import Source
    from clara_engine.workspace import Workspace

__all__ = ["COMMANDS", "FeatureSetName", "Leaves", "Options", "Parameters", "chosen_source", "parsed_options"]

FeatureSetName = Annotated[str, typer.Option("--set", help="Feature set.")]
Leaves = Annotated[str | None, typer.Option("--leaves", help="Instead: the leaves of this run, by name or id.")]
Parameters = Annotated[
    str | None,
    typer.Option("--parameters", help="Instead: catalogue parameters, e.g. teff_k,logg,ruwe; or stellar, the usual."),
]
#: The name of the usual parameters.
STELLAR_MAP = "stellar"
Options = Annotated[list[str] | None, typer.Option("--option", "-o", help="NAME=VALUE; may be repeated.")]


def map_(
    kind: Annotated[str, typer.Argument(help="pca, tsne or umap.")] = "tsne",
    feature_set: FeatureSetName = "flux_power",
    leaves: Leaves = None,
    parameters: Parameters = None,
    option: Options = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    place_new: Annotated[
        bool, typer.Option("--place-new", help="Place new targets into the last such map; the others stay.")
    ] = False,
    save: Annotated[Path | None, output("Table of the places: .csv, .parquet or .vot.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Place targets on a plane, alike near alike; computed once and kept.

    Options: tsne has perplexity, iterations, components; umap has neighbours, min_dist, epochs, components.
    """
    from clara_engine.report.export import write_table
    from clara_engine.store.maps import MapRequest
    from clara_engine.studies.embed import extended_map, make_map

    ws = filled(workspace)
    source, name = chosen_source(ws, feature_set, leaves, parameters)
    request = MapRequest.of(source, name, kind, seed, **parsed_options(option))
    chosen = chosen_by(ws, where, any_run(ws, leaves or where_run))
    if chosen is not None:
        request = request.model_copy(update={"targets": tuple(sorted(chosen))})
    extended = extended_map(ws, request) if place_new else None
    with progress() as report:
        table = make_map(ws, request, report) if extended is None else extended
    if save is not None:
        write_table(table, save)
    if extended is not None:
        placed = int(extended["placed"].sum())
        if as_json:
            show_json({"targets": len(table), "placed": placed, "places": table})
        else:
            say(
                f"{kind} map of {name}: {counted(placed, 'target')} placed beside {len(table) - placed} that stay "
                "where they were"
            )
        return
    facts = ws.maps.facts(request)
    if as_json:
        show_json({**facts, "places": table})
        return
    quality = facts["quality"]
    say(
        f"{kind} map of {name}: {counted(len(table), 'target')}, {facts['left_out']} left out, "
        f"{facts['seconds']:.1f} s; "
        f"trustworthiness {quality['trustworthiness']:.3f} (chance 0.5), {quality['neighbours']} nearest kept "
        f"{quality['neighbour_recall']:.3f} (chance {quality['chance_recall']:.3f})"
    )


def chosen_source(ws: Workspace, feature_set: str, leaves: str | None, parameters: str | None) -> tuple[Source, str]:
    """What to read: a feature set, unless leaves or parameters are asked for."""
    from clara_engine.store.sources import FEATURES, LEAVES, PARAMETERS

    if leaves and parameters:
        raise DesignError("--leaves and --parameters exclude each other")
    if leaves:
        return LEAVES, ws.runs.get(leaves).id
    if parameters == STELLAR_MAP:
        usual = ws.parameters.stellar()
        if not usual.used:
            raise WorkspaceError(f"no map of stellar parameters: {usual.note}; `clara crossmatch` asks the catalogues")
        say(f"stellar parameters: {', '.join(usual.used)}{'; ' if usual.note else ''}{usual.note}")
        return PARAMETERS, ",".join(usual.used)
    if parameters:
        return PARAMETERS, ",".join(name.strip() for name in parameters.split(","))
    return FEATURES, feature_set


def parsed_options(texts: list[str] | None) -> dict[str, Any]:
    """Settings from NAME=VALUE; the settings themselves check names and ranges."""
    values: dict[str, Any] = {}
    for text in texts or []:
        name, sign, value = text.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise DesignError(f"--option {text!r} can't be read: write NAME=VALUE")
        values[name.strip()] = value.strip()
    return values


def pca(
    feature_set: FeatureSetName = "flux_power",
    parameters: Parameters = None,
    components: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 10,
    save: Annotated[Path | None, output("Components of each light curve: .csv, .parquet or .vot.")] = None,
    loadings: Annotated[Path | None, output("What each feature adds to each: .csv, .parquet or .vot.")] = None,
    where: Where = None,
    where_run: WhereRun = "latest",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1)] = 0,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Reduce standardised features to their principal components, as clustering sees them, and write them."""
    from clara_engine.report.export import write_table
    from clara_engine.studies.matrices import principal_components

    ws = filled(workspace)
    source, name = chosen_source(ws, feature_set, None, parameters)
    chosen = chosen_by(ws, where, any_run(ws, where_run)) or ()
    found = principal_components(ws, source, name, components, targets=chosen, seed=seed)
    for table, file in ((found.table, save), (found.loadings, loadings)):
        if file is not None:
            write_table(table, file)
            say(f"{counted(len(table), 'row')} written to {file}")
    if as_json:
        show_json({"targets": len(found.table), "explained": found.explained.tolist(), "components": found.table})
        return
    shares = ", ".join(f"{share:.3f}" for share in found.explained[:10])
    say(
        f"{counted(len(found.explained), 'component')} of {name}, {counted(len(found.table), 'light curve')}: "
        f"{found.explained.sum():.1%} of the variance; first shares {shares}"
    )


map_.__name__ = "map"
COMMANDS = (map_, pca)
