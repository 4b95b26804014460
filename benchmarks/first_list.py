"""From a folder of light curves to ten vetted stars in a file, as a new user does it on the page.

    python -m benchmarks.first_list FOLDER [--stars 10] [--look 10] [--pictures FOLDER]

The server begins with an empty workspace. In headless Chromium the script registers FOLDER, presses Retrain with an
event of the wheel, looks at the strangest stars one after the other for `--look` seconds each, gives the verdict that
belongs to the first kind under "What is it?" with its key, and saves the list. It prints the time of each step and the
rows of the list, and fails where a row has no verdict.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page

from benchmarks.browsing import browser, new_tab
from benchmarks.serving import served

#: What a kind is called by the label that one gives it.
VERDICTS = {
    "planet": "planet",
    "binary": "eclipsing binary",
    "flare": "flare",
    "puls": "pulsator",
    "Scuti": "pulsator",
    "RR Lyrae": "pulsator",
    "giant": "pulsator",
    "rotator": "rotator",
    "dipper": "dipper",
    "single": "single event",
    "instrument": "instrument",
}
#: Columns of the list that are printed.
SHOWN = ["rank", "tic", "anomaly_score", "verdict_label", "event_period_days", "event_depth_ppm"]


class Clock:
    """Prints how long each step took."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()

    def step(self, what: str) -> None:
        """End a step."""
        now = time.monotonic()
        print(f"{now - self.last:6.1f} s  {what}", flush=True)
        self.last = now

    @property
    def total(self) -> float:
        """Since the beginning [s]."""
        return self.last - self.begun


def register(tab: Page, folder: Path) -> None:
    """Have the page look into a folder and register it; Explore then opens by itself."""
    tab.get_by_text("This workspace is empty").wait_for()
    path = tab.get_by_label("Folder or file on the machine of the server")
    path.fill(str(folder))
    path.press("Enter")
    tab.get_by_role("button", name=re.compile(r"Register [\d,]+ file")).click()
    tab.wait_for_selector("tbody tr[aria-selected=true]")


def retrain(tab: Page, event: str) -> None:
    """Look for an event."""
    tab.get_by_role("combobox", name="event to look for").select_option(event)
    tab.get_by_role("button", name="Retrain").click()
    tab.get_by_text("rank 1 of").first.wait_for()


def vet(tab: Page, stars: int, look: float) -> list[tuple[str, str]]:
    """Give a verdict to the first stars of the queue; returns their names and verdicts."""
    tab.get_by_role("button", name="Vet", exact=True).click()
    tab.get_by_role("button", name="What is it?").click()
    given = []
    for _ in range(stars):
        answer = tab.locator(".answer").first
        answer.wait_for()
        tab.wait_for_timeout(1000 * look)
        name, kind = tab.locator(".name").first.inner_text(), answer.inner_text()
        label = next((label for begins, label in VERDICTS.items() if begins in kind), "nothing")
        button = tab.get_by_role("button").filter(has_text=re.compile(rf"^\s*\d {label}\s*$"))
        tab.keyboard.press(button.inner_text().split()[0])
        tab.locator(".name").filter(has_not_text=name).first.wait_for()
        given.append((name, label))
    return given


def saved(tab: Page) -> pd.DataFrame:
    """The list of the stars that were vetted, as a file of the page holds it."""
    tab.get_by_role("combobox", name="which stars the queue lists").select_option("reviewed")
    with tab.expect_download() as download:
        tab.get_by_text("CSV", exact=True).locator("visible=true").first.click()
    return pd.read_csv(download.value.path(), comment="#")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--event", default="planets", help="as the wheel names it")
    parser.add_argument("--stars", type=int, default=10)
    parser.add_argument("--look", type=float, default=10.0, help="at each star [s]")
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    clock = Clock()

    def done(what: str) -> None:
        clock.step(what)
        if asked.pictures:
            asked.pictures.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=asked.pictures / f"{what.split(',')[0].replace(' ', '-')}.png")

    with tempfile.TemporaryDirectory() as place, served(Path(place)) as (url, _), browser() as chromium:
        clock.step("the server answers")
        tab = new_tab(chromium)
        tab.goto(url)
        tab.get_by_text("This workspace is empty").wait_for()
        done("the page of the empty workspace is there")
        register(tab, asked.folder.resolve())
        done("light curves are registered, and Explore is open")
        retrain(tab, asked.event)
        done("the forest is trained, and the strangest star is on the screen")
        given = vet(tab, asked.stars, asked.look)
        done(f"verdicts on {len(given)} stars")
        table = saved(tab)
        done("the list is saved")
    print(table[SHOWN].to_string(index=False))
    print(f"{clock.total:.0f} s in all")
    kept = {(str(number), label) for number, label in zip(table["tic"], table["verdict_label"], strict=True)}
    if kept != {(name.split()[-1], label) for name, label in given}:
        raise SystemExit(f"verdicts were {given}, and the list has {kept}")


if __name__ == "__main__":
    main()
