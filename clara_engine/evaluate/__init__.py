"""Measures of a run, each with its chance level and interval."""

from typing import TYPE_CHECKING

from clara_engine.lazy import taken_when_asked

if TYPE_CHECKING:
    from clara_engine.evaluate.rates import Measures, measure

__all__ = ["Measures", "measure"]

taken_when_asked(
    __name__,
    {
        "evaluate.rates": (
            "Measures",
            "measure",
        ),
    },
)
