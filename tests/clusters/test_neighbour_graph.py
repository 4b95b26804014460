"""The graph of near neighbours holds together, and has the distances."""

import numpy as np
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from clara_engine.clusters.neighbour_graph import LEAST_DISTANCE, neighbour_graph


def test_its_spanning_tree_is_that_of_all_pairs_also_between_groups():
    random = np.random.default_rng(2)
    points = np.concatenate([random.normal(centre, 1, (30, 2)) for centre in ((0, 0), (40, 0), (0, 50))])
    graph = neighbour_graph(points, 8)
    assert connected_components(graph, directed=False)[0] == 1
    assert (graph != graph.T).nnz == 0
    whole = minimum_spanning_tree(squareform(pdist(points))).sum()
    np.testing.assert_allclose(minimum_spanning_tree(graph).sum(), whole)


def test_points_at_one_place_are_neighbours():
    graph = neighbour_graph(np.zeros((10, 2)), 4)
    assert connected_components(graph, directed=False)[0] == 1
    assert set(graph.data) == {LEAST_DISTANCE}
