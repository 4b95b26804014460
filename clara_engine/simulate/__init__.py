"""A whole simulated TESS sector with truth: stars, their light, the instrument, and files in SPOC's format."""

from clara_engine.simulate.sector import (
    CLASSES,
    TWO_MINUTE_TARGETS,
    SectorPlan,
    plan_again,
    plan_sector,
    simulate_sector,
    star_counts,
)

__all__ = ["CLASSES", "TWO_MINUTE_TARGETS", "SectorPlan", "plan_again", "plan_sector", "simulate_sector", "star_counts"]
