"""The command query: SQL on the tables of a workspace."""

from __future__ import annotations

from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing
from clara_engine.cli.output import show_json, show_table

__all__ = ["COMMANDS"]


def query(
    sql: Annotated[str, typer.Argument(help='e.g. "SELECT tic, rank FROM scores JOIN targets USING (target_id)"')],
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Ask the tables of a workspace in SQL; nothing can be changed.

    Tables: targets, parameters (a column each), parameter_values (all of them, with their source), labels, scores,
    runs, clusters, verdicts, and changes (who renamed what).
    """
    from clara_engine.studies.query import query as ask

    table = ask(existing(workspace), sql)
    if as_json:
        show_json(table)
    else:
        show_table(table)


COMMANDS = (query,)
