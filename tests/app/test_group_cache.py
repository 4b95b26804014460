"""Named selections and clusterings in memory."""

import pytest

from clara_app.group_cache import GroupCache
from clara_app.server import Server
from clara_engine.errors import WorkspaceError
from clara_engine.studies.cluster import ClusterRequest, cluster_stars


@pytest.fixture
def groups(server: Server) -> GroupCache:
    return server.groups


def reads_of(monkeypatch: pytest.MonkeyPatch, store: object) -> list[str]:
    """What is written into at each reading of a folder or a table."""
    reads: list[str] = []
    once = store.list

    def listed() -> list:
        reads.append("read")
        return once()

    monkeypatch.setattr(store, "list", listed)
    return reads


def test_they_are_read_when_they_have_changed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = server.workspace
    reads = reads_of(monkeypatch, workspace.selections)
    groups = GroupCache(workspace, lambda topic: server.versions[topic])
    assert groups.selections() == groups.selections() == []
    assert len(reads) == 1
    workspace.selections.save("odd ones", workspace.targets.ids()[:2], "tester")
    assert groups.selections() == []  # as the server has seen the workspace last
    server.read()
    assert [kept.name for kept in groups.selections()] == ["odd ones"]
    assert groups.selection("odd ones").target_ids == tuple(workspace.targets.ids()[:2])
    assert len(reads) == 2


def test_a_cluster_is_called_as_it_was_last(server: Server, groups: GroupCache) -> None:
    kept = cluster_stars(server.workspace, ClusterRequest(title="eight"))
    server.read()
    assert groups.clusterings() == [groups.clustering(kept.id)] == [kept]
    assert groups.clusters(kept).sort_index().tolist() == (
        kept.labels().set_index("target_id")["cluster"].sort_index().tolist()
    )
    assert groups.names(kept) == kept.names()
    number = max(kept.names())
    server.workspace.clusterings.rename(kept.id, number, "flares")
    server.read()
    assert groups.names(kept)[number] == "flares"


def test_what_is_gone_is_told_with_what_there_is(server: Server, groups: GroupCache) -> None:
    server.workspace.selections.save("odd ones", server.workspace.targets.ids()[:2], "tester")
    server.read()
    with pytest.raises(WorkspaceError, match=r"no selection 'even ones' .* selections: odd ones"):
        groups.selection("even ones")
    with pytest.raises(WorkspaceError, match="no clustering 'nothing'"):
        groups.clustering("nothing")


def test_a_damaged_clustering_is_told_and_asked_for_again(server: Server, groups: GroupCache) -> None:
    kept = cluster_stars(server.workspace, ClusterRequest(title="eight"))
    file = kept.folder / "clustering.json"
    whole = file.read_text()
    file.write_text(whole[:40])
    server.read()
    with pytest.raises(WorkspaceError, match=r"clustering\.json"):
        groups.clusterings()
    file.write_text(whole)
    assert groups.clusterings() == [kept]
