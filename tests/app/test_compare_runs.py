"""Two runs side by side and recovery, without a browser."""

import holoviews as hv
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from clara_app.compared_runs import ComparedRuns, ComparedRunsBar
from clara_app.panes.compare_runs import CompareRunsPane, ordered, settings_html
from clara_app.panes.recovery import RecoveryPane, summary_html
from clara_app.session import Session
from clara_engine.evaluate.completeness import completeness
from clara_engine.evaluate.rates import Rate, wilson_interval
from clara_engine.evaluate.recovery import recovery_cells
from clara_engine.plots.recovery import edge_ticks, map_cells
from clara_engine.studies.compare import moves
from clara_engine.studies.recover import Recovery, RecoveryPlan


@pytest.fixture
def two(session: Session, spec) -> Session:
    """A session whose run A is "second"."""
    session.server.workspace.train(spec("second", seed=5))
    session.refresh()
    session.run_id = session.runs[0].id
    session.area = "compare"
    return session


def settle(session: Session) -> None:
    for job in session.server.queue.active():
        session.server.queue.wait(job.id, 200)
    session.poll()


def test_run_b_is_never_run_a_and_they_swap(two: Session) -> None:
    compared = ComparedRuns(two)
    bar = ComparedRunsBar(compared)
    assert (compared.first.name, compared.second.name) == ("second", "first")
    assert list(bar.second.options) == ["first"]
    compared.swap()
    assert (compared.first.name, compared.second.name) == ("first", "second")
    assert "first" in bar.first.object


def test_two_runs_are_measured_listed_and_clicked(two: Session) -> None:
    compared = ComparedRuns(two)
    pane = CompareRunsPane(two, compared)
    settle(two)
    one, other = (run.scores().set_index("target_id")["anomaly_score"] for run in (compared.first, compared.second))
    rho = spearmanr(one, other.loc[one.index]).statistic
    assert f"{rho:.3f}" in pane.html.object
    assert "<th>chance</th>" in pane.html.object
    dots = [part for part in pane.scatter.drawn if isinstance(part, hv.Points) and part.group != "Ring"]
    assert sum(map(len, dots)) == len(one)
    pane.order.value = "rose"
    best = pane.table["gained"].idxmax()
    pane.row_clicked(0)
    assert two.target_id == best
    assert pane.movers.selected == 0
    ring = next(part for part in pane.scatter.drawn if part.group == "Ring")
    assert ring["score_first"] == pytest.approx([one[best]])
    pane.explore.press()
    assert two.area == "explore"


def test_a_tap_takes_the_nearest_star_and_none_far_away(two: Session) -> None:
    pane = CompareRunsPane(two, ComparedRuns(two))
    table = pane.table
    best = table["score_first"].idxmax()
    place = table.loc[best, ["score_second", "score_first"]].astype(float)
    pane.scatter.tap.event(x=place["score_second"], y=place["score_first"])
    assert (table.loc[two.target_id, ["score_second", "score_first"]] == place).all()
    here = two.target_id
    pane.scatter.tap.event(x=-5.0, y=-5.0)
    assert two.target_id == here


def test_one_run_is_too_few_and_hidden_nothing_is_drawn(session: Session) -> None:
    assert "Two runs are needed" in CompareRunsPane(session, ComparedRuns(session)).html.object
    assert CompareRunsPane(session, ComparedRuns(session), lambda: False).html.object == ""


def test_orders_of_stars() -> None:
    ranks = pd.DataFrame({"rank_first": range(1, 41), "rank_second": [40, *range(1, 40)]})
    table = ranks.assign(gained=ranks["rank_second"] - ranks["rank_first"])
    assert ordered(table, "rose").index.tolist() == [0]
    assert len(ordered(table, "fell")) == 39
    assert ordered(table, "entered").index.tolist() == [0]
    assert ordered(table, "left").index.tolist() == [2]


def test_settings_that_differ_are_marked_with_units_and_escaped() -> None:
    rows = [
        ("design.background.noise_ppm", 100.0, 200.0, True),
        ("label", ["toi", "<b>"], ["toi", "<b>"], False),
        ("design.signals.0.depth", [0.0005, 0.02], None, True),
    ]
    words = settings_html(pd.DataFrame(rows, columns=["setting", "first", "second", "differs"]))
    assert "2 of 3 settings differ" in words
    assert "noise (ppm)" in words
    assert "0.05 – 2" in words
    assert "signal 1 · depth (%)" in words
    assert "<b>" not in words
    assert words.count("≠") == 2


