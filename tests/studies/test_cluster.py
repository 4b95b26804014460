"""Clusterings, matches and population of a small workspace: joined by id, kept, and refused with a reason."""

import pandas as pd
import pytest

from clara_engine.clusters import cluster_settings
from clara_engine.errors import DesignError, WorkspaceError
from clara_engine.lightcurve import Target
from clara_engine.studies.cluster import ClusterRequest, cluster_enrichment, cluster_stars, one_a_star
from clara_engine.studies.extract import extract_features


def request(kind="kmeans", settings=None, **values):
    return ClusterRequest(method=cluster_settings(kind, **(settings or {"clusters": 3})), **values)


def test_clustering_is_kept_as_it_was_asked(ws):
    asked = request(title="three", seed=5, components=4)
    kept = cluster_stars(ws, asked)
    read = ws.clusterings.get("three")
    assert read == ws.clusterings.get(kept.id) == ws.clusterings.get("latest") == kept
    assert read.request == asked
    assert read.quality.clusters == 3
    labels = read.labels()
    assert labels["target_id"].tolist() == ws.targets.ids()
    assert set(labels["cluster"]) == {0, 1, 2}
    again = cluster_stars(ws, asked).labels()
    pd.testing.assert_frame_equal(again, labels)
    found = ws.clusterings.table()
    assert set(found["clustering_id"]) >= {kept.id}
    assert (found.groupby("clustering_id")["target_id"].nunique() == 40).all()
    ws.clusterings.delete(kept.id)
    with pytest.raises(WorkspaceError, match=f"no clustering '{kept.id}'"):
        ws.clusterings.get(kept.id)


def test_selection_is_clustered_alone(ws):
    chosen = ws.targets.ids()[10:30]
    kept = cluster_stars(ws, request(targets=(*chosen, "nobody")))
    assert kept.labels()["target_id"].tolist() == chosen
    assert (kept.targets, kept.left_out) == (20, 1)
    with pytest.raises(Exception, match="too few"):
        cluster_stars(ws, request(targets=("nobody",)))


def test_leaves_and_parameters_are_clustered(ws):
    run = ws.runs.get("latest")
    assert cluster_stars(ws, request(source="leaves", name=run.id)).targets == 40
    kept = cluster_stars(ws, request("hdbscan", {"min_cluster_size": 5}, source="parameters", name="bp_rp,teff_k"))
    assert kept.request.method.min_cluster_size == 5


def test_folded_curves_are_compared_by_warping(ws):
    extract_features(ws, "folded", workers=1)
    settings = {"metric": "dtw", "clusters": 2}
    kept = cluster_stars(ws, request("hierarchical", settings, name="folded"))
    assert kept.targets + kept.left_out == 40
    assert kept.quality.silhouette is not None
    with pytest.raises(WorkspaceError, match="choose the feature set folded"):
        cluster_stars(ws, request("hierarchical", settings))
    with pytest.raises(DesignError, match="source"):
        request(source="moon")


def test_enrichment_knows_catalogue_labels_and_verdicts(ws):
    kept = cluster_stars(ws, request())
    ids = ws.targets.ids()
    ws.verdicts.add(ids[1], "planet", author="ann")
    table = cluster_enrichment(ws, kept.id)
    assert {("truth", "dip"), ("truth", "quiet"), ("verdict", "planet")} <= set(
        zip(table["family"], table["value"], strict=True)
    )
    row = table[(table["value"] == "planet") & (table["hits"] > 0)].iloc[0]
    assert row["cluster"] == kept.labels().set_index("target_id").loc[ids[1], "cluster"]
    assert table.groupby(["family", "value"])["hits"].sum()["truth", "dip"] == 4
    ws.verdicts.undo(author="ann")


def test_a_star_of_several_sectors_counts_once():
    ids = [Target(tic=tic, sector=sector).id for tic, sector in ((7, 1), (8, 1), (7, 2), (9, 2))]
    kept = one_a_star(pd.DataFrame({"target_id": ids, "cluster": [0, 1, 2, 3]}))
    assert kept["cluster"].tolist() == [0, 1, 3]
