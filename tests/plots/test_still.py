"""Plots as pictures: every mark and title that HoloViews was told of, without a browser, the same each time."""

import inspect

import holoviews as hv
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

import clara_engine.plots as plots
from clara_engine.errors import WorkspaceError
from clara_engine.plots.still import save_picture
from clara_engine.plots.still_marks import MARKS
from clara_engine.plots.theme import PALETTES


@pytest.fixture
def kept(monkeypatch):
    """The figures that were saved."""
    found = []
    save = Figure.savefig
    monkeypatch.setattr(
        Figure, "savefig", lambda self, *words, **named: (found.append(self), save(self, *words, **named))
    )
    return found


def test_a_map_keeps_its_places_colours_ends_and_titles(stars, tmp_path, kept):
    plot = plots.embedding(stars, plots.Shade.of(stars["anomaly_score"], "score"), axes=("Teff (K)", "log g (dex)"))
    save_picture(plot, tmp_path / "map.png", size=(4, 3), title="Sixty stars")
    assert imread(tmp_path / "map.png").shape[:2] == (480, 640)
    axes, bar = kept[0].axes
    assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == ("Teff (K)", "log g (dex)", "score")
    assert kept[0].get_suptitle() == "Sixty stars"
    drawn = axes.collections[0]
    assert len(drawn.get_offsets()) == 60
    strangest = stars["anomaly_score"].idxmax()
    assert tuple(drawn.get_offsets()[-1]) == pytest.approx(tuple(stars.loc[strangest, ["x", "y"]]))
    highest = tuple(int(PALETTES[False].ramp[-1][at : at + 2], 16) / 255 for at in (1, 3, 5))
    assert tuple(drawn.get_facecolor()[-1]) == pytest.approx((*highest, 0.85))


def test_very_many_stars_are_one_picture_that_stands_upright(tmp_path, kept):
    ends = np.linspace(0, 1, 15_000)
    plane = pd.DataFrame({"x": ends, "y": ends}, index=[f"star-{place}" for place in range(ends.size)])
    save_picture(plots.embedding(plane), tmp_path / "map.png")
    shown = kept[0].axes[0].images[0].get_array()[..., 3]
    rows, columns = np.nonzero(shown)
    assert np.corrcoef(rows, columns)[0, 1] > 0.99  # the lowest row comes first


def test_what_is_below_the_colours_has_the_lowest_and_parts_share_one_bar(stars, matrix, tmp_path, kept):
    save_picture(plots.steering_matrix(matrix.assign(auc=0.3)), tmp_path / "cells.png")
    shade = plots.Shade.of(stars["anomaly_score"], "score")
    save_picture(plots.embedding(stars, shade, selection={"star-1"}), tmp_path / "map.png")
    lowest = tuple(int(PALETTES[False].ramp[0][at : at + 2], 16) / 255 for at in (1, 3, 5))
    assert tuple(kept[0].axes[0].collections[0].get_facecolor()[0][:3]) == pytest.approx(lowest)
    assert len(kept[1].axes) == 2


def test_bars_cells_and_names_are_where_they_belong(importance, matrix, tmp_path, kept):
    save_picture(plots.importances(importance), tmp_path / "bars.svg")
    save_picture(plots.steering_matrix(matrix), tmp_path / "cells.pdf")
    bars, cells = (figure.axes[0] for figure in kept)
    names = {tick.get_text(): tick.get_position()[1] for tick in bars.get_yticklabels()}
    assert sorted(names, key=names.__getitem__) == ["flux, 2 d", "flux, 1 d", "power, period 3 d"]  # from below
    assert sorted(text.get_text() for text in cells.texts) == ["0.500", "0.550", "0.600", "0.700", "0.900", "0.950"]
    assert cells.get_xticklabels()[0].get_rotation() == 35


@pytest.mark.parametrize("ending", [".png", ".pdf"])
def test_a_picture_is_the_same_to_the_last_bit(ending, stars, tmp_path):
    for name in ("first", "second"):
        save_picture(plots.colour_magnitude(stars), tmp_path / f"{name}{ending}")
    assert (tmp_path / f"first{ending}").read_bytes() == (tmp_path / f"second{ending}").read_bytes()


def test_other_endings_are_refused(stars, tmp_path):
    with pytest.raises(WorkspaceError, match=r"use one of \.png, \.pdf, \.svg"):
        save_picture(plots.colour_magnitude(stars), tmp_path / "map.jpg")


def test_every_kind_of_element_of_the_plots_is_drawn():
    made = {name for module in vars(hv.element).values() if inspect.isclass(module) for name in [module.__name__]}
    sources = "".join(inspect.getsource(module) for module in modules_of_plots())
    used = {name for name in made if f"hv.{name}(" in sources or f"hv.{name}," in sources}
    assert used - {"Overlay"} <= {kind.__name__ for kind in MARKS}


def modules_of_plots():
    return [inspect.getmodule(getattr(plots, name)) for name in plots.__all__]