@pytest.mark.parametrize(
    ("kinds", "title"),
    [
        (("flares", "flares"), "height (%)"),
        (("flares", "transits"), "depth or height (%)"),
        (("flares", None), "height (%)"),
    ],
)
def test_flares_have_a_height(kinds: tuple[str, str | None], title: str) -> None:
    rows = [
        ("design.signals.0.kind", *kinds, kinds[0] != kinds[1]),
        ("design.signals.0.depth", [0.01, 0.02], [0.01, 0.02], False),
    ]
    words = settings_html(pd.DataFrame(rows, columns=["setting", "first", "second", "differs"]))
    assert f"signal 1 · {title}" in words


# -- recovery --------------------------------------------------------------------------------------------------------


def found_events(events: int = 200) -> Recovery:
    rng = np.random.default_rng(0)
    depth = np.geomspace(5e-4, 2e-2, events)
    injected = pd.DataFrame(
        {
            "depth": depth,
            "period_days": rng.uniform(1, 13, events),
            "duration_hours": np.nan,
            "tmag": rng.uniform(8, 12, events),
            "found": depth > 2e-3,
            "background": rng.integers(0, 25, events).astype(str),
        }
    )
    count = int(injected["found"].sum())
    overall = Rate(count / events, *wilson_interval(count, events), chance=0.05)
    auc = Rate(0.9, 0.8, 1.0, chance=0.5)
    found_by = completeness(injected.assign(star=injected["background"]))
    return Recovery(pd.DataFrame(), ("depth", "period_days"), injected, overall, 25, 30, 0.4, auc, auc, found_by)


def test_cells_say_how_many_of_how_many_and_the_interval() -> None:
    cells = recovery_cells(found_events().injected, x="period_days", y="depth", bins=3)
    drawn = map_cells(cells, "period_days", "depth")
    assert set(zip(drawn["column"], drawn["row"], strict=True)) == {(i, j) for i in range(3) for j in range(3)}
    deepest = drawn[drawn["row"] == 2]
    assert (deepest["value"] == 1).all()
    counts = cells.loc[deepest.index]
    assert deepest["text"].tolist() == [f"1.00\n{row.n}/{row.n}" for row in counts.itertuples()]
    low = counts["low"].iloc[0]
    assert f"95 % interval {low:.2f} to 1.00" in deepest["hover"].iloc[0]
    assert next(iter(edge_ticks(cells, "depth").values())) == "500"


def test_the_map_follows_axes_without_measuring_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.area = "compare"
    pane = RecoveryPane(session)
    assert "Not measured yet" in pane.html.object
    kept = {(session.run_id, pane.plan()): found_events()}
    monkeypatch.setattr("clara_app.panes.recovery.kept_recovery", lambda run, plan: kept.get((run.id, plan)))
    pane.refresh()
    assert "chance is 0.05" in pane.html.object
    assert len(pane.map.part(hv.Rectangles)) == 25
    pane.bins.value = 4
    pane.x.value = "tmag"
    assert len(pane.map.part(hv.Rectangles)) == 16
    assert pane.map.drawn.opts.get("plot").kwargs["xlabel"] == "T magnitude (mag)"
    words = [text for one in pane.map.drawn if isinstance(one, hv.Labels) for text in one["text"]]
    assert sum(int(text.split("/")[1]) for text in words if "/" in text) == 200
    assert pane.across.part(hv.HLines)["recovery"] == [0.05]
    pane.y.value = "tmag"
    assert "both axes are T magnitude" in pane.job.line.object
    pane.y.value = "duration_hours"
    assert "these events have" in pane.job.line.object
    pane.event.value = "flares"
    assert "Not measured yet" in pane.html.object


def test_measure_queues_a_job_that_can_be_stopped(session: Session) -> None:
    session.area = "compare"
    pane = RecoveryPane(session)
    pane.curves.value = 20
    pane.press()
    (job,) = [job for job in session.jobs if job.kind == "recovery"]
    assert "planets" in job.title
    pane.job.cancel()
    settle(session)
    assert not pane.job.busy


def test_the_summary_is_escaped(session: Session) -> None:
    run = session.run
    object.__setattr__(run, "spec", run.spec.model_copy(update={"name": "<i>"}))
    assert "<i>" not in summary_html(found_events(), RecoveryPlan(), run)


def test_moves_rank_the_stars_of_both(two: Session) -> None:
    table = moves(two.runs[0], two.runs[1])
    assert (table["gained"] == table["rank_second"] - table["rank_first"]).all()
    assert table["rank_first"].min() == 1
    assert not table["set_aside"].any()
