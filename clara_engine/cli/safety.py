"""Commands that keep a workspace safe: check, backup, restore."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing, opened
from clara_engine.cli.output import complain, progress, say, show_json, show_line
from clara_engine.errors import DamagedFile, WorkspaceError
from clara_engine.text import agreeing, counted

__all__ = ["COMMANDS"]


def check(
    files: Annotated[bool, typer.Option("--files", help="Read every light curve, too, which takes longer.")] = False,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Read everything that the workspace keeps, and say of each damaged file what is wrong and what to do.

    The exit code is 1 where anything is.
    """
    from clara_engine.studies.check import check as study
    from clara_engine.studies.check import fault_of

    try:
        ws = opened(workspace, create=False)
        with progress() as report:
            found = study(ws, files=files, report=report)
    except DamagedFile as error:  # the database itself: without it nothing else can be told
        found = [fault_of(error)]
    if as_json:
        show_json({"faults": [asdict(fault) for fault in found]})
    for fault in found if not as_json else ():
        show_line(str(fault))
    if found:
        raise WorkspaceError(f"{counted(len(found), 'fault')} found; nothing was changed")
    say("everything is as it was written")


def backup(
    place: Annotated[Path, typer.Argument(help="A file that ends in .zip, or a folder that is not there yet.")],
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Copy the workspace whole, also while pages and commands write to it.

    The folder `cache` is left out: what was in it is computed again. Light curves that lie in other folders are not
    copied: `clara pack` puts them into the workspace first. A backup is a bag (BagIt, RFC 8493): `sha256sum -c
    manifest-sha256.txt` checks it, too.
    """
    from clara_engine.store.backup import write_backup

    ws = existing(workspace)
    with progress() as report:
        made = write_backup(ws, place, report)
    if as_json:
        show_json({"place": str(made.place), "files": made.files, "bytes": made.bytes, "outside": made.outside})
        return
    if made.outside:
        complain(
            f"{counted(made.outside, 'light curve')} {agreeing(made.outside, 'lie')} in other folders, and "
            f"{agreeing(made.outside, 'are')} not in it: `clara pack` puts them into the workspace"
        )
    size = f"{counted(made.files, 'file')}, {made.bytes / 1e6:,.1f} MB"
    say(f"{size}, copied to {made.place}; `clara restore` brings it back")


def restore(
    source: Annotated[Path, typer.Argument(help="What `clara backup` wrote.")],
    folder: Annotated[Path, typer.Argument(help="Where the workspace is to be: a folder that is not there yet.")],
    as_json: AsJson = False,
) -> None:
    """Bring back a workspace from a backup, after every file has been compared with its checksum."""
    from clara_engine.store.backup import restore_backup

    with progress() as report:
        files = restore_backup(source, folder, report)
    ws = opened(folder, create=False)
    missing = ws.roots.missing()
    if as_json:
        show_json({"workspace": str(ws.folder), "files": files, "missing": missing})
        return
    for line in missing:
        complain(line)
    say(f"{counted(files, 'file')} brought back to {ws.folder}, each as it was written")


COMMANDS = (check, backup, restore)
