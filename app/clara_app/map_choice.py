"""Kinds of maps, and the request of each."""

from __future__ import annotations

import pandas as pd

from clara_engine.store.maps import MapRequest
from clara_engine.store.sources import FEATURES, LEAVES, PARAMETERS
from clara_engine.workspace import Run, Workspace

__all__ = ["AXES", "FALLBACK", "KINDS", "axes_plane", "request_of"]

DEFAULT_SET = "flux_power"
#: Kinds of maps and their titles.
KINDS = {
    "tsne": "t-SNE",
    "umap": "UMAP",
    "pca": "PCA",
    "leaves": "leaves of the forest",
    "parameters": "catalogue parameters",
    "axes": "two axes",
}
AXES = "axes"
#: Shown until the requested map has been computed.
FALLBACK = "pca"


def request_of(kind: str, workspace: Workspace, run: Run | None) -> MapRequest | None:
    """The request for a map; None where it is impossible (no run, too few parameters) or has plain axes."""
    if kind == AXES:
        return None
    if kind == "leaves":
        return MapRequest.of(LEAVES, run.id, "tsne") if run is not None else None
    if kind == "parameters":
        known = workspace.parameters.stellar().used
        return MapRequest.of(PARAMETERS, ",".join(known), "tsne", components=len(known)) if len(known) > 1 else None
    return MapRequest.of(FEATURES, run.spec.feature_set if run is not None else DEFAULT_SET, kind)


def axes_plane(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Two columns as coordinates; stars that lack one are left out."""
    if x not in table or y not in table:
        return pd.DataFrame({"x": [], "y": []})
    return pd.DataFrame({"x": table[x], "y": table[y]}).astype(float).dropna()
