"""What fifty people cost a server, and each other: clicks, idle pages, pages that open, memory that is left.

python -m benchmarks.fifty                 about eight minutes
python -m benchmarks.fifty --sessions 10

Pages are web sockets, as in `benchmarks.watching`, without a browser's drawing. A click goes to the next star, in one
more page: until the server has sent it, and, in a browser, until it is painted. While other pages open, a session of
its own asks the server again and again (`benchmarks.round_trip`).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.browsing import browser, megabytes, new_tab
from benchmarks.raw_tab import RawTab
from benchmarks.round_trip import round_trips
from benchmarks.serving import served
from benchmarks.watching import CLICKS, LOOKED_S, MEASURED_S, come_to_rest, make_workspace, open_tabs, share_of, walk

#: Pages that are asked for at the same moment.
CROWD = 25
#: How long pages that were closed are kept by the server, and a little more [s].
KEPT_S = 20.0
#: What only a message with another star holds.
STAR = 'class=\\"name\\"'


async def answer(url: str) -> float:
    """Open a page and walk from star to star; the median time until the server has sent the next one [s]."""
    page = await RawTab.open(url, keep=True)
    _, keys = await page.model("Tab")
    took = []
    for _ in range(CLICKS):
        await asyncio.sleep(LOOKED_S)
        while not page.heard.empty():
            page.heard.get_nowait()
        begun = time.perf_counter()
        await page.say(keys, {"key": "j"})
        await page.until(STAR)
        took.append(time.perf_counter() - begun)
    page.close()
    return statistics.median(took)


def measure(workspace: Path, sessions: int) -> dict[str, float]:
    """What so many sessions cost while nobody does anything, how long a click takes among them, and how long one of
    them waits for an answer at worst while one page opens, and while many do.
    """
    with served(workspace) as (url, pid):
        open_tabs(url, sessions - 1)
        come_to_rest(pid)
        found = {"share of a core, idle [%]": 100 * share_of(pid, MEASURED_S)}
        found["click, answered, median [ms]"] = 1000 * asyncio.run(answer(url))
        with browser() as one:
            found["click, painted, median [ms]"] = 1000 * walk(new_tab(one), url)
        for name, count in (("one page opens", 1), (f"{CROWD} pages open", CROWD)):
            with round_trips(url) as took:
                open_tabs(url, count, at_once=True)
            found[f"longest wait, {name} [ms]"] = 1000 * max(took)
            found[f"wait in 95 of 100, {name} [ms]"] = 1000 * float(np.percentile(took, 95))
    return found


def left_behind(workspace: Path, sessions: int) -> dict[str, float]:
    """Memory that so many sessions leave, once as many have come and gone before."""
    with served(workspace) as (url, pid):
        sizes = []
        for _ in range(2):
            close = open_tabs(url, sessions)
            come_to_rest(pid)
            close()
            time.sleep(KEPT_S)
            sizes.append(megabytes(pid))
    return {f"left of {sessions} sessions [MB]": sizes[1] - sizes[0]}


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50)
    sessions = parser.parse_args().sessions
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        make_workspace(workspace)
        for count in (1, sessions):
            for name, value in measure(workspace, count).items():
                print(f"{count:>4} sessions: {name:40} {value:8.1f}", flush=True)
        for name, value in left_behind(workspace, 2 * sessions).items():
            print(f"{'':14} {name:40} {value:8.1f}", flush=True)


if __name__ == "__main__":
    main()
