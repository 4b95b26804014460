"""Synthetic light curves: the design that describes them and the generator that makes them."""

from clara_engine.synthetic.backgrounds import WhiteNoise
from clara_engine.synthetic.design import PRESETS, SyntheticDesign, paper36
from clara_engine.synthetic.generate import SyntheticSet, generate, generate_each
from clara_engine.synthetic.signals import PaperTransits

__all__ = [
    "PRESETS",
    "PaperTransits",
    "SyntheticDesign",
    "SyntheticSet",
    "WhiteNoise",
    "generate",
    "generate_each",
    "paper36",
]
