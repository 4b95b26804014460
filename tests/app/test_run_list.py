"""The menu of runs: sweeps are one entry."""

from types import SimpleNamespace
from typing import Any

from clara_app.page import ExplorerPage
from clara_app.run_list import run_titles, sweep_options
from clara_app.session import Session
from clara_engine.studies.sweep import Sweeps
from clara_engine.studies.sweep_plan import SweepPlan


def run(name: str, number: int, *, pinned: bool = False) -> Any:
    return SimpleNamespace(id=f"20260101-{number:06d}-abcd", name=name, pinned=pinned)


def test_runs_of_one_name_are_told_apart_and_pinned_ones_come_first() -> None:
    assert list(run_titles([run("a", 1), run("a", 2), run("b", 3, pinned=True)])) == ["★ b", "a (000001)", "a (000002)"]


def test_runs_of_a_sweep_are_one_entry_but_for_the_one_on_the_screen_and_those_that_are_pinned() -> None:
    runs = [run("P9", 4), *(run(f"grid: {n} curves", n) for n in (1, 2, 3)), run("grid: 9 curves", 5, pinned=True)]
    found = sweep_options(runs, ["grid"], shown=runs[1].id)
    assert set(found) == {"★ grid: 9 curves", "P9", "▸ sweep grid, 4 runs", "grid: 1 curves"}
    assert found["▸ sweep grid, 4 runs"] == "sweep:grid"
    alone = [run("grid: 1 curves", 1), run("note: mine", 2), run("note: mine, too", 3)]
    assert list(sweep_options(alone, ["grid"], shown="")) == [one.name for one in alone]


def test_the_entry_of_a_sweep_opens_it(session: Session, spec) -> None:
    plan = SweepPlan(name="few", base=spec(), axes={"design.curves": (5, 6)})
    Sweeps(session.server.workspace).run(plan)
    session.poll()
    page = ExplorerPage(session)
    before = session.run_id
    assert page.run_select.options["▸ sweep few, 2 runs"] == "sweep:few"
    page.run_select.value = "sweep:few"
    assert (session.area, session.run_id, page.run_select.value) == ("compare", before, before)
    compare: Any = page.areas["compare"]
    assert compare.tabs.buttons.value == "Sweeps"
    assert compare.tabs.made["Sweeps"].grid.value == "few"
