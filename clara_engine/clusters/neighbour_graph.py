"""Distances of points to their nearest neighbours alone, as a graph that holds together: a density needs no others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import NearestNeighbors

__all__ = ["neighbour_graph"]

Float = NDArray[np.float64]
#: Between points at the same place: a graph takes nought for no edge.
LEAST_DISTANCE = 1e-12


def neighbour_graph(points: Float, neighbours: int) -> sparse.csr_array:
    """Distances of each point to its nearest neighbours, and of each group apart from the largest to its nearest there.

    A minimum spanning tree of this graph is that of all pairs wherever groups touch: its edges join near neighbours.

    Parameters
    ----------
    points : ndarray, shape (n, d)
    neighbours : int
        Of each point, itself left out; below n.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, n)
        Symmetric, and connected.
    """
    found = NearestNeighbors(n_neighbors=neighbours, n_jobs=-1).fit(points).kneighbors_graph(mode="distance")
    # Places of 32 bits: the spanning tree of earlier versions of SciPy takes no others.
    near = sparse.csr_array((found.data, found.indices.astype(np.int32), found.indptr.astype(np.int32)), found.shape)
    near.data = np.maximum(near.data, LEAST_DISTANCE)
    near = near.maximum(near.T)
    count, group = connected_components(near, directed=False)
    if count == 1:
        return sparse.csr_array(near)
    main = group == np.bincount(group).argmax()
    inside, outside = (np.flatnonzero(one).astype(np.int32) for one in (main, ~main))
    distance, place = NearestNeighbors(n_neighbors=1, n_jobs=-1).fit(points[inside]).kneighbors(points[outside])
    nearest = np.lexsort((distance[:, 0], group[outside]))  # of each group, its point that lies nearest comes first
    first = nearest[np.unique(group[outside][nearest], return_index=True)[1]]
    ends = outside[first], inside[place[first, 0]]
    bridges = sparse.csr_array((np.maximum(distance[first, 0], LEAST_DISTANCE), ends), shape=near.shape)
    return sparse.csr_array(near + bridges + bridges.T)
