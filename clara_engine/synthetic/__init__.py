"""Synthetic light curves: the design that describes them and the generator that makes them."""

from typing import TYPE_CHECKING

from clara_engine.lazy import taken_when_asked

if TYPE_CHECKING:
    from clara_engine.synthetic.backgrounds import GridNoise, Observed, WhiteNoise
    from clara_engine.synthetic.design import FIRST_URF4, PRESETS, SyntheticDesign, paper36
    from clara_engine.synthetic.generate import MOST_REDRAWS, SyntheticSet, generate, generate_each, inject
    from clara_engine.synthetic.hosts import choose_hosts
    from clara_engine.synthetic.signals import DrawnShape, PaperTransits, read_points
    from clara_engine.synthetic.steering import EVENTS, UNSEEN_EVENTS, USUAL_EVENTS, steering_design, unseen_design

__all__ = [
    "EVENTS",
    "FIRST_URF4",
    "MOST_REDRAWS",
    "PRESETS",
    "UNSEEN_EVENTS",
    "USUAL_EVENTS",
    "DrawnShape",
    "GridNoise",
    "Observed",
    "PaperTransits",
    "SyntheticDesign",
    "SyntheticSet",
    "WhiteNoise",
    "choose_hosts",
    "generate",
    "generate_each",
    "inject",
    "paper36",
    "read_points",
    "steering_design",
    "unseen_design",
]

taken_when_asked(
    __name__,
    {
        "synthetic.backgrounds": (
            "GridNoise",
            "Observed",
            "WhiteNoise",
        ),
        "synthetic.design": (
            "FIRST_URF4",
            "PRESETS",
            "SyntheticDesign",
            "paper36",
        ),
        "synthetic.generate": (
            "MOST_REDRAWS",
            "SyntheticSet",
            "generate",
            "generate_each",
            "inject",
        ),
        "synthetic.hosts": ("choose_hosts",),
        "synthetic.signals": (
            "DrawnShape",
            "PaperTransits",
            "read_points",
        ),
        "synthetic.steering": (
            "EVENTS",
            "UNSEEN_EVENTS",
            "USUAL_EVENTS",
            "steering_design",
            "unseen_design",
        ),
    },
)
