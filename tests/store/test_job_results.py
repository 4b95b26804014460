"""The last result of each kind of job outlives the process; there are never too many, and a spoiled file is none."""

from pathlib import Path

import pytest

from clara_engine.errors import DamagedFile
from clara_engine.jobs import JobKind
from clara_engine.store import job_results
from clara_engine.store.versions import Topic
from clara_engine.workspace import Workspace


def test_the_last_result_is_there_for_another_process(tmp_path: Path) -> None:
    shelf = Workspace.open(tmp_path).job_results
    assert shelf.last(JobKind.TUNE) is None
    shelf.keep(JobKind.TUNE, "", '{"a": 1}')
    shelf.keep(JobKind.TUNE, "other", '{"a": 2}')
    shelf.keep(JobKind.TUNE, "", '{"a": 3}')
    again = Workspace.open(tmp_path).job_results
    assert again.last(JobKind.TUNE) == '{"a": 3}'
    assert again.last(JobKind.TUNE, "other") == '{"a": 2}'
    assert again.last(JobKind.MATCH) is None


def test_it_is_counted(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    before = workspace.versions()
    workspace.job_results.keep(JobKind.TUNE, "", "{}")
    after = workspace.versions()
    assert {topic for topic in Topic if after[topic] != before[topic]} == {Topic.STUDIES}


def test_the_oldest_of_too_many_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_results, "MOST", 3)
    shelf = Workspace.open(tmp_path).job_results
    shelf.keep(JobKind.MATCH, "kept", "0")
    for number in range(5):
        shelf.keep(JobKind.TUNE, str(number), str(number))
    assert [shelf.last(JobKind.TUNE, str(number)) for number in range(5)] == [None, None, "2", "3", "4"]
    assert shelf.last(JobKind.MATCH, "kept") == "0"


@pytest.mark.parametrize("spoiled", ["", "{", "[]", '{"kind": "tune"}'])
def test_a_spoiled_file_is_told(tmp_path: Path, spoiled: str) -> None:
    shelf = Workspace.open(tmp_path).job_results
    shelf.keep(JobKind.TUNE, "", "{}")
    next((tmp_path / "job_results").glob("tune-*.json")).write_text(spoiled)
    with pytest.raises(DamagedFile, match=r"tune-\w+\.json is damaged .*: delete it"):
        shelf.last(JobKind.TUNE)
