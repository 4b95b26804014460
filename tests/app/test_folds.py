import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from clara_app.folds import FoldPictures, fold_picture
from clara_app.panes.ranking import RankingPane
from clara_app.session import Session
from clara_app.stars import Star


def finished(folds: FoldPictures, count: int) -> None:
    end = time.monotonic() + 60
    while folds.version < count:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_was_asked_for_last_is_made_first() -> None:
    seen: list[str] = []

    def star(target_id: str) -> Star:
        seen.append(target_id)
        time.sleep(0.02)
        return Star(target_id)

    folds = FoldPictures(star)
    folds.request([f"a{i}" for i in range(5)])
    folds.request(["b", "c"])
    finished(folds, 7)
    assert seen[:2] == ["b", "c"]
    assert sorted(seen) == ["a0", "a1", "a2", "a3", "a4", "b", "c"]
    folds.request(["a0"])
    assert folds.version == 7
    assert folds.known(["a0", "z"]) == {"a0": ""}


def test_a_star_that_fails_does_not_end_the_others() -> None:
    def star(target_id: str) -> Star:
        if target_id == "bad":
            raise ZeroDivisionError
        return Star(target_id)

    folds = FoldPictures(star)
    folds.request(["bad", "good"])
    finished(folds, 2)
    assert set(folds.known(["bad", "good"])) == {"bad", "good"}


def test_the_ranking_fills_with_folded_curves(session: Session) -> None:
    pane = RankingPane(session)
    finished(session.server.folds, len(session.order))
    session.poll()
    assert set(pane.table.pictures) == {str(place) for place in range(len(session.order))}
    assert all(picture.startswith("<svg") for picture in pane.table.pictures.values())


def test_a_folded_picture_shows_the_dip(session: Session) -> None:
    star = session.server.star(session.table.index[session.table["tmag"].argmin()])
    picture = fold_picture(star)
    heights = np.array([float(dot.split(",")[1]) for dot in picture.split('points="')[1].split('"')[0].split()])
    assert np.ptp(heights) > 10
    assert fold_picture(Star("nothing")) == ""


ENDS = """
import sys, time
from clara_app.server import Server
from clara_engine.workspace import Workspace

server = Server(Workspace.open(sys.argv[1]))
server.folds.request(server.workspace.targets.ids())
while server.folds.version < int(sys.argv[2]):
    time.sleep(0.01)
print("made", flush=True)
"""


@pytest.mark.heavy
@pytest.mark.parametrize("made", [1, 3])
def test_a_program_that_ends_during_a_search_for_periods_says_nothing(workspace_folder: Path, made: int) -> None:
    command = [sys.executable, "-c", ENDS, workspace_folder, str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert (done.returncode, done.stdout, done.stderr) == (0, "made\n", "")
