"""CLARA: Controllable Learning for Anomaly Recognition in Astrophysics.

The engine: light curves in, ranked and explained anomalies out. It knows nothing of any page.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clara_engine.lightcurve import LightCurve, Target
    from clara_engine.readers import read_light_curve
    from clara_engine.workspace import Workspace

__all__ = ["LightCurve", "Target", "Workspace", "read_light_curve"]
__version__ = "0.1.0"

_HOMES = {
    "LightCurve": "clara_engine.lightcurve",
    "Target": "clara_engine.lightcurve",
    "Workspace": "clara_engine.workspace",
    "read_light_curve": "clara_engine.readers",
}


def __getattr__(name: str) -> object:
    """Import each name when it is first asked for, so that the command line starts at once."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
