"""What is it? on the page: the likeliest kinds with their reasons, the flares, and the view that shows a flare."""

import numpy as np

from clara_app.panes.kinds import KindsPane, kinds_html
from clara_app.session import Session
from clara_app.time_axis import TimeAxis
from clara_engine.periods import Flare, FlareSearch, Possibility, Statement, gather_evidence, what_is_it

FLARE = Flare(1330.25, 1330.24, 1330.28, 40_000.0, 60.0, 31.4, 0.6, 52.0)


def test_kinds_are_told_with_their_numbers_and_flares_with_theirs() -> None:
    kinds = [
        Possibility("flare star", (Statement("3 flares <in> 20 d", 4.0), Statement("hot", -0.5))),
        Possibility("rotator", (Statement("varies", 2.0),)),
        Possibility("dipper", (Statement("no dips", -5.0),)),
    ]
    page = kinds_html(kinds, FlareSearch((FLARE,), 1, 20.5), {"flare star": 0.62, "planet": 0.001})
    assert page.index("flare star") < page.index("rotator") < page.index("dipper")
    assert "3 flares &lt;in&gt; 20 d" in page
    assert "+3.5" in page
    assert "flare star 62%" in page
    assert "planet" not in page.split("Is it a planet?")[0]
    assert "1330.2500" in page
    assert "40,000" in page
    assert "31.4 ± 0.6" in page
    assert "unclear" not in page
    unclear = kinds_html(kinds[2:] * 2, FlareSearch((), 0, 20.5), {})
    assert "unclear" in unclear
    assert "was not asked" in unclear


def test_the_answer_is_that_of_the_engine_and_waits_until_it_is_seen(session: Session) -> None:
    axis = TimeAxis()
    pane = KindsPane(session, axis)
    assert pane.text.object == ""
    session.star_tab = "vetting"
    curve, search = session.curve, session.star.search  # a fit that comes meanwhile makes another star of it
    evidence = session.server.evidence(curve, search)
    assert evidence is session.server.evidence(curve, search)  # weighed once for all pages
    kinds = what_is_it(gather_evidence(curve))
    assert pane.text.object == kinds_html(kinds, evidence.flares, {})
    pane.put_evidence(_with_flare(evidence))
    pane.show_flare("0")
    assert axis.range.start < FLARE.start_btjd < FLARE.end_btjd < axis.range.end
    assert np.isclose(axis.range.end - axis.range.start, 1.5 * 4 * 60 / 1440)


def _with_flare(evidence):
    from dataclasses import replace

    return replace(evidence, flares=FlareSearch((FLARE,), 0, 20.5))
