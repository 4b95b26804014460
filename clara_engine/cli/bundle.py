"""The command that freezes a run for an archive: bundle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from clara_engine.cli.options import AsJson, Folder, existing
from clara_engine.cli.output import complain, progress, say, show_json, show_line
from clara_engine.cli.runs import RunName
from clara_engine.errors import WorkspaceError
from clara_engine.files import check_writable
from clara_engine.text import counted, file_stem, visible

__all__ = ["COMMANDS"]


def bundle(
    run: RunName = "latest",
    file: Annotated[
        Path | None, typer.Argument(help="Ends in .zip, or a folder that is not there yet; NAME-bundle.zip.")
    ] = None,
    license_url: Annotated[
        str, typer.Option("--license", help="Address of the licence, e.g. https://spdx.org/licenses/CC-BY-4.0.")
    ] = "",
    check: Annotated[
        Path | None, typer.Option("--verify", help="Instead: compare a bundle with its checksums.")
    ] = None,
    workspace: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Freeze a run for an archive beside a paper: settings, design, scores, verdicts, forest, versions, checksums.

    It is an RO-Crate, and the same to the last bit whenever it is written. `clara import-forest` takes the forest in it
    into another workspace.
    """
    from clara_engine.report.bundle import bundle as frozen
    from clara_engine.report.bundle import verify, write_bundle

    if check is not None:
        found = verify(check)
        if as_json:
            show_json({"bundle": str(check), "differences": [{"file": one.file, "what": one.what} for one in found]})
        for one in found if not as_json else ():
            show_line(f"{one.what}: {one.file}")
        if found:
            raise WorkspaceError(f"{check}: {counted(len(found), 'file')} not as it was written")
        say(f"{check}: every file is as it was written")
        return
    if license_url and not re.fullmatch(r"https?://[!-{}~]+", license_url):
        raise WorkspaceError(f"--license {visible(license_url)!r} is no address, such as https://spdx.org/licenses/MIT")
    ws = existing(workspace)
    chosen = ws.runs.get(run)
    place = file or Path(f"{file_stem(chosen.name)}-bundle.zip")
    if place.suffix:
        check_writable(place.absolute())
    with progress() as report:
        made = frozen(ws, chosen, license_url=license_url, report=report)
    write_bundle(made, place)
    if as_json:
        show_json({"run": chosen.id, "file": str(place), "files": list(made.files), "missing": list(made.missing)})
        return
    if made.missing:
        complain(f"{counted(len(made.missing), 'light curve')} not found, without checksum: {made.missing[0]} …")
    say(f"run {chosen.name!r} written to {place}; `clara bundle --verify {place}` checks it")


COMMANDS = (bundle,)
