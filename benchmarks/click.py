"""What a click on a star costs the server: processor time until all its panes are drawn and their message is written.

python -m benchmarks.click --workspace FOLDER                    this checkout
python -m benchmarks.click --workspace FOLDER --tree FOLDER      and another one, in turns, as ratios

The page is made in a process of its own, without a browser, and clicked through the first stars of the ranking; each
has been on the screen once before, so that neither reading nor a period search is measured. Opening is
`ExplorerPage(...)` and its models, the second time in a process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.serving import HERE

STARS, TURNS = 15, 3

#: Runs in the checkout that is measured; its page may be an older one.
WORK = """
import gc, json, sys, time
from importlib import import_module
from bokeh.document import Document
from bokeh.protocol import Protocol
from panel.io.state import set_curdoc
from clara_engine.workspace import Workspace
package, folder, tab, stars, turns = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
ExplorerPage = import_module(f"{package}.page").ExplorerPage
Server, Session = import_module(f"{package}.server").Server, import_module(f"{package}.session").Session
server = Server(Workspace.open(folder))
events, found = [], {}

def opened():
    document = Document()
    with set_curdoc(document):
        began = time.process_time()
        session = Session(server, star_tab=tab)
        page = ExplorerPage(session)
        document.add_root(page.view.get_root(document))
        found["open"] = time.process_time() - began
    return document, session, page

opened()
gc.collect()
gc.freeze()  # as a server does
document, session, page = opened()
document.on_change(events.append)
times = []
names = session.order[:stars]
for turn in range(turns + 1):
    for name in names[1:] + names[:1]:
        began = time.process_time()
        session.show(name)
        Protocol().create("PATCH-DOC", events)
        if turn:
            times.append(1000 * (time.process_time() - began))
        events.clear()
print(json.dumps({"open": 1000 * found["open"], "click": times}))
server.queue.close()
"""


def measured(tree: Path, workspace: Path, tab: str) -> dict[str, float]:
    """Milliseconds of processor time of opening and of a click (median)."""
    command = [sys.executable, "-c", WORK, _package(tree), str(workspace), tab, str(STARS), str(TURNS)]
    paths = os.pathsep.join((str(tree), str(tree / "app")))
    done = subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": paths}, check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: statistics.median(values) if isinstance(values, list) else values for name, values in found.items()}


def _package(tree: Path) -> str:
    return "clara_app" if (tree / "app" / "clara_app").exists() else "app"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--tree", type=Path, help="another checkout, to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tab", default="period", help="view of the star that is open")
    options = parser.parse_args()
    trees = [HERE, *([options.tree.resolve()] if options.tree else [])]
    found: list[list[dict[str, float]]] = [[] for _ in trees]
    for _ in range(options.rounds):
        for place, tree in enumerate(trees):
            found[place].append(measured(tree, options.workspace.resolve(), options.tab))
    for what in ("open", "click"):
        here, *there = (min(one[what] for one in tree) for tree in found)
        ratio = f"   there {there[0]:7.0f} ms   ratio {here / there[0]:.2f}" if there else ""
        print(f"{what:8} here {here:7.0f} ms{ratio}", flush=True)


if __name__ == "__main__":
    main()
