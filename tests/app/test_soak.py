"""Mixed use for many minutes: each verdict is stored once, and closed pages leave no handle, thread or memory."""

import os
import random
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.watching import QUIET_SHARE, share_of
from clara_app.limits import GONE_S
from clara_app.ready_pages import PAUSE_S
from clara_engine.jobs import JobState
from clara_engine.workspace import Workspace
from tests.app.browser import PATIENCE, Served, faults_of, set_slider, wait_until

pytestmark = pytest.mark.browser

#: Keeps each verdict that is given in the browser's storage, also when the page forgets it since it is stored.
REMEMBER = """{
  const keep = Storage.prototype.setItem
  Storage.prototype.setItem = function (name, text) {
    if (name.startsWith("clara verdict ")) { keep.call(this, `given ${name}`, text) }
    keep.call(this, name, text)
  }
}"""
GIVEN = """() => Object.entries(localStorage).filter(([name]) => name.startsWith("given "))
  .map(([_, text]) => JSON.parse(text)).map(({token, target, label, note}) => [token, target, label, note])"""
ALL_STORED = "() => !Object.keys(localStorage).some((name) => name.startsWith('clara verdict '))"
LOST, OPEN = (f"() => document.documentElement.dataset.line === '{line}'" for line in ("lost", "open"))
IDLE = "() => window.Bokeh?.documents[0]?.is_idle"


class Person:
    """Somebody with a browser of their own, who does one thing after another.

    Attributes
    ----------
    opened : int
        Pages so far.
    """

    def __init__(self, chromium, url: str, number: int) -> None:
        from playwright.sync_api import TimeoutError as TookTooLong

        self.too_long = TookTooLong
        self.url, self.number, self.opened, self.notes = url, number, 0, 0
        self.chance = random.Random(number)
        self.context = chromium.new_context(viewport={"width": 1280, "height": 800})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(REMEMBER)
        self.plan: list[Callable[[], None]] = []
        self.faults: list[list[str]] = []  # of each tab
        self.come(url)

    def come(self, url: str) -> None:
        self.tab = self.context.new_page()
        self.faults.append(faults_of(self.tab))
        self.tab.goto(url)
        self.arrive()

    def arrive(self) -> None:
        """Wait until the page, which was opened or loaded again, hears clicks and keys."""
        self.opened += 1
        wait_until(self.tab, OPEN)
        wait_until(self.tab, IDLE)

    def leave(self) -> None:
        self.tab.close()

    def act(self) -> None:
        """Do something."""
        if not self.plan:
            often = [self.walk, self.judge, self.reload, self.take_another_tab]
            seldom = [self.select, self.look_around, self.train, self.cancel]
            self.plan = self.chance.sample(2 * often + seldom, 12)
        self.plan.pop()()

    def go(self, area: str) -> None:
        self.tab.get_by_role("button", name=area, exact=True).click()
        self.tab.get_by_role("button", name=area, exact=True, pressed=True).wait_for()

    def look_around(self) -> None:
        self.go(self.chance.choice(["Explore", "Compare", "Vet", "Data"]))

    def walk(self) -> None:
        self.go(self.chance.choice(["Explore", "Vet"]))
        for _ in range(5):
            self.tab.keyboard.press(self.chance.choice("jjjk"))
            self.tab.wait_for_timeout(100)

    def judge(self) -> None:
        self.go(self.chance.choice(["Explore", "Vet"]))
        self.tab.get_by_role("button", name="3 flare").wait_for()
        self.say()

    def say(self) -> None:
        """Give a verdict on the star on the screen."""
        self.notes += 1
        self.tab.keyboard.press("c")
        self.tab.keyboard.type(f"note {self.notes} of {self.number}")
        self.tab.keyboard.press("Escape")
        self.tab.keyboard.press(self.chance.choice("1234"))

    def select(self) -> None:
        self.go("Explore")
        where = self.tab.get_by_role("textbox", name="select by a condition")
        where.fill("anomaly_score > 0")
        where.press("Enter")
        self.tab.get_by_text(re.compile(r"^\d+ selected$")).wait_for()
        self.tab.get_by_text("clear", exact=True).click()
        where.wait_for()

    def reload(self) -> None:
        self.tab.reload()
        self.arrive()

    def take_another_tab(self) -> None:
        before = self.tab
        self.come(before.url)
        before.close()

    def train(self, curves: int = 20) -> None:
        """Train a run, unless somebody else does."""
        self.go("Explore")
        set_slider(self.tab, "curves (n)", str(curves))
        with suppress(self.too_long):
            self.tab.get_by_role("button", name="Retrain", disabled=False).click(timeout=2000)

    def cancel(self) -> None:
        """Begin a run that takes long, and cancel it, or what is at work already."""
        self.train(curves=500)
        with suppress(self.too_long):
            self.tab.get_by_label("cancel this job").click(timeout=5000)


