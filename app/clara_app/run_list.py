"""The runs of a menu: pinned ones first, and those of a sweep as one entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from clara_engine.workspace import Run

__all__ = ["SWEEP", "run_titles", "sweep_options"]

#: Before the name of a sweep, where the value of an entry is none of a run.
SWEEP = "sweep:"
#: From so many on, runs of a sweep are one entry.
FOLDED = 2


def run_titles(runs: Sequence[Run]) -> dict[str, str]:
    """Title to run id, pinned ones first; runs of the same name have the time at which they were made in it, too.

    Parameters
    ----------
    runs : sequence of Run
    """
    often = Counter(run.name for run in runs)
    return {
        f"{'★ ' if run.pinned else ''}{run.name}{f' ({run.id[9:15]})' if often[run.name] > 1 else ''}": run.id
        for run in sorted(runs, key=lambda run: not run.pinned)
    }


def sweep_options(runs: Sequence[Run], sweeps: Collection[str], shown: str) -> dict[str, str]:
    """Title to run id, or to the name of a sweep behind `SWEEP`, which stands where its newest run would.

    The run on the screen and those that are pinned are listed themselves, too.

    Parameters
    ----------
    runs : sequence of Run
        Newest first.
    sweeps : collection of str
        Names of sweeps; a run that one has made begins with its name.
    shown : str
        Id of the run on the screen.
    """
    known = set(sweeps)
    made_by = {run.id: run.name.partition(": ")[0] for run in runs}
    size = Counter(name for name in made_by.values() if name in known)
    titles = {run_id: title for title, run_id in run_titles(runs).items()}
    pinned = {run.id for run in runs if run.pinned}
    found: dict[str, str] = {}
    for run_id, title in titles.items():
        sweep = made_by[run_id]
        folded = size[sweep] >= FOLDED
        if folded:
            found.setdefault(f"▸ sweep {sweep}, {size[sweep]} runs", f"{SWEEP}{sweep}")
        if not folded or run_id == shown or run_id in pinned:
            found[title] = run_id
    return found
