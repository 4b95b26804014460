"""The folders outside of a workspace that its light curves lie in: roots, roots set."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, opened
from clara_engine.cli.output import complain, say, show_json, show_table
from clara_engine.text import agreeing, counted

__all__ = ["GROUP"]

GROUP = typer.Typer(name="roots", invoke_without_command=True, no_args_is_help=False)


@GROUP.callback()
def roots(context: typer.Context, workspace: Folder = None, as_json: AsJson = False) -> None:
    """List the folders outside of the workspace that its light curves lie in, and whether they are there.

    What lies in the workspace goes with it when it is copied. Where a folder outside was moved, `clara roots set NAME
    FOLDER` says where it is now.
    """
    if context.invoked_subcommand is not None:
        context.obj = workspace
        return
    ws = opened(workspace, create=False)
    found, inside = ws.roots.every(), ws.roots.inside()
    if as_json:
        show_json({"workspace": str(ws.folder), "inside": inside, "roots": [asdict(root) for root in found]})
        return
    say(f"{counted(inside, 'light curve')} {agreeing(inside, 'lie')} in the workspace itself")
    if found:
        show_table(
            [
                {
                    "root": root.name,
                    "folder": root.folder,
                    "light curves": root.light_curves,
                    "there": "yes" if root.there else "no",
                }
                for root in found
            ]
        )
    for line in filter(None, (root.missing for root in found)):
        complain(line)


@GROUP.command("set")
def set_root(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="As `clara roots` lists it.")],
    folder: Annotated[Path, typer.Argument(help="Where its files are now.")],
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Say where a folder outside is now. Nothing changes unless files of it are there."""
    ws = opened(workspace or context.obj, create=False)
    there, files = ws.roots.point(name, folder)
    if as_json:
        show_json({"name": name, "folder": ws.roots.places().folders[name], "files": files, "there": there})
    else:
        say(
            f"root {name!r} is at {ws.roots.places().folders[name]}: {there:,} of its {counted(files, 'file')} "
            f"{agreeing(there, 'are')} there"
        )
