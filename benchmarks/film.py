"""The short film of the README: from a map of stars to flares, in a browser.

    python -m benchmarks.film WORKSPACE [--out docs/pictures/film.gif]

WORKSPACE is one that `clara demo` has filled; the film is made on a copy. Pictures are taken at rest: the film shows
what a person sees, and not how fast this machine is.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.browsing import browser
from benchmarks.first_list import retrain
from benchmarks.serving import served

SIZE = {"width": 1280, "height": 760}
SHOWN = (880, 522)
COLOURS = 128
#: Words of the page while something is computed.
BUSY = ("measuring …", "weighing …", "testing …", "The server answers again.")
#: What the film may weigh [bytes].
MOST = 1_500_000


class Film:
    """Pictures of a page, each shown for a while."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.pictures: list[Image.Image] = []
        self.ms: list[int] = []

    def take(self, ms: int) -> None:
        """Add what is on the screen, once nothing is computed any more, shown for so many milliseconds."""
        for word in BUSY:
            expect(self.tab.get_by_text(word).locator("visible=true")).to_have_count(0, timeout=300_000)
        self.tab.wait_for_timeout(4000)  # plots are drawn after the words
        picture = Image.open(io.BytesIO(self.tab.screenshot())).convert("RGB")
        self.pictures.append(picture.resize(SHOWN, Image.Resampling.LANCZOS))
        self.ms.append(ms)

    def write(self, place: Path) -> None:
        """Write an animated GIF with one palette."""
        both = Image.new("RGB", (SHOWN[0], 2 * SHOWN[1]))
        both.paste(self.pictures[0])
        both.paste(self.pictures[-1], (0, SHOWN[1]))
        palette = both.quantize(COLOURS, Image.Quantize.MAXCOVERAGE)  # few points have the colours of a map
        frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in self.pictures]
        frames[0].save(place, save_all=True, append_images=frames[1:], duration=self.ms, loop=0, optimize=True)
        if place.stat().st_size > MOST:
            raise SystemExit(f"{place} has {place.stat().st_size:,} bytes, more than {MOST:,}")


def play(film: Film) -> None:
    """Look at the strangest, look for flares, vet the first."""
    tab = film.tab
    tab.wait_for_selector("tbody tr[aria-selected=true]")
    tab.get_by_role("progressbar").wait_for(state="hidden", timeout=300_000)
    film.take(1800)
    for row in (1, 2):
        tab.locator("tbody tr").nth(row).click()
        film.take(1100)
    tab.get_by_role("combobox", name="event to look for").select_option("flares")
    film.take(1300)
    retrain(tab, "flares")
    film.take(2200)
    tab.get_by_role("button", name="What is it?").click()
    tab.locator(".answer").first.wait_for()
    film.take(1800)
    tab.get_by_role("button", name="Vet", exact=True).click()
    tab.get_by_role("combobox", name="which stars the queue lists").wait_for()
    film.take(1800)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures/film.gif"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(asked.workspace, Path(place, "film"))  # the run of the film stays there
        with served(folder) as (url, _), browser() as chromium:
            tab = chromium.new_context(viewport=SIZE).new_page()
            tab.set_default_timeout(300_000)
            tab.goto(url)
            film = Film(tab)
            play(film)
            film.write(asked.out)
    print(f"{asked.out}: {len(film.pictures)} pictures, {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
