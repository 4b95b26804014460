"""Clusterings compared with those of other seeds, settings and sectors."""

import pytest
from sklearn.metrics import adjusted_rand_score

from clara_engine.clusters import cluster_settings
from clara_engine.errors import DesignError
from clara_engine.store.clusterings import ClusterRequest
from clara_engine.studies.cluster import cluster_stars
from clara_engine.studies.clusters_again import SECTOR, SEED, SETTING, clusters_again, usual_changes


@pytest.fixture(scope="module")
def request_(two_sectors):
    return ClusterRequest(method=cluster_settings("kmeans", clusters=3), components=4)


@pytest.fixture(scope="module")
def table(two_sectors, request_):
    return clusters_again(two_sectors, request_, seeds=2, changes={"clusters": [2, 4]}, draws=100)


def test_every_way_is_compared(table):
    assert table["changed"].tolist() == [SEED, SEED, SETTING, SETTING, SECTOR, SECTOR]
    assert table["what"].tolist()[:4] == ["seed 1", "seed 2", "clusters 2", "clusters 4"]
    assert table["what"].tolist()[4:] == [f"sector 1 against sector 2, {how}" for how in ("together", "apart")]
    assert table["clusters_again"].tolist()[:4] == [3, 3, 2, 4]
    assert table["stars"].tolist() == [40] * 4 + [30] * 2
    assert (table["low"] <= table["index"]).all()
    assert (table["index"] <= table["high"]).all()


def test_the_index_is_that_of_the_kept_clusterings(two_sectors, request_, table):
    kept = [cluster_stars(two_sectors, request_.model_copy(update={"seed": seed})) for seed in (0, 1)]
    one, two = (clustering.labels().set_index("target_id")["cluster"] for clustering in kept)
    assert table["index"][0] == pytest.approx(adjusted_rand_score(one, two.loc[one.index]))
    stars = two_sectors.targets.stars()
    sector = two_sectors.targets.frame().set_index("target_id")["sector"]
    pairs = [one[sector[one.index] == number].rename(index=stars) for number in (1, 2)]
    common = pairs[0].index.intersection(pairs[1].index)
    assert table["index"][4] == pytest.approx(adjusted_rand_score(pairs[0][common], pairs[1][common]))


def test_usual_changes_follow_the_method():
    def of(kind, components=10, **values):
        return usual_changes(ClusterRequest(method=cluster_settings(kind, **values), components=components))

    assert of("kmeans", clusters=8) == {"clusters": [6, 10], "components": [5, 20]}
    assert of("kmeans", clusters=2, components=1) == {"clusters": [3], "components": [1, 2]}
    assert of("hdbscan") == {"min_cluster_size": [8, 30], "components": [5, 20]}
    assert of("dbscan", radius=2.0)["radius"] == [1.6, 2.5]


def test_an_unknown_setting_is_told(two_sectors, request_):
    with pytest.raises(DesignError, match="kmeans has no setting 'radius'; there are: clusters, components"):
        clusters_again(two_sectors, request_, changes={"radius": [1.0]})
