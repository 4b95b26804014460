"""Measures of a run, each with its chance level and interval."""

from clara_engine.evaluate.rates import Measures, measure

__all__ = ["Measures", "measure"]
