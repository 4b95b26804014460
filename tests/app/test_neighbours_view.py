"""The sky around a star: what is drawn and said with an answer of Gaia, without one, and of a simulated star."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clara_app.hiding import is_shown
from clara_app.panes.gaia import GaiaPane
from clara_app.panes.neighbours import Beside, neighbours_html, sky_links
from clara_app.session import Session
from clara_engine.archives import Archive
from clara_engine.evaluate.neighbours import neighbours
from clara_engine.lightcurve import Target
from clara_engine.studies import neighbours as study

STAR = Target(tic=7, ra=85.0, dec=-60.0, tmag=9.6)
SOURCES = pd.DataFrame(
    {
        "source_id": ["1", "2", "3"],
        "ra": [85.0, 85.01, 84.98],
        "dec": [-60.0, -60.005, -60.02],
        "pmra": 0.0,
        "pmdec": 0.0,
        "gaia_g": [10.0, 14.0, 19.0],
        "bp_rp": [0.8, np.nan, 1.0],
    }
)


def test_the_list_names_what_could_make_the_dip_and_what_is_assumed() -> None:
    table = neighbours(SOURCES, STAR, 5000.0)
    said = neighbours_html(Beside(STAR, table, depth_ppm=5000.0, asked_at=1.7e9))
    assert "1 of 2 sources within 2′ could make the dip of 5,000 ppm" in said
    assert "25.5″" in said
    assert "13.57?" in said  # without a colour
    assert "Depth relative to the star alone" in said
    assert "asked 2023-11-14" in said
    assert "No dip is measured" in neighbours_html(Beside(STAR, neighbours(SOURCES, STAR)))


def test_links_lead_to_pictures_of_the_sky_and_simulated_stars_have_none() -> None:
    links = dict(sky_links(STAR))
    assert links["Aladin Lite"].endswith("?target=85.000000%20-60.000000&fov=0.08")
    assert "r=85.000000&d=-60.000000" in links["DSS"]
    assert sky_links(replace(STAR, simulated=True)) == sky_links(replace(STAR, ra=np.nan)) == []


def test_the_view_says_what_it_lacks_and_draws_what_is_kept(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = GaiaPane(session)
    session.star_tab = "gaia"
    pane.views.value = "sky"
    assert is_shown(pane.sky_box)
    assert not is_shown(pane.diagram)
    assert "Simulated stars are in no catalogue" in pane.sky.html.object
    assert not is_shown(pane.sky.button)
    real = replace(session.star.light_curve, target=replace(session.star.light_curve.target, simulated=False))
    session.star = replace(session.star, light_curve=real)
    assert "Gaia was not asked" in pane.sky.html.object
    assert "No target pixel file" in pane.sky.html.object
    assert pane.sky.button.label == "Ask Gaia"

    def around(archive: Archive, ra: float, dec: float, *, radius_arcsec: float) -> pd.DataFrame:
        return SOURCES.assign(ra=ra + SOURCES["ra"] - 85.0, dec=dec + SOURCES["dec"] + 60.0)

    monkeypatch.setattr(study, "gaia_around", around)
    pane.sky.press()
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 60)
    session.poll()
    assert "2 sources within 2′" in pane.sky.html.object or "of 2 sources within 2′" in pane.sky.html.object
    assert pane.sky.button.label == "Ask Gaia again"
    assert len(pane.sky.plot.given["table"]) == 3
    pane.views.value = "star"
    assert is_shown(pane.diagram)