@dataclass(frozen=True)
class Held:
    """What a process holds: open handles, threads, and memory of its own [MB]."""

    handles: int
    threads: int
    memory: float


def held(pid: int) -> Held:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    anonymous = re.search(r"^Anonymous: +(\d+) kB$", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert anonymous is not None
    return Held(len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"]), int(anonymous[1]) / 1000)


def held_at_rest(served: Served, people: list[Person]) -> Held:
    """What the server holds once everybody has left and one page has come."""
    for person in people:
        person.leave()
    time.sleep(GONE_S + 1)
    people[0].come(served.url)
    time.sleep(2 * PAUSE_S)  # meanwhile closed pages are collected, and the next one is made
    while share_of(served.process.pid, 2.0) > QUIET_SHARE:
        pass  # what was asked for is still at work
    found = held(served.process.pid)
    for person in people[1:]:
        person.come(served.url)
    return found


def work(people: list[Person], seconds: float) -> None:
    """Everybody does something in turns."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for person in people:
            person.act()


def restart(served: Served, people: list[Person], end: Callable[[], None]) -> None:
    """End the server, and start it anew: all pages come back by themselves, and what was said meanwhile is stored."""
    for person in people:
        person.judge()
    end()
    for person in people:
        wait_until(person.tab, LOST)
        person.say()
    served.again()
    for person in people:
        person.arrive()


@pytest.mark.parametrize(
    ("number", "seconds", "grown_mb"),
    [
        pytest.param(2, 40, 150, marks=pytest.mark.heavy),  # what is kept of stars and plots is still being filled
        pytest.param(4, 900, 60, marks=[pytest.mark.long, pytest.mark.timeout(1800)]),
    ],
)
def test_each_verdict_is_stored_once_and_closed_pages_leave_nothing(
    chromium, workspace_folder, number, seconds, grown_mb
) -> None:
    served = Served(workspace_folder)
    try:
        people = [Person(chromium, served.url, one) for one in range(number)]
        for end in (served.end, served.kill):
            work(people, seconds / 6)
            restart(served, people, end)
        work(people, seconds / 6)
        before, opened = held_at_rest(served, people), sum(person.opened for person in people)
        work(people, seconds / 2)
        after, opened = held_at_rest(served, people), sum(person.opened for person in people) - opened
        for person in people:
            wait_until(person.tab, ALL_STORED)
        given = [tuple(verdict) for person in people for verdict in person.tab.evaluate(GIVEN)]
        for person in people:
            person.context.close()
            assert not any(person.faults), person.faults
    finally:
        served.end()
    said = served.said()
    assert "Traceback" not in said, said
    assert "left out" not in said, said
    with closing(sqlite3.connect(workspace_folder / "clara.sqlite")) as database:
        stored = database.execute("SELECT token, target_id, label, note FROM verdicts").fetchall()
    assert len(given) > 4 * number
    assert sorted(stored) == sorted(given)
    jobs = Workspace.open(workspace_folder).job_log.frame(10_000)
    assert set(jobs["state"]) <= {JobState.DONE, JobState.CANCELLED}
    assert after.handles - before.handles < opened / 2, (before, after)
    assert after.threads - before.threads < opened / 2, (before, after)
    assert after.memory - before.memory < grown_mb, (before, after)
    print(f"{opened} pages opened", before, after)
