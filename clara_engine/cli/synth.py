"""The command that writes a synthetic set as files: synth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, filled
from clara_engine.cli.output import complain, progress, say, show_json
from clara_engine.cli.runs import chosen_design
from clara_engine.text import counted

__all__ = ["COMMANDS"]


def synth(
    design: Annotated[str, typer.Argument(help="P3, P5, P9, an event such as planets, or a TOML file.")],
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if need be.")],
    curves: Annotated[int | None, typer.Option(min=1, max=100_000, help="So many instead of the design's.")] = None,
    feature_set: Annotated[str, typer.Option("--set", help="Feature set.")] = "flux_power",
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write the synthetic set of a design: light curves that lightkurve reads, their truth, and their features.

    light_curves/ holds FITS files in SPOC's layout, truth.csv a row a light curve, features.parquet the features as a
    forest sees them, design.toml the design. Signals of an event are put on light curves of the workspace.
    """
    from clara_engine.features import feature_set as known
    from clara_engine.studies.synthetic_files import write_synthetic

    chosen = chosen_design(design)
    known(feature_set)
    if curves is not None:
        chosen = chosen.changed(curves=curves)
    store = None if chosen.is_paper or not chosen.needs_observed else filled(workspace)
    with progress() as report:
        made = write_synthetic(chosen, folder, store=store, features=feature_set, report=report)
    if as_json:
        show_json({"folder": str(made.folder), "curves": made.curves, "features": made.features})
        return
    for line in made.problems:
        complain(f"no features of {line}")
    say(
        f"{counted(made.curves, 'light curve')} of {chosen.name} written to {folder}: light_curves/, truth.csv, "
        "features.parquet, design.toml"
    )


COMMANDS = (synth,)
