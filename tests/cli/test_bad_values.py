"""Every command with every bad value of its options, found from the parser: refused in a line, with nothing written."""

import os
import re
import shutil
import signal
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest
import tomli_w
from typer.main import get_command

from clara_engine import Workspace
from clara_engine.cli.main import app
from clara_engine.store.backup import write_backup

COMMANDS = get_command(app).commands
#: Words of Python and of libraries, and what steers a terminal.
FOREIGN = re.compile(r"Traceback|pydantic|pandas|numpy|click|[a-z]Error\b|Input should|NoneType|\x1b|input_value")
HUGE = f"1{'0' * 30}"
CONTROL = "a\x1b[31mb"
NUMBERS = {int: ["x", "1.5", HUGE], float: ["x", "nan", "inf", "-inf"]}
INPUTS = ["folder/gone/x", "folder", "noise.toml", "empty.csv", "", "labels.csv/x", f"{CONTROL}😀"]
OUTPUTS = ["folder", "", "labels.csv/x"]
TEXTS = ["", CONTROL]
NAMES = [*TEXTS, f"no such thing 😀 {300 * 'x'}", "="]
#: An argument that every command can do with, and what else it can't do without. A new command may need a line here.
GIVEN = {
    "run": "small",
    "target": "1000",
    "star": "1000",
    "files": "star.fits",
    "file": "labels.csv",
    "sql": "SELECT 1",
    "first": "small",
    "second": "small",
    "parameters": "tmag,teff",
    "family": "truth",
    "places": "star.fits",
    "folder": "written",
    "design": "P9",
    "stars": "1000",
    "place": "kept",
    "source": "kept.zip",
    "sector": "1",
}
NEEDED = {"label": ["--column=kind"], "fetch": ["--sector=1", "--limit=1"], "autosteer": ["--label=truth/dip"]}
#: Options that take the place of those.
INSTEAD = {"column", "tic", "cone", "manifest", "label"}
#: What may be any text, what is written, and what may be below 0.
FREE = {("fold", "save"), ("train", "name"), ("cluster", "title"), ("label", "parameter")}
WRITTEN = {"save", "out", "output", "folder", "place", "loadings"}
SIGNED = {"epoch"}
#: Where other machines are named, where a workspace may be made, and a password.
LEFT_OUT = {"help", "archives", "workspace", "basic_auth"}
FOLDERS = {"models", "published", "folders", "places", "folder", "allow_root"}
SECONDS = 90.0  # a command that is refused answers at once, and on a slow machine after its imports


class AtWork(BaseException):
    """A command has begun to work."""


def declared(command, parameter):
    """Type, and what ``typer.Option`` or ``typer.Argument`` was given."""
    return get_args(get_type_hints(command.callback, include_extras=True)[parameter.name])


def kind_of(command, parameter):
    """int, float, str, Path or bool."""
    hint = declared(command, parameter)[0]
    while inner := [one for one in get_args(hint) if one is not NoneType]:
        hint = inner[0]
    return hint


def bad_values(command, parameter):
    kind = kind_of(command, parameter)
    if kind in NUMBERS:
        given = declared(command, parameter)[1]
        least = given.min if given.min is not None or parameter.name in SIGNED else 0
        beyond = [bound + step for bound, step in ((least, -1), (given.max, 1)) if bound is not None]
        return NUMBERS[kind] + [str(value) for value in beyond]
    if kind is Path:
        bad = OUTPUTS if parameter.name in WRITTEN or command.name in ("export", "export-forest") else INPUTS
        return [value for value in bad if value != "folder" or parameter.name not in FOLDERS]
    return TEXTS if (command.name, parameter.name) in FREE else NAMES


def cases(command):
    """What is tried: words of the command, and how the case is called."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    for parameter in command.params:
        if parameter.name in LEFT_OUT or kind_of(command, parameter) is bool:
            continue
        needed = [] if parameter.name in INSTEAD else NEEDED.get(command.name, [])
        for value in bad_values(command, parameter):
            words = [
                value if one is parameter else GIVEN[one.name] for one in arguments if one.required or one is parameter
            ]
            option = [f"{parameter.opts[0]}={value}"] if parameter.param_type_name == "option" else []
            yield [*option, *needed, "--", *words], f"{parameter.name}={value[:20]!r}"


def files(folder):
    """Every file with its size and time, but those that SQLite makes and removes as it reads."""
    return {
        path: (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory, trained_folder, light_curve_folder):
    """Where commands are run: with a workspace, and bad files."""
    here = tmp_path_factory.mktemp("here")
    shutil.copytree(trained_folder, here / "ws")
    (here / "folder").mkdir()
    (here / "noise.toml").write_bytes(bytes(range(256)))
    (here / "empty.csv").write_bytes(b"")
    (here / "labels.csv").write_text("tic,kind\n1000,EB\n")
    shutil.copy(min(light_curve_folder.iterdir()), here / "star.fits")
    write_backup(Workspace.open(here / "ws"), here / "kept.zip")
    return here


@pytest.fixture
def at_folder(folder, services, tmp_path, monkeypatch):
    """Commands run there, their archives are a server that knows nothing, and what works long is stopped."""

    def stop(*about):
        raise AtWork

    addresses = {name: one.model_dump(exclude={"name"}) for name, one in services.items()}
    (tmp_path / "archives.toml").write_text(tomli_w.dumps(addresses))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLARA_WORKSPACE", str(folder / "ws"))
    monkeypatch.setenv("CLARA_ARCHIVES", str(tmp_path / "archives.toml"))
    monkeypatch.setattr(os, "execve", stop)
    before = signal.signal(signal.SIGALRM, stop)
    yield folder
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", COMMANDS)
def test_bad_values_are_refused(name, clara, at_folder):
    problems, before = [], files(at_folder)
    for words, case in cases(COMMANDS[name]):
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            said = clara(name, *words)
        except AtWork:
            problems.append(f"{case} is taken, and work begins")
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if said.code not in (1, 2):
            problems.append(f"{case} is taken: {said.err[-200:]}")
        if found := FOREIGN.search(said.out + said.err):
            problems.append(f"{case} says {found[0]!r}: {said.err[-200:]}")
        now = files(at_folder)
        changed, before = dict(now.items() ^ before.items()), now
        if changed and not (
            name in ("ingest", "results") and {path.name for path in changed} == {"clara.sqlite"}
        ):  # the failures
            problems.append(f"{case} writes {', '.join(path.name for path in changed)}")
    assert not problems, "\n".join(problems)


def test_something_is_tried_of_every_command():
    tried = {name: len(list(cases(command))) for name, command in COMMANDS.items()}
    assert sum(tried.values()) > 500
    assert [name for name, number in tried.items() if not number] == ["failures", "runs", "agreement", "check", "roots"]
