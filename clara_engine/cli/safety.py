"""Commands that keep a workspace safe: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing, opened
from clara_engine.cli.output import complain, progress, say, show_json
from clara_engine.text import agreeing, counted

__all__ = ["COMMANDS"]


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


COMMANDS = (backup, restore)
