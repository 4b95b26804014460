"""Every public plot, drawn by Bokeh without a page: axes with units, and the colours of both looks."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path

import holoviews as hv
import pytest
from bokeh.models import Axis, Plot

import clara_engine.plots as plots
from clara_engine.periods import periodogram
from clara_engine.plots.theme import PALETTES

FOLDER = Path(plots.__file__).parent
FUNCTIONS = sorted(name for name in plots.__all__ if inspect.isfunction(getattr(plots, name)))
#: Titles of axes whose numbers have no unit, or that stand beside names.
PLAIN = (
    "",
    "contrast set",
    "design, and where it was trained",
    "measured on",
    "event",
    "is",
    "is named",
    "power, 0 to 1",
    "Lomb–Scargle power",
    "power",
    "curves",
    "sample",
    "setting or measure, each from its lowest to its highest value",
    "importance: mean decrease of Gini impurity, all features together 1",
    "measure (0 to 1), its 95 % interval over stars, and chance",
)


@pytest.fixture(scope="module")
def drawn(
    curve, ephemeris, stars, events, runs, mapping, matrix, sectors, reason, measures, importance, confusion, beside
) -> dict[str, Callable]:
    """A call of each plot, by its name."""
    axes = [name for name in runs if name.startswith("axis")]
    return {
        "centroid": lambda **o: plots.centroid(curve, ephemeris, **o),
        "colour_magnitude": lambda **o: plots.colour_magnitude(stars, target="star-1", **o),
        "embedding": lambda **o: plots.embedding(stars, stars["anomaly_score"], axes=("Teff (K)", "log g (dex)"), **o),
        "flux_power_vector": lambda **o: plots.flux_power_vector(reason.values, **o),
        "fold": lambda **o: plots.fold(curve, ephemeris, **o),
        "importances": lambda **o: plots.importances(importance, **o),
        "light_curve": lambda **o: plots.light_curve(curve, ephemeris, **o),
        "marginal_curves": lambda **o: plots.marginal_curves(mapping, "axis design.curves", **o),
        "neighbours": lambda **o: plots.neighbours(beside, **o),
        "parameter_shares": lambda **o: plots.parameter_shares(mapping, **o),
        "performance": lambda **o: plots.performance(measures, **o),
        "periodogram": lambda **o: plots.periodogram(periodogram(curve), 3.0, **o),
        "recovery_along": lambda **o: plots.recovery_along(events, "depth", 0.05, **o),
        "recovery_map": lambda **o: plots.recovery_map(events, **o),
        "score_against_parameter": lambda **o: plots.score_against_parameter(
            stars["anomaly_score"], stars["teff_k"], **o
        ),
        "score_against_score": lambda **o: plots.score_against_score(stars, **o),
        "sector_matrix": lambda **o: plots.sector_matrix(sectors, **o),
        "similarity_classes": lambda **o: plots.similarity_classes(confusion, **o),
        "sky_map": lambda **o: plots.sky_map(stars, stars["anomaly_score"], **o),
        "steering_matrix": lambda **o: plots.steering_matrix(matrix, **o),
        "sweep_map": lambda **o: plots.sweep_map(runs, "roc_auc", *axes, **o),
        "sweep_parallel": lambda **o: plots.sweep_parallel(runs, run_id="d", **o),
        "synthetic_curves": lambda **o: plots.synthetic_curves([curve, curve], **o),
        "why_strange": lambda **o: plots.why_strange(reason, **o),
    }


def figures(element: hv.Overlay | hv.Layout) -> list[Plot]:
    """The figures that Bokeh draws of it."""
    state = hv.renderer("bokeh").get_plot(element).state
    return list(state.select({"type": Plot}))


def test_every_plot_is_tried_here(drawn: dict[str, Callable]) -> None:
    assert sorted(drawn) == FUNCTIONS


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_axes_have_units_colours_are_those_of_the_look_and_sizes_are_obeyed(
    name: str, dark: bool, drawn: dict[str, Callable]
) -> None:
    colours = PALETTES[dark]
    for figure in figures(drawn[name](dark=dark, width=333, height=222)):
        assert (figure.width, figure.height) == (333, 222)
        assert figure.background_fill_color == figure.border_fill_color == colours.ground
        for axis in figure.select({"type": Axis}):
            title = (axis.axis_label or "").strip()
            assert axis.axis_label_text_color == colours.text
            assert not axis.visible or title.endswith(")") or title in PLAIN, title


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_no_private_name_of_another_library(file: Path) -> None:
    names = [node.attr for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)]
    assert [name for name in names if name.startswith("_") and not name.startswith("__")] == []


def test_every_plot_says_what_it_draws() -> None:
    for name in FUNCTIONS:
        assert inspect.getdoc(getattr(plots, name)), name
