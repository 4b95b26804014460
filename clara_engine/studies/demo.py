"""Fill a workspace with a simulated sector, so that there is something to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clara_engine.forest import PRESETS as FORESTS
from clara_engine.progress import Report, quiet
from clara_engine.simulate import CLASSES, simulate_sector
from clara_engine.store.runs import Run, RunSpec
from clara_engine.studies.ingest import ingest
from clara_engine.studies.sweep_plan import usual_settings
from clara_engine.synthetic import PRESETS, steering_design

if TYPE_CHECKING:
    from clara_engine.store.store import Store

__all__ = ["STEERED", "make_demo", "simulate"]

STEERED = "planets, steered"


def simulate(workspace: Store, *, stars: int, seed: int, again: int = 0, report: Report = quiet) -> None:
    """Simulate a sector, and a part of its stars in the next one, and read them back through the ordinary path.

    The truth becomes the label family ``truth``; Gaia-like numbers become catalogue parameters.

    Parameters
    ----------
    workspace : Store
    stars : int
        How many.
    seed : int
        Fixes all that is drawn.
    again : int
        Stars that are also seen in a second sector.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.
    """
    folder = workspace.folder / "simulated"
    report.stage("simulating")
    truth = simulate_sector(stars=stars, seed=seed, again=again, folder=folder, progress=report)
    report.stage("reading headers")
    ingest(workspace, [folder], report)
    truth = truth.set_index("target_id")
    workspace.labels.add("truth", truth["class"].to_dict(), source="simulation")
    workspace.labels.add_parameters(truth.select_dtypes("number").drop(columns="tic"), source="simulation")


def make_demo(
    workspace: Store, *, stars: int = 1200, seed: int = 1, again: int | None = None, report: Report = quiet
) -> Run:
    """Simulate a sector and a part of a second, read them back, and train P9 and a run that looks for planets on them.

    Parameters
    ----------
    workspace : Store
    stars : int
        How many.
    seed : int
        Fixes all that is drawn.
    again : int, optional
        Stars that are also seen in a second sector; a sixth of them when not given.
    report : Report
        Learns the stage and how far it is; what it raises stops the work.

    Returns
    -------
    Run
        The steered one, which is the newest, so that the page opens on it.
    """
    from clara_engine.studies.train import train

    usual = stars // 6 if stars // 6 >= len(CLASSES) else 0  # a sector has at least one star of each class
    simulate(workspace, stars=stars, seed=seed, again=usual if again is None else again, report=report)
    train(workspace, RunSpec(name="P9", design=PRESETS["P9"], forest=FORESTS["P9"]), report)
    design = steering_design("planets")
    return train(workspace, RunSpec(name=STEERED, design=design, **usual_settings(design)), report)
