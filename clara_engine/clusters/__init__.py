"""Clusters: groups of similar stars, and quality figures."""

from clara_engine.clusters.cluster_quality import ClusterQuality
from clara_engine.clusters.distances import dtw_distances
from clara_engine.clusters.group import NOISE, Clustering, cluster
from clara_engine.clusters.settings import METHODS, ClusterSettings, cluster_settings

__all__ = [
    "METHODS",
    "NOISE",
    "ClusterQuality",
    "ClusterSettings",
    "Clustering",
    "cluster",
    "cluster_settings",
    "dtw_distances",
]
