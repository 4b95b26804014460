"""Maps: every target as a point on a plane, alike near alike."""

from clara_engine.maps.embed import FittedMap, embed, fit_leaf_map, fit_map
from clara_engine.maps.map_quality import MapQuality, map_quality
from clara_engine.maps.reduction import LeafReduction, StandardReduction
from clara_engine.maps.settings import MAPS, MapSettings, PcaMap, TsneMap, UmapMap, map_settings

__all__ = [
    "MAPS",
    "FittedMap",
    "LeafReduction",
    "MapQuality",
    "MapSettings",
    "PcaMap",
    "StandardReduction",
    "TsneMap",
    "UmapMap",
    "embed",
    "fit_leaf_map",
    "fit_map",
    "map_quality",
    "map_settings",
]
