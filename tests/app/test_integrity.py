"""What many people do at the same time is stored as they did it, through two servers and commands on one workspace."""

import asyncio
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.raw_tab import RawTab
from clara_engine.workspace import Workspace
from tests.app.browser import Served

Given = tuple[str, str, str]
LABELS = ("planet", "eclipsing binary", "flare", "nothing")


async def vet(url: str, who: int, stars: list[str], count: int) -> list[Given]:
    """Give verdicts on random stars, each twice, as a browser does that was not answered; what was given."""
    tab, chance = await RawTab.open(url, keep=True), random.Random(who)
    entry = (await tab.model("VerdictEntry"))[1]
    given = []
    for number in range(count):
        star, label, token = chance.choice(stars), chance.choice(LABELS), f"{who}-{number}"
        verdict = {"token": token, "target": star, "label": label, "note": f"note {token}", "author": f"person {who}"}
        for late in (False, True):
            await tab.say(entry, {"give": {**verdict, "tab": f"tab {who}", "late": late}})
        assert "stored" in await tab.until(f'"{token}"')
        given.append((star, label, f"note {token}"))
    tab.close()
    return given


def clara(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clara_engine", *words, "--workspace", str(folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


async def together(folder: Path, urls: list[str], people: int, each: int, runs: int) -> list[list[Given]]:
    """What each person gave, while commands train and a notebook keeps selections."""
    workspace = Workspace.open(folder)
    stars = workspace.targets.ids()
    work = [vet(urls[who % len(urls)], who, stars, each) for who in range(people)]
    work += [asyncio.to_thread(clara, folder, "train", "--trees", "5", "--name", f"run {n}") for n in range(runs)]
    work += [asyncio.to_thread(workspace.selections.save, f"selection {n}", stars[: n + 1]) for n in range(people)]
    return (await asyncio.gather(*work))[:people]


@pytest.mark.parametrize(("people", "each", "runs"), [(2, 2, 0), pytest.param(50, 8, 3, marks=pytest.mark.long)])
def test_what_was_done_is_there_once_and_as_it_was_done(workspace_folder, people, each, runs):
    servers = [Served(workspace_folder) for _ in range(2)]
    try:
        given = asyncio.run(together(workspace_folder, [one.url for one in servers], people, each, runs))
    finally:
        for one in servers:
            one.end()
    for one in servers:
        assert "Traceback" not in one.said(), one.said()
    workspace = Workspace.open(workspace_folder)
    verdicts = workspace.verdicts.history()
    for who, mine in enumerate(given):
        kept = verdicts[verdicts["author"] == f"person {who}"].sort_values("verdict_id")
        assert list(zip(kept["target_id"], kept["label"], kept["note"], strict=True)) == mine
    assert len(verdicts) == people * each
    assert {f"run {number}" for number in range(runs)} <= {run.name for run in workspace.runs.list()}
    for number in range(people):
        stars = workspace.selections.get(f"selection {number}").target_ids
        assert len(stars) == min(number + 1, len(workspace.targets))
    with closing(sqlite3.connect(workspace_folder / "clara.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
