"""The command that packs light curves into the workspace: pack."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Cluster, Folder, filled
from clara_engine.cli.output import complain, progress, say, show_json
from clara_engine.text import counted

__all__ = ["COMMANDS"]

SHOWN = 5


def pack(
    sector: Annotated[int | None, typer.Option(help="Only this one.")] = None,
    centroids: Annotated[
        bool, typer.Option("--centroids", help="Keep centroids, too: more than twice the room; vetting compares them.")
    ] = False,
    workspace: Folder = None,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Pack light curves into the workspace, which then can be copied whole: time, PDCSAP flux, error and quality.

    Nothing of these is lost: each is compared with the file that it was read from, which stays where it is. A pack is
    Parquet, with a row group for each light curve. SAP flux is not kept.
    """
    from clara_engine.studies.pack import pack as study

    ws = filled(workspace, cluster)
    with progress() as report:
        found = study(ws, sector=sector, centroids=centroids, report=report)
    if as_json:
        show_json(asdict(found))
        return
    for target_id, reason in found.failed[:SHOWN]:
        complain(f"{target_id} stays where it is: {reason}")
    known = f"; {found.already:,} were packed before" if found.already else ""
    say(
        f"{counted(found.light_curves, 'light curve')} packed into {counted(found.files, 'file')}: "
        f"{found.bytes / 1e6:,.1f} MB, from {found.before / 1e6:,.1f} MB{known}"
    )


COMMANDS = (pack,)
