"""Maps: every target as a point on a plane, alike near alike."""

from clara_engine.maps.embed import MAPS, embed

__all__ = ["MAPS", "embed"]
