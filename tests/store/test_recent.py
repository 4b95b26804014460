"""The list of workspaces that were opened lately."""

from clara_engine import Workspace
from clara_engine.store.recent import recent, remember


def test_recent_workspaces(tmp_path, monkeypatch):
    place = tmp_path / "state" / "recent.json"
    monkeypatch.setenv("CLARA_RECENT", str(place))
    assert recent() == []
    for name in ("a", "b", "a"):
        remember(Workspace.open(tmp_path / name).folder)
    remember(tmp_path / "gone")
    assert recent() == [tmp_path / "a", tmp_path / "b"]
    place.write_text("{")
    assert recent() == []
