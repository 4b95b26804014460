"""Kinds of maps, and their settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from clara_engine.errors import FeatureError
from clara_engine.setting import Range, Setting

__all__ = ["MAPS", "MapSettings", "PcaMap", "TsneMap", "UmapMap", "map_settings"]

Components = Annotated[int, Range(2, 500)]


class PcaMap(Setting):
    """First two principal components of the standardised features."""

    kind: Literal["pca"] = "pca"
    components: Literal[2] = 2


class TsneMap(Setting):
    """t-SNE (van der Maaten & Hinton 2008) after PCA, as METHOD section 6 has it.

    Attributes
    ----------
    perplexity : float
        About how many neighbours a star tries to keep.
    iterations : int
        Of gradient descent, a quarter of them with early exaggeration.
    components : int
        Principal components that are laid out.
    """

    kind: Literal["tsne"] = "tsne"
    perplexity: Annotated[float, Range(2, 500)] = 30.0
    iterations: Annotated[int, Range(50, 10_000)] = 750
    components: Components = 50


class UmapMap(Setting):
    """UMAP (McInnes, Healy & Melville 2018) after PCA.

    Attributes
    ----------
    neighbours : int
        How many nearest stars each star is tied to.
    min_dist : float
        How close two stars may lie on the plane, in the units of the plane.
    epochs : int
        Passes over the neighbour graph.
    components : int
        Principal components that are laid out.
    """

    kind: Literal["umap"] = "umap"
    neighbours: Annotated[int, Range(2, 500)] = 15
    min_dist: Annotated[float, Range(0, 0.99)] = 0.1
    epochs: Annotated[int, Range(10, 5000)] = 300
    components: Components = 50


MapSettings = Annotated[PcaMap | TsneMap | UmapMap, Field(discriminator="kind")]
MAPS: dict[str, type[PcaMap] | type[TsneMap] | type[UmapMap]] = {"pca": PcaMap, "tsne": TsneMap, "umap": UmapMap}


def map_settings(kind: str, **values: Any) -> PcaMap | TsneMap | UmapMap:
    """Settings of a kind of map.

    Parameters
    ----------
    kind : {"pca", "tsne", "umap"}
    **values : any
        Settings by name; the others keep their defaults.

    Raises
    ------
    FeatureError
        When there is no such kind.
    DesignError
        When a value is out of its range.

    Examples
    --------
    >>> map_settings("pca").kind
    'pca'
    """
    if kind not in MAPS:
        raise FeatureError(f"no map called {kind!r}: choose one of {', '.join(MAPS)}")
    return MAPS[kind](**values)
