"""A whole simulated TESS sector with truth: stars, their light, the instrument, and files in SPOC's format."""

from clara_engine.simulate.sector import CLASSES, simulate_sector, star_counts

__all__ = ["CLASSES", "simulate_sector", "star_counts"]
