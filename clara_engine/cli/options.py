"""Options that several commands share, and opening the workspace they name.

The engine is imported when a command runs, not when the command line starts: `clara --help` answers at once.
"""

from __future__ import annotations

import atexit
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clara_engine.cli.output import complain, say
from clara_engine.errors import WorkspaceError
from clara_engine.files import check_writable

if TYPE_CHECKING:
    from clara_engine.workers import Workers
    from clara_engine.workspace import Workspace

__all__ = [
    "AsJson",
    "Cluster",
    "ColumnNames",
    "Folder",
    "chosen_label",
    "existing",
    "filled",
    "input_file",
    "input_folder",
    "named_columns",
    "one_a_word",
    "opened",
    "output",
    "refuse_empty",
    "refuse_impossible",
]

Folder = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="CLARA_WORKSPACE", help="Workspace folder; by default the user's own."),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        envvar="CLARA_CLUSTER",
        help="Dask cluster that does the work: tcp://HOST:8786, or local:4 for four processes here.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
COLUMNS = "--columns"
#: Largest integers of SQLite and NumPy.
LARGEST = 2**63 - 1
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(
        COLUMNS, help="Which columns are what, for files of no known product: time=TIME flux=FLUX err=… quality=…"
    ),
]


def one_a_word(words: Sequence[str]) -> list[str]:
    """The words of a command with its option before every pair: ``--columns time=T flux=F`` names two columns."""
    from clara_engine.readers.columns import Columns

    found: list[str] = []
    within = False
    for word in words:
        if word == COLUMNS or word.startswith(f"{COLUMNS}="):
            within = True
        elif within and found[-1] != COLUMNS:
            within = Columns.looks_like_pair(word)
            found += [COLUMNS] if within else []
        found.append(word)
    return found


def named_columns(pairs: Sequence[str] | None) -> str:
    """What a person names with `ColumnNames`, as readers take it; empty where nothing is named.

    Raises
    ------
    UnreadableLightCurve
        It is no naming of columns.
    """
    from clara_engine.readers.columns import Columns

    return "" if pairs is None else str(Columns.parse(" ".join(pairs)))


def refuse_empty(words: Sequence[str], *, arguments: bool) -> None:
    """Refuse an option without letters: an empty path is the current folder, an empty name would be any.

    Parameters
    ----------
    words : sequence of str
        As they were typed.
    arguments : bool
        Whether what is no option is refused, too.

    Raises
    ------
    typer.BadParameter
    """
    for word, before in zip(words, ("", *words), strict=False):
        option = re.fullmatch(r"(--[\w-]+)=\s*", word)
        if option or (not word.strip() and (arguments or before.startswith("-"))):
            name = option[1] if option else before if before.startswith("-") else "an argument"
            raise typer.BadParameter(f"{name} is empty: give a value, or leave it out")


def output(words: str, *names: str) -> Any:
    """An option for a file to be written; what can't be is refused before the work, not after it.

    Parameters
    ----------
    words : str
        Its help. The endings that it names, such as ``.csv``, are those that it must have, if there are several.
    names : str
        Of the option, if they are others than the parameter's.
    """
    endings = re.findall(r"\.\w+", words)

    def check(path: Path | None) -> Path | None:

        if path is None:
            return None
        if len(endings) > 1 and path.suffix.lower() not in endings:
            raise WorkspaceError(f"{path.name}: the ending says the format; use one of {', '.join(endings)}")
        check_writable(path.absolute())
        return path

    return typer.Option(*names, help=words, callback=check)


def input_folder(words: str) -> Any:
    """An option for a folder that is read; its help. One that is not there is refused before the work."""
    return _input("folder", Path.is_dir, words)


def input_file(words: str) -> Any:
    """An option for a file that is read; its help. One that is not there is refused before the work."""
    return _input("file", Path.is_file, words)


def _input(kind: str, is_there: Callable[[Path], bool], words: str) -> Any:
    def check(path: Path | None) -> Path | None:
        if path is not None and not is_there(path):
            raise WorkspaceError(f"{path} is no {kind}")
        return path

    return typer.Option(help=words, callback=check)


def refuse_impossible(context: Any) -> None:
    """Refuse what is a number by its letters alone: NaN, infinity, what no computer counts to.

    Raises
    ------
    typer.BadParameter
        With the option that has such a value.
    """
    for parameter in context.command.params:
        value = context.params.get(parameter.name)
        if value is parameter.default:
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            wanted = ""
            if isinstance(one, float) and not math.isfinite(one):
                wanted = "a finite number"
            elif isinstance(one, int) and abs(one) > LARGEST:
                wanted = f"at most {LARGEST}" if one > 0 else f"at least {-LARGEST}"
            if wanted:
                raise typer.BadParameter(f"it must be {wanted}", ctx=context, param=parameter)


def opened(folder: Path | None, *, create: bool = True, cluster: str | None = None) -> Workspace:
    """Open a workspace, made if need be.

    Parameters
    ----------
    folder : Path, optional
    create : bool
        Whether it is made when it is not there.
    cluster : str, optional
        As `Cluster`: who does its work; it is left when the command ends.
    """
    from clara_engine.workspace import Workspace

    workspace = Workspace.open(folder, create=create, workers=_workers_of(cluster))
    if workspace.upgraded:
        say(workspace.upgraded)
    return workspace


def _workers_of(cluster: str | None) -> Workers | None:
    if cluster is None:
        return None
    from clara_engine.dask_cluster import connect

    workers = connect(cluster)
    atexit.register(workers.close)
    return workers


def existing(folder: Path | None, cluster: str | None = None) -> Workspace:
    """Open a workspace that must be there already; a person is told of folders that are not there.

    Parameters
    ----------
    folder : Path, optional
    cluster : str, optional
        As `Cluster`.
    """
    workspace = opened(folder, create=False, cluster=cluster)
    for line in workspace.roots.missing():
        complain(line)
    return workspace


def filled(folder: Path | None, cluster: str | None = None) -> Workspace:
    """Open a workspace that must hold targets.

    Parameters
    ----------
    folder : Path, optional
    cluster : str, optional
        As `Cluster`.
    """
    workspace = existing(folder, cluster)
    if not len(workspace.targets):
        raise WorkspaceError("no targets in this workspace yet: `clara ingest FOLDER` or `clara demo` first")
    return workspace


def chosen_label(workspace: Workspace, text: str | None) -> tuple[str, str] | None:
    """A label that a person names as FAMILY/VALUE; a family alone is any value of it."""
    if text is None:
        return None
    family, _, value = (part.strip() for part in text.partition("/"))
    if not family:
        raise typer.BadParameter(f"{text!r} is not FAMILY or FAMILY/VALUE, such as toi or toi/CP")
    value = value or "any"
    said = workspace.labels.pairs() | {(family, "any")}
    known = [v for f, v in workspace.labels.members(workspace.targets.ids()) if f == family and (f, v) in said]
    return family, known[0] if value == "any" and len(known) == 1 else value
