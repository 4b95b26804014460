"""CLARA: Controllable Learning for Anomaly Recognition in Astrophysics.

The engine: light curves in, ranked and explained anomalies out. It knows nothing of any page.
"""

from typing import TYPE_CHECKING

from clara_engine.lazy import imported_when_asked

if TYPE_CHECKING:
    from clara_engine.lightcurve import LightCurve, Target
    from clara_engine.readers import read_light_curve
    from clara_engine.store.runs import Run, RunSpec
    from clara_engine.synthetic import SyntheticDesign
    from clara_engine.workspace import Workspace

__all__ = ["LightCurve", "Run", "RunSpec", "SyntheticDesign", "Target", "Workspace", "read_light_curve"]
__version__ = "0.1.0"

# Imported when they are asked for, so that the command line starts at once.
__getattr__ = imported_when_asked(
    __name__,
    {
        "LightCurve": "clara_engine.lightcurve",
        "Run": "clara_engine.store.runs",
        "RunSpec": "clara_engine.store.runs",
        "SyntheticDesign": "clara_engine.synthetic",
        "Target": "clara_engine.lightcurve",
        "Workspace": "clara_engine.workspace",
        "read_light_curve": "clara_engine.readers",
    },
)
