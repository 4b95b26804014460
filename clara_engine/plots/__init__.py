"""Plots: from light curves, periodograms, maps and tables to elements of HoloViews, for notebooks and for the page.

Each is a pure function of what it draws; ``dark=True`` gives the dark look, and further keywords are options of
HoloViews, such as ``width=600, height=300``. Linking and streams are left to whoever shows them. In a notebook the
import makes HoloViews ready to draw with Bokeh, unless another of its backends has been chosen before.
"""

import holoviews as hv

if "bokeh" not in hv.Store.renderers:
    hv.extension("bokeh", logo=False)

from clara_engine.plots.centroid import centroid
from clara_engine.plots.colour_magnitude import colour_magnitude
from clara_engine.plots.design_mapping import marginal_curves, parameter_shares
from clara_engine.plots.embedding import embedding
from clara_engine.plots.flux_power_vector import flux_power_vector
from clara_engine.plots.fold import fold
from clara_engine.plots.importances import importances
from clara_engine.plots.light_curve import light_curve
from clara_engine.plots.neighbours import neighbours
from clara_engine.plots.performance import performance
from clara_engine.plots.periodogram import periodogram
from clara_engine.plots.points import Shade, View
from clara_engine.plots.recovery import recovery_along, recovery_map
from clara_engine.plots.score_against_parameter import score_against_parameter
from clara_engine.plots.score_against_score import score_against_score
from clara_engine.plots.sector_matrix import sector_matrix
from clara_engine.plots.similarity_classes import similarity_classes
from clara_engine.plots.sky_map import sky_map
from clara_engine.plots.steering_matrix import steering_matrix
from clara_engine.plots.sweep import sweep_map, sweep_parallel
from clara_engine.plots.synthetic_curves import synthetic_curves
from clara_engine.plots.why_strange import why_strange

__all__ = [
    "Shade",
    "View",
    "centroid",
    "colour_magnitude",
    "embedding",
    "flux_power_vector",
    "fold",
    "importances",
    "light_curve",
    "marginal_curves",
    "neighbours",
    "parameter_shares",
    "performance",
    "periodogram",
    "recovery_along",
    "recovery_map",
    "score_against_parameter",
    "score_against_score",
    "sector_matrix",
    "similarity_classes",
    "sky_map",
    "steering_matrix",
    "sweep_map",
    "sweep_parallel",
    "synthetic_curves",
    "why_strange",
]
