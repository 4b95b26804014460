"""Clusterings on disk: found by id and title, with names of clusters, and removed."""

import time

import pandas as pd
import pytest

from clara_engine.clusters import ClusterQuality
from clara_engine.errors import WorkspaceError
from clara_engine.store.clusterings import LONGEST_NAME, ClusterRequest, KeptClustering


@pytest.fixture
def kept(workspace):
    ids = workspace.targets.ids()[:4]

    def keep(name, title):
        quality = ClusterQuality(clusters=2, noise_share=0.25)
        folder = workspace.folder / "clusterings" / name
        made = KeptClustering(name, ClusterRequest(title=title), quality, time.time(), 4, 0, 0.1, folder)
        table = pd.DataFrame({"target_id": ids, "cluster": [0, 1, 1, -1], "membership": [1.0, 0.9, 0.8, 0.0]})
        return workspace.clusterings.add(made, table)

    return workspace.clusterings, keep


def test_they_are_found_by_id_by_title_and_as_the_latest(kept):
    store, keep = kept
    first, second = keep("a", "mine"), keep("b", "mine")
    assert store.get("a") == first
    assert store.get("mine") == store.get("latest") == second
    assert store.list() == [second, first]
    assert len(store.table()) == 8
    with pytest.raises(WorkspaceError, match="no clustering 'c' in this workspace; clusterings: b, a"):
        store.get("c")


def test_clusters_are_renamed_and_get_their_number_back(kept):
    store, keep = kept
    keep("a", "mine")
    store.rename("a", 1, "dippers")
    assert store.get("a").names() == {-1: "no cluster", 0: "cluster 0", 1: "dippers"}
    store.rename("a", 1, "")
    assert store.get("a").names()[1] == "cluster 1"
    for cluster, name in ((2, "x"), (1, "x" * (LONGEST_NAME + 1))):
        with pytest.raises(WorkspaceError, match=f"cluster {cluster} of a can't be called"):
            store.rename("a", cluster, name)


def test_a_deleted_one_is_gone(kept):
    store, keep = kept
    folder = keep("a", "mine").folder
    store.delete("a")
    assert store.list() == []
    assert not folder.exists()
